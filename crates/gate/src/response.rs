//! The gate's own responses.

use http::request::Parts;
use http::{Response, StatusCode};
use sender_constraint::{Guard, Rejection};

use crate::body::{Body, empty};

/// A status, and nothing else.
pub(crate) fn with_status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(empty());
    *response.status_mut() = status;
    response
}

/// The guard's response to a request that it refused.
pub(crate) fn refused(guard: &Guard, rejection: &Rejection, head: &Parts) -> Response<Body> {
    let response = guard.error_response::<Empty>(rejection, head);
    response.map(|Empty| empty())
}

/// The body of a refusal.
#[derive(Default)]
struct Empty;
