//! `--explain`: the body of a refusal says why, and what the client sent.

use axum::extract::Request;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::Response;
use sender_constraint::Rejection;
use serde::Serialize;

use super::age::age_of;
use super::governed::options_of;
use super::hints;
use super::json;
use super::presented::{Decoded, Presented};

/// In the order of the body.
#[derive(Serialize)]
struct Explanation {
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr_values: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<u64>,
    kind: &'static str,
    reason: String,
    options: &'static [&'static str],
    token: Option<Decoded>,
    proof: Option<Proof>,
    note: &'static str,
}

#[derive(Serialize)]
struct Proof {
    #[serde(flatten)]
    decoded: Decoded,
    age_seconds: Option<f64>,
}

/// A layer outside of the guard. Leaves status and headers as they are.
pub(crate) async fn explain(request: Request, next: Next) -> Response {
    let presented = Presented::of(request.headers());
    let mut response = next.run(request).await;
    let Some(rejection) = response.extensions().get::<Rejection>() else {
        return response;
    };
    let explained = json::response(Explanation::of(rejection, &presented).bounded());
    let (head, body) = explained.into_parts();
    response.headers_mut().remove(CONTENT_LENGTH);
    response.headers_mut().extend(head.headers);
    *response.body_mut() = body;
    response
}

impl Explanation {
    fn of(rejection: &Rejection, presented: &Presented) -> Self {
        let kind = rejection.kind();
        Self {
            status: rejection.status().as_u16(),
            error: rejection.error(),
            scope: rejection.required_scope().map(str::to_owned),
            acr_values: rejection.required_acr_values().map(str::to_owned),
            max_age: rejection.required_max_age(),
            kind,
            reason: hints::reason(rejection),
            options: options_of(kind).unwrap_or_default(),
            token: presented.token(),
            proof: presented.proof().map(Proof::from),
            note: NOTE,
        }
    }

    /// The text of the body, without token and proof if it would be longer than [`MAX_BODY`].
    fn bounded(mut self) -> String {
        let text = json::pretty(&self);
        if text.len() <= MAX_BODY {
            return text;
        }
        self.token = None;
        self.proof = None;
        self.note = OMITTED;
        json::pretty(&self)
    }
}

impl From<Decoded> for Proof {
    fn from(decoded: Decoded) -> Self {
        Self {
            age_seconds: age_of(&decoded),
            decoded,
        }
    }
}

const NOTE: &str = "token and proof are decoded, not verified; null is what is absent or unreadable; \
    --explain is for development";
const OMITTED: &str = "token and proof are omitted: with them the body would exceed the limit of 64 KiB; \
    --explain is for development";
/// Indentation makes much of little: a proof of deeply nested arrays.
const MAX_BODY: usize = 64 * 1024;
