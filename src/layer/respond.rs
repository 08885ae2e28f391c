//! The response to a refused request, with the application's body.

use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{Method, Response};

use crate::guard::Guard;
use crate::rejection::Rejection;
use crate::response::ErrorBody;

/// Builds the response, with the [`Rejection`] in its extensions.
pub(super) fn refuse<B: Default>(
    guard: &Guard,
    head: &Parts,
    rejection: Rejection,
    error_body: &impl ErrorBody<B>,
) -> Response<B> {
    let mut response = guard.error_response(&rejection, head);
    if head.method != Method::HEAD && !response.headers().contains_key(CONTENT_TYPE) {
        let (body, content_type) = error_body.body(&rejection);
        *response.body_mut() = body;
        response
            .headers_mut()
            .extend(content_type.map(|value| (CONTENT_TYPE, value)));
    }
    response.extensions_mut().insert(rejection);
    response
}
