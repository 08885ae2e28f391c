//! [`Access`] as an axum extractor.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, MatchedPath, OptionalFromRequestParts};
use http::StatusCode;
use http::request::Parts;

use crate::access::Access;
use crate::observe::report_unguarded;
use crate::response::MISCONFIGURED;

/// Extracts the guard's result.
///
/// Without a guard on the route, which is a configuration error, the handler is not called, the response is 500, and an
/// event of level `error` names the route: `layer` covers only the routes that were added before it. On a route that also
/// serves without a guard, extract `Option<Access>`.
impl<S: Sync> FromRequestParts<S> for Access {
    type Rejection = StatusCode;

    async fn from_request_parts(head: &mut Parts, _state: &S) -> Result<Self, StatusCode> {
        head.extensions.get::<Self>().cloned().ok_or_else(|| {
            let route = head.extensions.get::<MatchedPath>();
            report_unguarded(route.map(MatchedPath::as_str));
            MISCONFIGURED
        })
    }
}

/// Extracts the guard's result; `None` on a route without a guard.
impl<S: Sync> OptionalFromRequestParts<S> for Access {
    type Rejection = Infallible;

    async fn from_request_parts(head: &mut Parts, _state: &S) -> Result<Option<Self>, Infallible> {
        Ok(head.extensions.get::<Self>().cloned())
    }
}
