//! Extractors for axum: [`Access`], `Option<Access>`, and [`Claims`] as a type of the application.

use std::any::type_name;
use std::convert::Infallible;

use axum::extract::{FromRequestParts, MatchedPath, OptionalFromRequestParts};
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::access::Access;
use crate::observe::{report_unexpected_claims, report_unguarded};
use crate::require::InsufficientAccess;
use crate::response::{Anonymous, MISCONFIGURED, UNEXPECTED_CLAIMS};

/// Extracts the guard's result.
///
/// Without a guard on the route, which is a configuration error, the handler is not called, the response is 500, and an
/// event of level `error` names the route: `layer` covers only the routes that were added before it. On a route that
/// also serves without a guard, extract `Option<Access>`.
///
/// If the guard accepted the request without credentials
/// ([`allow_anonymous_requests`](crate::GuardBuilder::allow_anonymous_requests)), the handler is not called, and the
/// response is 401 with the guard's challenges, as [`Anonymous::error_response`] builds it.
impl<S: Sync> FromRequestParts<S> for Access {
    type Rejection = Response;

    async fn from_request_parts(head: &mut Parts, _state: &S) -> Result<Self, Response> {
        access(head).cloned()
    }
}

/// Extracts the guard's result; `None` for a request without credentials that the guard accepted
/// ([`allow_anonymous_requests`](crate::GuardBuilder::allow_anonymous_requests)), and on a route without a guard.
impl<S: Sync> OptionalFromRequestParts<S> for Access {
    type Rejection = Infallible;

    async fn from_request_parts(head: &mut Parts, _state: &S) -> Result<Option<Self>, Infallible> {
        Ok(head.extensions.get::<Self>().cloned())
    }
}

/// The response that the layer would give: see [`InsufficientAccess::response`].
impl IntoResponse for InsufficientAccess {
    fn into_response(self) -> Response {
        self.response()
    }
}

/// The claims of the token as a type of the application, deserialized for each request.
///
/// If the claims do not match the type, the handler is not called, the response is 403 without a challenge, because a
/// new proof or token of the same kind would not help, and an event of level `warn` has the route, the type and the
/// error. The error can quote a claim. Without a guard on the route, or without credentials, the same as for
/// [`Access`].
///
/// ```
/// use sender_constraint::extract::Claims;
///
/// #[derive(serde::Deserialize)]
/// struct Tenant {
///     tenant: String,
/// }
///
/// async fn accounts(Claims(claims): Claims<Tenant>) -> String {
///     format!("accounts of {}", claims.tenant)
/// }
/// # let _: axum::Router = axum::Router::new().route("/", axum::routing::get(accounts));
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "handlers destructure it")]
pub struct Claims<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Claims<T> {
    type Rejection = Response;

    async fn from_request_parts(head: &mut Parts, _state: &S) -> Result<Self, Response> {
        let claims = access(head)?.claims().deserialize();
        claims.map(Self).map_err(|error| {
            report_unexpected_claims(route(head), type_name::<T>(), &error);
            UNEXPECTED_CLAIMS.into_response()
        })
    }
}

#[expect(
    clippy::result_large_err,
    reason = "the rejection of an extractor is a response"
)]
fn access(head: &Parts) -> Result<&Access, Response> {
    let extensions = &head.extensions;
    extensions
        .get::<Access>()
        .ok_or_else(|| match extensions.get::<Anonymous>() {
            Some(anonymous) => anonymous.error_response(head),
            None => {
                report_unguarded(route(head));
                MISCONFIGURED.into_response()
            }
        })
}

fn route(head: &Parts) -> Option<&str> {
    head.extensions.get().map(MatchedPath::as_str)
}
