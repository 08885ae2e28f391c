//! [`Access`] as an axum extractor.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::StatusCode;
use http::request::Parts;

use crate::access::Access;
use crate::challenge::UNGUARDED;

/// Takes the verdict of the guard around the route.
///
/// Without one, which is a mistake in the set-up of routes, or for a CORS preflight that no CORS layer
/// answered, the handler is not called and the answer is 500.
impl<S: Sync> FromRequestParts<S> for Access {
    type Rejection = StatusCode;

    async fn from_request_parts(head: &mut Parts, _state: &S) -> Result<Self, StatusCode> {
        head.extensions.get::<Self>().cloned().ok_or(UNGUARDED)
    }
}

/// For handlers that may see CORS preflights, which pass the guard without a verdict.
///
/// Where the guard was forgotten this is `None` too: a handler must not take `None` for an anonymous caller who may go on.
impl<S: Sync> OptionalFromRequestParts<S> for Access {
    type Rejection = Infallible;

    async fn from_request_parts(head: &mut Parts, _state: &S) -> Result<Option<Self>, Infallible> {
        Ok(head.extensions.get::<Self>().cloned())
    }
}
