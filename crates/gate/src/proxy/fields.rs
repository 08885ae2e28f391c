//! Header fields that must not pass: those of one connection (RFC 9110 section 7.6.1), and those that an upstream could
//! take for the gate's own statements.

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

/// Names of fields that only the gate may set. All characters but letters and digits are alike: some servers take `_` for
/// `-`, and CGI programs see each of them as `_` (RFC 3875 section 4.1.18).
#[derive(Clone, Debug)]
pub(crate) struct RemovedFields {
    names: Vec<String>,
    prefixes: &'static [&'static str],
}

impl RemovedFields {
    /// Removes these besides those that are always removed.
    pub(crate) fn new<'a>(names: impl IntoIterator<Item = &'a HeaderName>) -> Self {
        let names = names.into_iter().map(|name| dashed(name.as_str()));
        let always = ALWAYS.iter().map(|name| (*name).to_owned());
        Self {
            names: names.chain(always).collect(),
            prefixes: &[X_FORWARDED, X_ORIGINAL],
        }
    }

    /// Removes what must not reach the upstream of another proxy, except the fields in which that proxy describes its
    /// client.
    #[cfg(feature = "ext-authz-grpc")]
    pub(crate) fn by_the_proxy_in_front<'a>(
        names: impl IntoIterator<Item = &'a HeaderName>,
    ) -> Self {
        let mut removed = Self::new(names);
        removed
            .names
            .retain(|name| !OF_A_CLIENT.contains(&name.as_str()));
        removed.prefixes = &[X_ORIGINAL];
        removed
    }

    /// Removes certificates only, from a response (RFC 9440 section 2.2).
    pub(crate) fn of_certificates(headers: &[HeaderName]) -> Self {
        let names = headers.iter().map(HeaderName::as_str);
        let names = names.chain(["client-cert", "client-cert-chain"]);
        Self {
            names: names.map(dashed).collect(),
            prefixes: &[],
        }
    }

    /// Removes them from a request, or from its trailers.
    pub(crate) fn remove_from(&self, headers: &mut HeaderMap) {
        let found: Vec<_> = headers
            .keys()
            .filter(|name| self.includes(name.as_str()))
            .cloned()
            .collect();
        for name in found {
            headers.remove(name);
        }
    }

    fn includes(&self, found: &str) -> bool {
        let found = dashed(found);
        let begins = |prefix: &&str| found.starts_with(prefix);
        self.prefixes.iter().any(begins) || self.names.contains(&found)
    }
}

/// Names of fields are in lower case already.
fn dashed(name: &str) -> String {
    let is_kept = |character: char| character.is_ascii_alphanumeric();
    name.replace(|character| !is_kept(character), "-")
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

/// Written by proxies in front about the client and its target. The gate trusts none of them.
const X_FORWARDED: &str = "x-forwarded";
const X_ORIGINAL: &str = "x-original";

/// Fields from which some servers take the sender, the target or the method of a request. The proof covers the method and
/// the target of the request itself.
const ALWAYS: [&str; 21] = [
    "client-cert",
    "client-cert-chain",
    "forwarded",
    "true-client-ip",
    "x-auth-client-id",
    "x-auth-issuer",
    "x-auth-jkt",
    "x-auth-scope",
    "x-auth-subject",
    "x-auth-token",
    "x-auth-x5t-s256",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
    "x-real-ip",
    "x-remote-user",
    "x-rewrite-url",
    "remote-user",
    "x-ssl-client-cert",
];

/// Which of them proxies write about their clients.
#[cfg(feature = "ext-authz-grpc")]
const OF_A_CLIENT: [&str; 5] = [
    "forwarded",
    "true-client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-real-ip",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(fields: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, value.parse().unwrap());
        }
        headers
    }

    fn names(headers: &HeaderMap) -> Vec<&str> {
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
    fn thr_49_identity_fields_are_removed_in_any_spelling() {
        let own = HeaderName::from_static("x-user");
        let mut sent = headers(&[
            ("X-User", "mallory"),
            ("X_User", "mallory"),
            ("x-user", "mallory"),
            ("X-Auth-Subject", "mallory"),
            ("x_auth-subject", "mallory"),
            ("X_AUTH_X5T_S256", "mallory"),
            ("X-Forwarded-For", "10.0.0.1"),
            ("X_Forwarded_Anything", "1"),
            ("X-Forwarded", "1"),
            ("Forwarded", "for=10.0.0.1"),
            ("X-Original-URL", "/admin"),
            ("X-HTTP-Method-Override", "DELETE"),
            ("X-User-Agent", "kept"),
            ("X-Auth-Method", "kept"),
        ]);
        RemovedFields::new([&own]).remove_from(&mut sent);
        assert_eq!(names(&sent), ["x-auth-method", "x-user-agent"]);
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
