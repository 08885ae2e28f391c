//! The gate's own responses.

use http::{Response, StatusCode};

use crate::body::{Body, empty};

pub(crate) fn with_status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(empty());
    *response.status_mut() = status;
    response
}
