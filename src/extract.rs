//! Extractors for axum: [`Access`], `Option<Access>`, and [`Claims`] as a type of the application.

use std::any::type_name;
use std::convert::Infallible;

use axum::extract::{FromRequestParts, MatchedPath, OptionalFromRequestParts};
use http::StatusCode;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::access::Access;
use crate::observe::{report_unexpected_claims, report_unguarded};
use crate::response::{MISCONFIGURED, UNEXPECTED_CLAIMS};

/// Extracts the guard's result.
///
/// Without a guard on the route, which is a configuration error, the handler is not called, the response is 500, and an
/// event of level `error` names the route: `layer` covers only the routes that were added before it. On a route that also
/// serves without a guard, extract `Option<Access>`.
impl<S: Sync> FromRequestParts<S> for Access {
    type Rejection = StatusCode;

    async fn from_request_parts(head: &mut Parts, _state: &S) -> Result<Self, StatusCode> {
        access(head).cloned()
    }
}

/// Extracts the guard's result; `None` on a route without a guard.
impl<S: Sync> OptionalFromRequestParts<S> for Access {
    type Rejection = Infallible;

    async fn from_request_parts(head: &mut Parts, _state: &S) -> Result<Option<Self>, Infallible> {
        Ok(head.extensions.get::<Self>().cloned())
    }
}

/// The claims of the token as a type of the application, deserialized for each request.
///
/// If the claims do not match the type, the handler is not called, the response is 403 without a challenge, because a new
/// proof or token of the same kind would not help, and an event of level `warn` has the route, the type and the error.
/// The error can quote a claim. Without a guard on the route, the same as for [`Access`].
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
    type Rejection = StatusCode;

    async fn from_request_parts(head: &mut Parts, _state: &S) -> Result<Self, StatusCode> {
        let claims = access(head)?.claims().deserialize();
        claims.map(Self).map_err(|error| {
            report_unexpected_claims(route(head), type_name::<T>(), &error);
            UNEXPECTED_CLAIMS
        })
    }
}

fn access(head: &Parts) -> Result<&Access, StatusCode> {
    head.extensions.get().ok_or_else(|| {
        report_unguarded(route(head));
        MISCONFIGURED
    })
}

fn route(head: &Parts) -> Option<&str> {
    head.extensions.get().map(MatchedPath::as_str)
}
