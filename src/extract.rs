//! [`Access`] as an axum extractor.

use axum::extract::FromRequestParts;
use http::StatusCode;
use http::request::Parts;

use crate::access::Access;
use crate::response::UNGUARDED;

/// Extracts the guard's result.
///
/// Without a guard on the route, which is a configuration error, the handler is not called and the response is 500.
impl<S: Sync> FromRequestParts<S> for Access {
    type Rejection = StatusCode;

    async fn from_request_parts(head: &mut Parts, _state: &S) -> Result<Self, StatusCode> {
        head.extensions.get::<Self>().cloned().ok_or(UNGUARDED)
    }
}
