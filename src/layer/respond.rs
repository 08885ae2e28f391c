//! The response to a refused request, with the application's body.

use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{Method, Response};

use super::guard_requirement::Refused;
use crate::guard::Guard;
use crate::response::ErrorBody;

/// Builds the response, with the [`Rejection`](crate::Rejection) in its extensions.
pub(super) fn refuse<B: Default>(
    guard: &Guard,
    head: &Parts,
    refused: Refused,
    error_body: &impl ErrorBody<B>,
) -> Response<B> {
    let Refused {
        rejection,
        admission,
    } = refused;
    let mut response = guard.error_response(&rejection, head);
    if head.method != Method::HEAD && !response.headers().contains_key(CONTENT_TYPE) {
        let (body, content_type) = error_body.body(&rejection);
        *response.body_mut() = body;
        response
            .headers_mut()
            .extend(content_type.map(|value| (CONTENT_TYPE, value)));
    }
    if let Some(admission) = admission {
        admission.finish(response.headers_mut());
    }
    response.extensions_mut().insert(rejection);
    response
}
