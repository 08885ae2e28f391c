//! The opening handshake of the WebSocket protocol (RFC 6455 section 4.1, RFC 8441 section 4), and its URI schemes.

use std::borrow::Cow;

use http::header::UPGRADE;
use http::request::Parts;
use http::{HeaderValue, Method};

/// Whether the request could be a handshake: `Upgrade: websocket`, or CONNECT with a path.
pub(super) fn is_websocket_handshake(head: &Parts) -> bool {
    let is_websocket = |value: &HeaderValue| {
        let mut protocols = value.as_bytes().split(|byte| *byte == b',');
        protocols.any(|protocol| protocol.trim_ascii().eq_ignore_ascii_case(b"websocket"))
    };
    match head.method {
        Method::CONNECT => true,
        Method::GET => head.headers.get_all(UPGRADE).iter().any(is_websocket),
        _ => false,
    }
}

/// The URI of the handshake: `https` for `wss`, `http` for `ws` (RFC 6455 section 3).
pub(super) fn with_http_scheme(uri: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = uri.split_once("://") else {
        return Cow::Borrowed(uri);
    };
    if scheme.eq_ignore_ascii_case("wss") {
        Cow::Owned(format!("https://{rest}"))
    } else if scheme.eq_ignore_ascii_case("ws") {
        Cow::Owned(format!("http://{rest}"))
    } else {
        Cow::Borrowed(uri)
    }
}
