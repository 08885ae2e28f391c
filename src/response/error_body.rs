//! The body of the response to a refused request: empty, the application's, or problem details (RFC 9457).

use http::HeaderValue;
use serde_json::json;

use crate::rejection::Rejection;

/// Builds the body of the response to a refused request. Implemented by `()`, for an empty body, and by a
/// `Content-Type` with a function from the [`Rejection`] to the body.
///
/// The body is visible to the client: [`Rejection::kind`] and `Display` are for operators.
///
/// ```
/// use http::HeaderValue;
/// use sender_constraint::{ErrorBody, Rejection};
///
/// #[derive(Clone)]
/// struct Refused;
///
/// impl ErrorBody<String> for Refused {
///     fn body(&self, rejection: &Rejection) -> (String, Option<HeaderValue>) {
///         let text = format!("refused: {}", rejection.status());
///         (text, Some(HeaderValue::from_static("text/plain")))
///     }
/// }
/// ```
pub trait ErrorBody<B> {
    /// Returns the body and its `Content-Type`.
    fn body(&self, rejection: &Rejection) -> (B, Option<HeaderValue>);
}

impl<B: Default> ErrorBody<B> for () {
    fn body(&self, _rejection: &Rejection) -> (B, Option<HeaderValue>) {
        (B::default(), None)
    }
}

impl<B, F: Fn(&Rejection) -> B> ErrorBody<B> for (HeaderValue, F) {
    fn body(&self, rejection: &Rejection) -> (B, Option<HeaderValue>) {
        let (content_type, build) = self;
        (build(rejection), Some(content_type.clone()))
    }
}

/// Problem details (RFC 9457): what the challenge says, for clients that read bodies.
pub(crate) fn problem_json(rejection: &Rejection) -> String {
    let status = rejection.status();
    let mut problem = json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
    });
    let members = [
        ("error", rejection.error()),
        ("detail", rejection.error_description()),
        ("scope", rejection.required_scope()),
        ("acr_values", rejection.required_acr_values()),
    ];
    if let Some(object) = problem.as_object_mut() {
        for (name, value) in members {
            object.extend(value.map(|value| (name.to_owned(), value.into())));
        }
        let max_age = rejection.required_max_age();
        object.extend(max_age.map(|seconds| ("max_age".to_owned(), seconds.into())));
    }
    problem.to_string()
}

pub(crate) const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
