//! What a gateway does not forward, whoever sends it (RFC 9112 sections 3.2, 6.1 and 7, RFC 9110 sections 9.3.6 and
//! 9.3.8).

use http::header::{HOST, TRANSFER_ENCODING};
use http::{HeaderMap, Method, Request, StatusCode, Version};

/// The status of a request that is refused before anything else of it is read.
pub(crate) fn malformed<B>(request: &Request<B>) -> Option<StatusCode> {
    let hosts = request.headers().get_all(HOST).iter().count();
    let is_host_missing = hosts == 0 && request.version() == Version::HTTP_11;
    if hosts > 1 || is_host_missing {
        return Some(StatusCode::BAD_REQUEST);
    }
    match *request.method() {
        Method::CONNECT => Some(StatusCode::NOT_IMPLEMENTED),
        Method::TRACE => Some(StatusCode::METHOD_NOT_ALLOWED),
        _ => transfer_coding(request.headers()),
    }
}

/// hyper decodes `chunked`, and nothing else that may be applied before it: the upstream would receive what is still
/// encoded as if it were not.
pub(crate) fn transfer_coding(headers: &HeaderMap) -> Option<StatusCode> {
    let lines = headers.get_all(TRANSFER_ENCODING).iter();
    let mut codings = lines
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .peekable();
    codings.peek()?;
    let (mut chunked, mut is_unknown) = (0_usize, false);
    for coding in codings {
        let name = coding.split(|byte| *byte == b';').next();
        if coding.eq_ignore_ascii_case(b"chunked") {
            chunked = chunked.saturating_add(1);
        } else if name.is_some_and(is_token) {
            is_unknown = true;
        } else {
            return Some(StatusCode::BAD_REQUEST);
        }
    }
    match (chunked, is_unknown) {
        (1, false) => None,
        (1, true) => Some(StatusCode::NOT_IMPLEMENTED),
        _ => Some(StatusCode::BAD_REQUEST),
    }
}

/// RFC 9110 section 5.6.2
pub(crate) fn is_token(text: &[u8]) -> bool {
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !text.is_empty() && text.iter().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunked_is_the_only_transfer_coding() {
        for (lines, expected) in [
            (&[][..], None),
            (&["chunked"], None),
            (&["Chunked "], None),
            (&["gzip, chunked"], Some(501)),
            (&["gzip", "chunked"], Some(501)),
            (&["identity, chunked"], Some(501)),
            (&["x;a=b, chunked"], Some(501)),
            (&["chunked;a=b, chunked"], Some(501)),
            (&["chunked, chunked"], Some(400)),
            (&["chunked", "chunked"], Some(400)),
            (&["chunked, gzip, chunked"], Some(400)),
            (&["gzip"], Some(400)),
            (&[""], Some(400)),
            (&[", chunked"], Some(400)),
            (&["g zip, chunked"], Some(400)),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(TRANSFER_ENCODING, line.parse().unwrap());
            }
            let found = transfer_coding(&headers).map(|status| status.as_u16());
            assert_eq!(found, expected, "{lines:?}");
        }
    }
}
