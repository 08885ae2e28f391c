//! [`Access`] as an axum extractor.

use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;

use crate::access::Access;
use crate::response::UNGUARDED;

/// Takes the verdict of the guard around the route.
///
/// Without a guard around it, which is a mistake in the set-up of routes, the handler is not called and the answer is 500.
impl<S: Sync> FromRequestParts<S> for Access {
    type Rejection = StatusCode;

    async fn from_request_parts(head: &mut Parts, _state: &S) -> Result<Self, StatusCode> {
        head.extensions.get::<Self>().cloned().ok_or(UNGUARDED)
    }
}
