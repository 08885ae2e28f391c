//! Refusals as gRPC statuses, if configured.

use http::header::{CONTENT_TYPE, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, Version};

use super::error_response::ErrorResponse;
use crate::refuse::ResponseForm;
use crate::rejection::Rejection;

/// What of the request determines the form of a refusal.
pub(crate) fn response_form(head: &Parts) -> ResponseForm {
    ResponseForm {
        is_cross_origin: head.headers.contains_key(ORIGIN),
        is_grpc: is_grpc(head),
        resource: 0,
    }
}

impl Rejection {
    /// The status code of gRPC for this refusal: 16 (unauthenticated), 7 (permission denied), 3, 8, 13 or 14. For a
    /// handler that answers with a status of its gRPC library.
    #[must_use]
    pub fn grpc_status(&self) -> i32 {
        code_of(self.status()).1
    }
}

/// Whether the request is a gRPC call: POST over HTTP/2 (gRPC over HTTP/2, "Requests"). The content type alone is not
/// enough: the client chooses it, and an intermediary that reads the HTTP status would mistake a refusal for success.
fn is_grpc(head: &Parts) -> bool {
    if head.method != Method::POST || head.version < Version::HTTP_2 {
        return false;
    }
    is_grpc_content(&head.headers)
}

/// Whether a request or a response has a gRPC content type.
pub(crate) fn is_grpc_content(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    // Not `application/grpc-web`, which has different framing.
    content_type
        .and_then(|content_type| content_type.strip_prefix(b"application/grpc"))
        .is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';' | b' ')))
}

/// Turns the response into trailers-only (gRPC over HTTP/2, "Responses"): HTTP status 200, and the call's status in the
/// headers.
pub(super) fn answer_as_trailers<B>(response: &mut Response<B>, error_response: &ErrorResponse) {
    let (code, _) = code_of(error_response.status);
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(GRPC_STATUS, HeaderValue::from_static(code));
    if let Some(message) = error_response.message()
        && let Ok(message) = HeaderValue::from_str(&message)
    {
        headers.insert(GRPC_MESSAGE, message);
    }
}

/// The trailers that end a call (gRPC over HTTP/2, "Responses"). The message is ASCII without `%`.
pub(crate) fn grpc_end(code: &'static str, message: &'static str) -> HeaderMap {
    HeaderMap::from_iter([
        (GRPC_STATUS, HeaderValue::from_static(code)),
        (GRPC_MESSAGE, HeaderValue::from_static(message)),
    ])
}

/// As text, and as a number.
const fn code_of(status: StatusCode) -> (&'static str, i32) {
    match status {
        StatusCode::UNAUTHORIZED => ("16", 16),
        StatusCode::FORBIDDEN => ("7", 7),
        StatusCode::BAD_REQUEST | StatusCode::MISDIRECTED_REQUEST => ("3", 3),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE | StatusCode::TOO_MANY_REQUESTS => ("8", 8),
        StatusCode::INTERNAL_SERVER_ERROR => ("13", 13),
        _ => ("14", 14),
    }
}

const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
