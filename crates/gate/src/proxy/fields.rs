//! Header fields of one connection, which must not pass (RFC 9110 section 7.6.1).

use http::header::{CONNECTION, CONTENT_LENGTH, HeaderName, TE, UPGRADE};
use http::{HeaderMap, HeaderValue};

/// Removes the fields that concern one connection only: those that `Connection` names, and those that are known to.
/// `TE: trailers` alone stays, for HTTP/2.
pub(crate) fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = tokens(headers, &CONNECTION)
        .filter_map(|token| token.parse().ok())
        // The length of a body belongs to the message, whatever a client says.
        .filter(|name| *name != CONTENT_LENGTH)
        .collect();
    let takes_trailers = tokens(headers, &TE).any(|token| token.eq_ignore_ascii_case("trailers"));
    for name in named {
        headers.remove(name);
    }
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
    if takes_trailers {
        headers.insert(TE, HeaderValue::from_static("trailers"));
    }
}

/// The elements of a list that may have several lines.
pub(crate) fn tokens<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).iter();
    let lines = lines.filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',').map(str::trim))
}

/// Whether `Upgrade` names WebSocket, and nothing else.
pub(crate) fn is_websocket_handshake(headers: &HeaderMap) -> bool {
    let mut protocols = tokens(headers, &UPGRADE);
    let is_websocket = protocols
        .next()
        .is_some_and(|protocol| protocol.eq_ignore_ascii_case("websocket"));
    is_websocket
        && protocols.next().is_none()
        && tokens(headers, &CONNECTION).any(|token| token.eq_ignore_ascii_case("upgrade"))
}

const HOP_BY_HOP: [&str; 10] = [
    "connection",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn headers(fields: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, value.parse().unwrap());
        }
        headers
    }

    pub(crate) fn names(headers: &HeaderMap) -> Vec<&str> {
        let mut names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn fields_of_one_connection_are_removed() {
        let mut sent = headers(&[
            ("connection", "close, X-Private"),
            ("connection", "keep-alive"),
            ("x-private", "1"),
            ("keep-alive", "timeout=5"),
            ("proxy-connection", "keep-alive"),
            ("proxy-authorization", "Basic eDp5"),
            ("te", "trailers, deflate"),
            ("transfer-encoding", "chunked"),
            ("upgrade", "h2c"),
            ("http2-settings", "AAMAAABkAAQAAP__"),
            ("accept", "*/*"),
        ]);
        remove_hop_by_hop(&mut sent);
        assert_eq!(names(&sent), ["accept", "te"]);
        assert_eq!(sent[TE], "trailers");
    }

    #[test]
    fn the_length_of_the_body_is_not_of_one_connection() {
        let mut sent = headers(&[
            ("connection", "content-length, te"),
            ("content-length", "3"),
        ]);
        remove_hop_by_hop(&mut sent);
        assert_eq!(names(&sent), ["content-length"]);
    }

    #[test]
    fn only_a_websocket_is_an_upgrade() {
        for (upgrade, connection, expected) in [
            ("websocket", "upgrade", true),
            ("WebSocket", "keep-alive, Upgrade", true),
            ("websocket", "keep-alive", false),
            ("h2c", "upgrade", false),
            ("websocket, h2c", "upgrade", false),
        ] {
            let sent = headers(&[("upgrade", upgrade), ("connection", connection)]);
            assert_eq!(
                is_websocket_handshake(&sent),
                expected,
                "{upgrade} {connection}"
            );
        }
    }
}
