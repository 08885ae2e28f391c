//! The original request, as Envoy describes it in its message: head, and the certificate of its sender.

use http::request::Parts;
use http::{Method, Request, Version};
use sender_constraint::cert::{
    CertError, CertSource as _, Forwarded, Peer, PresentedCert, TrustedPeers,
};

use super::check_error::CheckError;
use super::fields::fields_of;
use super::messages::{Attributes, CheckRequest, HttpRequest};
use crate::forward_auth::path_and_query;

/// The head of the original request, and what is in `source.certificate`.
pub(super) fn restore(
    request: CheckRequest,
    max_headers: usize,
) -> Result<(Parts, String), CheckError> {
    let Attributes { source, request } = request.attributes.unwrap_or_default();
    let http = request.and_then(|request| request.http);
    let http = http.ok_or(CheckError::Missing("request.http"))?;
    let certificate = source.unwrap_or_default().certificate;
    Ok((head_of(&http, max_headers)?, certificate))
}

fn head_of(http: &HttpRequest, max_headers: usize) -> Result<Parts, CheckError> {
    for (name, value) in [
        ("http.method", &http.method),
        ("http.path", &http.path),
        ("http.host", &http.host),
    ] {
        if value.is_empty() {
            return Err(CheckError::Missing(name));
        }
    }
    if !["", "http", "https"].contains(&http.scheme.as_str()) {
        return Err(CheckError::Malformed("http.scheme"));
    }
    let (mut head, ()) = Request::new(()).into_parts();
    let method = Method::from_bytes(http.method.as_bytes());
    head.method = method.map_err(|_| CheckError::Malformed("http.method"))?;
    head.uri = path_and_query(&http.path).ok_or(CheckError::Malformed("http.path"))?;
    head.version = Version::HTTP_11;
    head.headers = fields_of(http, max_headers)?;
    Ok(head)
}

/// The certificate of percent-encoded PEM; `None` if the client presented none.
pub(super) fn certificate_of(pem: &str) -> Result<Option<PresentedCert>, CheckError> {
    // The reader of this form is one of headers. This header is in no request.
    let name = http::HeaderName::from_static("certificate");
    let reader = Forwarded::percent_encoded_pem(name.clone(), TrustedPeers::unix_socket());
    let reader = reader.map_err(|_| CheckError::Certificate(CertError::Pem))?;
    let pem = pem
        .parse()
        .map_err(|_| CheckError::Certificate(CertError::Pem))?;
    let (mut head, ()) = Request::new(()).into_parts();
    head.headers.insert(name, pem);
    head.extensions.insert(Peer::unix());
    reader.certificate(&head).map_err(CheckError::Certificate)
}

#[cfg(test)]
mod tests {
    use super::super::messages::{OriginalRequest, Source};
    use super::*;

    fn request(change: impl FnOnce(&mut HttpRequest)) -> CheckRequest {
        let mut http = HttpRequest {
            method: "PURGE".into(),
            path: "/a%2Fb/../c?d".into(),
            host: "api.example.com".into(),
            scheme: "https".into(),
            headers: Vec::new(),
            header_map: None,
        };
        change(&mut http);
        CheckRequest {
            attributes: Some(Attributes {
                source: Some(Source {
                    certificate: "a".into(),
                }),
                request: Some(OriginalRequest { http: Some(http) }),
            }),
        }
    }

    #[test]
    fn the_original_is_restored_byte_for_byte() {
        let (head, certificate) = restore(request(|_| {}), 10).unwrap();
        assert_eq!((head.method.as_str(), certificate.as_str()), ("PURGE", "a"));
        assert_eq!(head.uri, "/a%2Fb/../c?d");
        assert_eq!(head.headers[http::header::HOST], "api.example.com");
    }

    #[test]
    fn what_is_missing_or_malformed_is_refused() {
        let error = |request| restore(request, 10).map(|_| ()).unwrap_err().to_string();
        assert_eq!(
            error(CheckRequest { attributes: None }),
            "`request.http` is missing or empty"
        );
        let missing = |change: fn(&mut HttpRequest)| error(request(change));
        assert_eq!(
            missing(|it| it.method.clear()),
            "`http.method` is missing or empty"
        );
        assert_eq!(
            missing(|it| it.path.clear()),
            "`http.path` is missing or empty"
        );
        assert_eq!(
            missing(|it| it.host.clear()),
            "`http.host` is missing or empty"
        );
        let malformed = missing;
        assert_eq!(
            malformed(|it| it.method = "G T".into()),
            "`http.method` is malformed"
        );
        assert_eq!(
            malformed(|it| it.host = "a\nb".into()),
            "`http.host` is malformed"
        );
        assert_eq!(
            malformed(|it| it.scheme = "ftp".into()),
            "`http.scheme` is malformed"
        );
        for path in ["*", "a", "http://api.example.com/a", "/a#b", "/a b"] {
            let error = error(request(|it| it.path = path.into()));
            assert_eq!(error, "`http.path` is malformed", "{path}");
        }
    }

    #[test]
    fn a_malformed_certificate_is_refused() {
        assert!(certificate_of("").unwrap().is_none());
        for malformed in ["a", "\n"] {
            let error = certificate_of(malformed);
            assert!(matches!(error, Err(CheckError::Certificate(_))));
        }
    }
}
