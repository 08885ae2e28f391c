//! The response to a request for metadata: public, for scripts of any origin, and cached (RFC 9728 sections 3.2 and
//! 7.10).

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW,
    CACHE_CONTROL, CONTENT_TYPE,
};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};

/// `GET` and `HEAD` have the document, `OPTIONS` answers a preflight, other methods are not allowed.
pub(crate) fn metadata_response<B>(method: &Method, document: &str) -> Response<B>
where
    B: Default + From<String>,
{
    let (status, body) = match *method {
        Method::GET => (StatusCode::OK, B::from(document.to_owned())),
        Method::HEAD => (StatusCode::OK, B::default()),
        Method::OPTIONS => (StatusCode::NO_CONTENT, B::default()),
        _ => (StatusCode::METHOD_NOT_ALLOWED, B::default()),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    add_headers(response.headers_mut(), status);
    response
}

fn add_headers(headers: &mut HeaderMap, status: StatusCode) {
    let text = HeaderValue::from_static;
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, text("*"));
    match status {
        StatusCode::OK => {
            headers.insert(CONTENT_TYPE, text("application/json"));
            headers.insert(CACHE_CONTROL, text("max-age=3600"));
        }
        StatusCode::NO_CONTENT => {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, text(METHODS));
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, text("*"));
        }
        _ => {
            headers.insert(ALLOW, text(METHODS));
        }
    }
}

const METHODS: &str = "GET, HEAD, OPTIONS";
