//! The token and the proof of a request as the client sent them, decoded without verification.
//!
//! The guard removes both from the request. Once it has accepted the request, they are those that it verified: it
//! refuses a request with more than one of either.

use axum::extract::Request;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::Value;

/// Copies of the two headers. Has no `Debug`: they are secrets.
#[derive(Clone, Default)]
pub(crate) struct Presented {
    authorization: Option<HeaderValue>,
    dpop: Option<HeaderValue>,
}

/// Header and claims of a compact JWS, never its signature. A part that is not JSON, or longer than [`MAX_PART`], is
/// `None`.
#[derive(Default, Serialize)]
pub(crate) struct Decoded {
    pub(crate) header: Option<Value>,
    pub(crate) claims: Option<Value>,
}

/// A layer outside of the guard: handlers find [`Presented`] in the extensions.
pub(crate) async fn keep(mut request: Request, next: Next) -> Response {
    let presented = Presented::of(request.headers());
    request.extensions_mut().insert(presented);
    next.run(request).await
}

impl Presented {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self {
            authorization: headers.get(AUTHORIZATION).cloned(),
            dpop: headers.get("dpop").cloned(),
        }
    }

    /// The token, if `Authorization` has one that looks like a JWT.
    pub(crate) fn token(&self) -> Option<Decoded> {
        let (_, token) = self
            .authorization
            .as_ref()?
            .to_str()
            .ok()?
            .split_once(' ')?;
        Decoded::of(token.trim())
    }

    /// The proof, if `DPoP` looks like a JWT.
    pub(crate) fn proof(&self) -> Option<Decoded> {
        Decoded::of(self.dpop.as_ref()?.to_str().ok()?.trim())
    }
}

impl Decoded {
    fn of(jws: &str) -> Option<Self> {
        let mut parts = jws.split('.');
        let (header, claims) = (parts.next()?, parts.next()?);
        let (_signature, None) = (parts.next()?, parts.next()) else {
            return None;
        };
        let decoded = Self {
            header: object(header),
            claims: object(claims),
        };
        (decoded.header.is_some() || decoded.claims.is_some()).then_some(decoded)
    }

    pub(crate) fn header_member(&self, name: &str) -> Option<&Value> {
        self.header.as_ref()?.get(name)
    }

    pub(crate) fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.as_ref()?.get(name)
    }
}

fn object(part: &str) -> Option<Value> {
    if part.len() > MAX_PART {
        return None;
    }
    let json = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&json).ok().filter(Value::is_object)
}

/// In base64url. The whole token has at most 16 KiB, the whole proof 8 KiB.
pub(crate) const MAX_PART: usize = 8 * 1024;
