//! One header, one form, one certificate: what `Forwarded` takes, and what it leaves to be removed.

use crate::certificates::*;
use http::{HeaderName, HeaderValue};
use sender_constraint::cert::{
    CertError, CertSource, Forwarded, HeaderFormat, Peer, TrustedPeers, Xfcc,
};
use sender_constraint::{ConfigError, Digest};

/// A `Client-Cert` header with the certificate of RFC 8705.
fn client_cert() -> String {
    encode(HeaderFormat::Rfc9440, &rfc_8705())
}

#[test]
fn fwd_05_repeated_header_is_refused() {
    for form in FORMS {
        let value = encode(form, &rfc_8705());
        let source = Forwarded::new(form, Some(HEADER.parse().unwrap()), proxies()).unwrap();
        let line = (HEADER, value.as_bytes());
        assert!(ask(&source, &[line]).is_ok());
        for second in [line, (HEADER, b"")] {
            assert_eq!(
                ask(&source, &[line, second]),
                Err(CertError::Repeated),
                "{form:?}"
            );
        }
    }
}

#[test]
fn fwd_08_aliases_are_not_read() {
    let hash = format!("Hash={}", hex(&rfc_8705()));
    let source = Forwarded::envoy_xfcc(proxies());
    assert_ne!(
        ask(&source, &[("x-forwarded-client-cert", hash.as_bytes())]),
        Ok(None)
    );
    for alias in ["x_forwarded_client_cert", "x-forwarded_client-cert"] {
        assert_eq!(
            ask(&source, &[(alias, hash.as_bytes())]),
            Ok(None),
            "{alias}"
        );
    }
    let value = client_cert();
    let rfc9440 = Forwarded::rfc9440(proxies());
    assert_eq!(
        ask(&rfc9440, &[("client_cert", value.as_bytes())]),
        Ok(None)
    );
    assert_eq!(
        Forwarded::percent_encoded_pem(HeaderName::from_static("ssl_client_cert"), proxies())
            .unwrap_err(),
        ConfigError::CertificateHeader("ssl_client_cert".to_owned())
    );
    for taken in ["authorization", "cookie", "dpop", "host"] {
        assert_eq!(
            Forwarded::percent_encoded_pem(HeaderName::from_static(taken), proxies()).unwrap_err(),
            ConfigError::CertificateHeader(taken.to_owned())
        );
    }
}

#[test]
fn fwd_09_names_its_headers_for_removal() {
    let names = |source: &Forwarded| {
        let names: Vec<_> = source.headers().iter().map(ToString::to_string).collect();
        names.join(" ")
    };
    let rfc9440 = Forwarded::rfc9440(proxies());
    assert_eq!(names(&rfc9440), "client-cert client-cert-chain");
    let nginx = Forwarded::percent_encoded_pem(HEADER.parse().unwrap(), proxies())
        .unwrap()
        .strip_header(HeaderName::from_static("x-ssl-verify"))
        .only_if(
            HeaderName::from_static("x-present"),
            HeaderValue::from_static("1"),
        );
    assert_eq!(names(&nginx), "x-client-cert x-ssl-verify x-present");
    assert!(names(&Forwarded::alb_verify(proxies())).contains("x-amzn-mtls-clientcert-subject"));
}

#[test]
fn fmt_09_presence_is_told_beside() {
    let source = Forwarded::new(
        HeaderFormat::Rfc9440,
        Some(HEADER.parse().unwrap()),
        proxies(),
    )
    .unwrap()
    .only_if(
        HeaderName::from_static("x-present"),
        HeaderValue::from_static("true"),
    );
    let value = client_cert();
    let certificate = (HEADER, value.as_bytes());
    let present = |text: &'static str| ("x-present", text.as_bytes());
    let expected = Ok(Some(thumbprint(&rfc_8705())));
    assert_eq!(ask(&source, &[certificate, present("true")]), expected);
    assert_eq!(ask(&source, &[certificate, present("false")]), Ok(None));
    assert_eq!(ask(&source, &[certificate]), Ok(None));
    let repeated = [certificate, present("true"), present("false")];
    assert_eq!(ask(&source, &repeated), Err(CertError::Repeated));
    let too_large = [(HEADER, &b""[..]), present("true")];
    assert_eq!(ask(&source, &too_large), Err(CertError::NotForwarded));
    assert_eq!(
        ask(&source, &[present("true")]),
        Err(CertError::NotForwarded)
    );
}

#[test]
fn products_by_name() {
    let own = |name: &str| name.parse::<HeaderName>().unwrap();
    for (source, header, form) in [
        (
            Forwarded::rfc9440(proxies()),
            "client-cert",
            HeaderFormat::Rfc9440,
        ),
        (
            Forwarded::envoy_xfcc(proxies()),
            "x-forwarded-client-cert",
            HeaderFormat::Xfcc(Xfcc::new()),
        ),
        (
            Forwarded::alb_verify(proxies()),
            "x-amzn-mtls-clientcert-leaf",
            HeaderFormat::PercentEncodedPem,
        ),
        (
            Forwarded::alb_passthrough(proxies()),
            "x-amzn-mtls-clientcert",
            HeaderFormat::PercentEncodedPemChain,
        ),
        (
            Forwarded::azure_app_service(proxies()),
            "x-arr-clientcert",
            HeaderFormat::DerBase64,
        ),
        (
            Forwarded::cloudflare(proxies()),
            "cf-client-cert-der-base64",
            HeaderFormat::DerBase64,
        ),
        (
            Forwarded::traefik(proxies()),
            "x-forwarded-tls-client-cert",
            HeaderFormat::DerBase64Chain,
        ),
        (
            Forwarded::percent_encoded_pem(own("x-a"), proxies()).unwrap(),
            "x-a",
            HeaderFormat::PercentEncodedPem,
        ),
        (
            Forwarded::pem_spaces(own("x-a"), proxies()).unwrap(),
            "x-a",
            HeaderFormat::PemSpaces,
        ),
        (
            Forwarded::der_base64(own("x-a"), proxies()).unwrap(),
            "x-a",
            HeaderFormat::DerBase64,
        ),
        (
            Forwarded::sha256_hex(own("x-a"), proxies()).unwrap(),
            "x-a",
            HeaderFormat::Sha256Hex,
        ),
        (
            Forwarded::sha256_base64(own("x-a"), proxies()).unwrap(),
            "x-a",
            HeaderFormat::Sha256Base64,
        ),
    ] {
        let value = encode(form, &rfc_8705());
        let expected = Ok(Some(thumbprint(&rfc_8705())));
        assert_eq!(
            ask(&source, &[(header, value.as_bytes())]),
            expected,
            "{header}"
        );
    }
}

#[test]
fn wrong_configurations_are_refused() {
    for form in FORMS {
        let usual = matches!(form, HeaderFormat::Rfc9440 | HeaderFormat::Xfcc(_));
        assert_eq!(
            Forwarded::new(form, None, proxies()).is_ok(),
            usual,
            "{form:?}"
        );
    }
    let nobody: [&str; 0] = [];
    assert_eq!(
        TrustedPeers::networks(nobody).unwrap_err(),
        ConfigError::NoTrustedPeer
    );
    let none: [Digest; 0] = [];
    assert_eq!(
        TrustedPeers::certificates(none).unwrap_err(),
        ConfigError::NoTrustedPeer
    );
}

#[test]
fn no_debug_or_display_shows_a_certificate() {
    let source = Forwarded::rfc9440(proxies());
    let certificate = source
        .certificate(&head(
            Some(peer(PROXY)),
            &[("client-cert", client_cert().as_bytes())],
        ))
        .unwrap();
    let shown = format!(
        "{certificate:?} {:?}",
        Peer::unix().with_certificate(certificate.clone().unwrap())
    );
    assert!(shown.contains(&thumbprint(&rfc_8705())));
    assert!(!shown.contains("MIIB") && !shown.contains("[48, 130"));
    let kind: &'static str = CertError::Repeated.into();
    assert_eq!(kind, "certificate_repeated");
}
