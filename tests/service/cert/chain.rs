//! `Client-Cert-Chain`, which a proxy sends with `Client-Cert` (RFC 9440 section 2.3).

use crate::certificates::*;
use sender_constraint::cert::{CertError, Forwarded, HeaderFormat};

#[test]
fn fmt_02_chain_is_a_list_and_not_without_its_certificate() {
    let source = Forwarded::rfc9440(proxies());
    let (leaf, issuer) = (
        client_cert(),
        encode(HeaderFormat::Rfc9440, &minted("issuer")),
    );
    let two = format!("{issuer}, {issuer}");
    let read = |certificate: Option<&str>, chain: &[&str]| {
        let certificate = certificate.map(|value| ("client-cert", value.as_bytes()));
        let chain = chain
            .iter()
            .map(|line| ("client-cert-chain", line.as_bytes()));
        ask(
            &source,
            &certificate.into_iter().chain(chain).collect::<Vec<_>>(),
        )
    };
    let expected = Ok(Some(thumbprint(&rfc_8705())));
    let (issuer, two) = (issuer.as_str(), two.as_str());
    for chain in [&[][..], &[issuer], &[two], &[issuer, two]] {
        assert_eq!(read(Some(&leaf), chain), expected);
    }
    for certificate in [None, Some(""), Some("(null)")] {
        assert_eq!(read(certificate, &[]), Ok(None));
        let refused = Err(CertError::ChainWithoutCertificate);
        assert_eq!(read(certificate, &[issuer]), refused);
    }
    for chain in ["a", ":AA==:", ":", "(:AA==:)", &format!("{issuer},")] {
        assert!(read(Some(&leaf), &[chain]).is_err(), "{chain}");
    }
    let small = encode(HeaderFormat::Rfc9440, &outline(&[]));
    assert_eq!(read(Some(&leaf), &[small.as_str(); 10]), expected);
    let too_long = Err(CertError::ChainTooLong { limit: 10 });
    assert_eq!(read(Some(&leaf), &[small.as_str(); 11]), too_long);
    let large = encode(HeaderFormat::Rfc9440, &outline_of(13 * 1024));
    assert_eq!(read(Some(&leaf), &[&large]), expected);
    let refused = read(Some(&leaf), &[&large, &large]);
    assert!(matches!(refused, Err(CertError::HeaderTooLarge { .. })));
}

#[test]
fn fmt_02_chain_belongs_to_client_cert_in_the_format_of_rfc_9440() {
    let chain = ("client-cert-chain", &b"no list"[..]);
    let usual = ("client-cert", HeaderFormat::Rfc9440);
    for (header, form) in [
        usual,
        ("client-cert", HeaderFormat::DerBase64),
        (HEADER, HeaderFormat::Rfc9440),
    ] {
        let source = Forwarded::new(form, Some(header.parse().unwrap()), proxies()).unwrap();
        let value = encode(form, &rfc_8705());
        let certificate = (header, value.as_bytes());
        let expected = Ok(Some(thumbprint(&rfc_8705())));
        assert_eq!(ask(&source, &[certificate]), expected);
        let answer = ask(&source, &[certificate, chain]);
        if (header, form) == usual {
            assert_eq!(answer, Err(CertError::StructuredField));
        } else {
            assert_eq!(answer, expected, "{header} {form:?}");
        }
    }
}
