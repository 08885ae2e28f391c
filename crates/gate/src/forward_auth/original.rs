//! The original request, as the proxy describes it: its method and its URI, each exactly once.

use std::fmt;

use http::header::{HOST, HeaderName};
use http::request::Parts;
use http::uri::{Authority, PathAndQuery};
use http::{HeaderValue, Method, Uri};

use crate::config::Original;

/// Why the original request is unknown: it is malformed, or the proxy is misconfigured.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum OriginalError {
    /// `:authority` and `Host` differ.
    Host,
    /// The value is not a method, or not a path with a query.
    Malformed(String),
    Missing(String),
    /// The path does not begin with the configured prefix.
    Prefix(String),
    Repeated(String),
}

impl fmt::Display for OriginalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => formatter.write_str(
                "`:authority` and `Host` differ: let the proxy send the host of the original request in one of them",
            ),
            Self::Malformed(header) => write!(
                formatter,
                "the header {header:?} is malformed: expected a method, or a path that begins with `/`"
            ),
            Self::Missing(header) => write!(
                formatter,
                "the header {header:?} is missing: let the proxy set it (`forward_auth.proxy`)"
            ),
            Self::Repeated(header) => write!(
                formatter,
                "the header {header:?} came more than once: let the proxy replace what the client sent"
            ),
            Self::Prefix(prefix) => write!(
                formatter,
                "the path does not begin with {prefix:?} (`forward_auth.path_prefix`)"
            ),
        }
    }
}

/// Gives the head the method and the URI of the original request.
pub(super) fn restore(head: &mut Parts, original: &Original) -> Result<(), OriginalError> {
    match original {
        Original::RequestLine { path_prefix } => {
            let path = head.uri.path_and_query().map_or("/", PathAndQuery::as_str);
            let rest = path.strip_prefix(path_prefix.as_str());
            let rest = rest.ok_or_else(|| OriginalError::Prefix(path_prefix.clone()))?;
            // The proxy writes the prefix before whatever the client sent, which can be `*`.
            let uri = path_and_query(rest);
            let uri = uri.ok_or_else(|| OriginalError::Malformed(":path".to_owned()))?;
            let before = std::mem::replace(&mut head.uri, uri);
            if let Some(authority) = before.authority() {
                keep_host(head, authority)?;
            }
        }
        Original::Headers { method, uri, host } => {
            let found = single(head, method)?;
            let malformed = |name: &HeaderName| OriginalError::Malformed(name.to_string());
            head.method = Method::from_bytes(found.as_bytes()).map_err(|_| malformed(method))?;
            let found = single(head, uri)?;
            let path = found.to_str().ok().and_then(path_and_query);
            head.uri = path.ok_or_else(|| malformed(uri))?;
            match host {
                // The proxy's own request is for this service, which is not what the client named.
                None => drop(head.headers.remove(HOST)),
                Some(host) => {
                    let found = single(head, host)?;
                    head.headers.insert(HOST, found);
                }
            }
        }
    }
    Ok(())
}

/// Over HTTP/2 the host is in the URI. A `Host` beside it must say the same.
fn keep_host(head: &mut Parts, authority: &Authority) -> Result<(), OriginalError> {
    let host = HeaderValue::from_str(authority.as_str()).map_err(|_| OriginalError::Host)?;
    match head.headers.insert(HOST, host) {
        Some(other) if other != authority.as_str() => Err(OriginalError::Host),
        _ => Ok(()),
    }
}

fn single(head: &Parts, name: &HeaderName) -> Result<HeaderValue, OriginalError> {
    let mut values = head.headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => Ok(value.clone()),
        (None, _) => Err(OriginalError::Missing(name.to_string())),
        (Some(_), Some(_)) => Err(OriginalError::Repeated(name.to_string())),
    }
}

/// Path and query, never a whole URL: two readers could disagree about where its path begins.
pub(crate) fn path_and_query(text: &str) -> Option<Uri> {
    let is_path = text.starts_with('/') && !text.contains('#');
    let path = is_path.then(|| text.parse::<PathAndQuery>())?.ok()?;
    // Unchanged, or it is not what the client sent.
    (path.as_str() == text).then(|| Uri::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn restored(
        uri: &str,
        fields: &[(&str, &str)],
        original: &Original,
    ) -> Result<Parts, OriginalError> {
        let mut request = http::Request::get(uri);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let (mut head, ()) = request.body(()).unwrap().into_parts();
        restore(&mut head, original)?;
        Ok(head)
    }

    fn headers() -> Original {
        Original::Headers {
            method: HeaderName::from_static("x-original-method"),
            uri: HeaderName::from_static("x-original-uri"),
            host: None,
        }
    }

    #[test]
    fn the_original_is_restored_byte_for_byte() {
        for uri in ["/", "/a?b=c&d", "//a", "/a%2Fb/%2e%2e", "/a/../b", "/a;b=c"] {
            let fields = [
                ("x-original-method", "PURGE"),
                ("x-original-uri", uri),
                ("host", "gate"),
            ];
            let head = restored("/auth", &fields, &headers()).unwrap();
            assert_eq!(
                (head.method.as_str(), head.uri.to_string().as_str()),
                ("PURGE", uri)
            );
            assert!(!head.headers.contains_key(HOST));
        }
    }

    #[test]
    fn each_part_of_the_original_is_there_exactly_once() {
        let method = ("x-original-method", "GET");
        let uri = ("x-original-uri", "/a");
        let error = |fields: &[_]| {
            restored("/auth", fields, &headers())
                .map(|_| ())
                .unwrap_err()
        };
        assert_eq!(
            error(&[uri]),
            OriginalError::Missing("x-original-method".into())
        );
        assert_eq!(
            error(&[method]),
            OriginalError::Missing("x-original-uri".into())
        );
        assert_eq!(
            error(&[method, method, uri]),
            OriginalError::Repeated("x-original-method".into())
        );
        assert_eq!(
            error(&[method, uri, uri]),
            OriginalError::Repeated("x-original-uri".into())
        );
        for bad in ["", "a", "*", "http://api.example.com/a", "/a#b", "/a b"] {
            let malformed = OriginalError::Malformed("x-original-uri".into());
            assert_eq!(
                error(&[method, ("x-original-uri", bad)]),
                malformed,
                "{bad:?}"
            );
        }
        let malformed = OriginalError::Malformed("x-original-method".into());
        assert_eq!(error(&[("x-original-method", "G T"), uri]), malformed);
    }

    #[test]
    fn the_original_host_replaces_the_host_of_the_proxy() {
        let mut original = headers();
        if let Original::Headers { host, .. } = &mut original {
            *host = Some(HeaderName::from_static("x-forwarded-host"));
        }
        let fields = [
            ("x-original-method", "GET"),
            ("x-original-uri", "/a"),
            ("host", "gate"),
        ];
        let missing = restored("/auth", &fields, &original)
            .map(|_| ())
            .unwrap_err();
        assert_eq!(missing, OriginalError::Missing("x-forwarded-host".into()));
        let mut with_host = fields.to_vec();
        with_host.push(("x-forwarded-host", "api.example.com"));
        let head = restored("/auth", &with_host, &original).unwrap();
        assert_eq!(head.headers[HOST], "api.example.com");
    }

    #[test]
    fn the_host_of_http2_is_kept() {
        let original = Original::RequestLine {
            path_prefix: "/auth".into(),
        };
        let uri = "http://api.example.com/auth/a";
        for fields in [&[][..], &[("host", "api.example.com")]] {
            let head = restored(uri, fields, &original).unwrap();
            assert_eq!(head.uri, "/a");
            assert_eq!(head.headers[HOST], "api.example.com");
        }
        let error = restored(uri, &[("host", "other.example.com")], &original);
        assert_eq!(error.map(|_| ()).unwrap_err(), OriginalError::Host);
    }

    #[test]
    fn a_prefix_is_removed_from_the_request_line() {
        let original = Original::RequestLine {
            path_prefix: "/auth".into(),
        };
        let head = restored("/auth/a%2Fb?c", &[], &original).unwrap();
        assert_eq!(head.uri, "/a%2Fb?c");
        let error = |path| restored(path, &[], &original).map(|_| ()).unwrap_err();
        assert_eq!(error("/a"), OriginalError::Prefix("/auth".into()));
        for path in ["/authority", "/auth*", "/auth", "/auth?a"] {
            assert_eq!(
                error(path),
                OriginalError::Malformed(":path".into()),
                "{path}"
            );
        }
    }
}
