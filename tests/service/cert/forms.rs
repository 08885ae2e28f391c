//! The forms in which proxies forward certificates: what they write is read, and nothing else is.

use crate::certificates::*;
use rcgen::PublicKeyData as _;
use sender_constraint::cert::{CertError, Forwarded, HeaderFormat, Xfcc};
use serde_json::Value;

/// Recorded from nginx, Apache, HAProxy, Caddy and Envoy, with a client certificate, with a large one and without.
#[test]
fn what_five_proxies_really_send() {
    let rows: Vec<Value> =
        serde_json::from_str(include_str!("../../vectors/client-cert-headers.json")).unwrap();
    assert_eq!(rows.len(), 27);
    for row in rows {
        let form = match row["format"].as_str().unwrap() {
            "spaced-pem" => HeaderFormat::PemSpaces,
            "rfc9440" => HeaderFormat::Rfc9440,
            "b64-der" => HeaderFormat::DerBase64,
            "pct-pem" => HeaderFormat::PercentEncodedPem,
            "xfcc" => HeaderFormat::Xfcc(Xfcc::new()),
            other => panic!("{other}"),
        };
        let header = row["header"].as_str().unwrap();
        let source = Forwarded::new(form, Some(header.parse().unwrap()), proxies()).unwrap();
        let values = row["values"].as_array().unwrap().iter();
        let headers: Vec<_> = values
            .map(|value| (header, value.as_str().unwrap().as_bytes()))
            .collect();
        let expected = row["x5t#S256"].as_str().map(str::to_owned);
        assert_eq!(ask(&source, &headers), Ok(expected), "{row}");
    }
}

#[test]
fn vec_04_through_every_form() {
    let expected = Ok(Some(
        "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0".to_owned(),
    ));
    for form in FORMS {
        assert_eq!(read(form, encode(form, &rfc_8705())), expected, "{form:?}");
    }
    let hexadecimal = "0380ed2f626650c840b2f263e6d2b29fae12ab39ae5db32b25ad27efad72e6fd";
    assert_eq!(encode(HeaderFormat::Sha256Hex, &rfc_8705()), hexadecimal);
    let unpadded = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";
    assert_eq!(read(HeaderFormat::Sha256Base64, unpadded), expected);
}

#[test]
fn minted_certificate_through_every_form() {
    let der = minted("client");
    for form in FORMS {
        let expected = Ok(Some(thumbprint(&der)));
        assert_eq!(read(form, encode(form, &der)), expected, "{form:?}");
    }
}

#[test]
fn fwd_07_what_means_no_certificate() {
    for form in FORMS {
        for value in [
            "",
            "  ",
            "(null)",
            "{http.request.tls.client.certificate_der_base64}",
            "{http.request.tls.client.fingerprint}",
        ] {
            assert_eq!(read(form, value), Ok(None), "{form:?} {value}");
        }
        for value in [
            "null",
            "-",
            "NONE",
            "{}",
            "{http.request.tls.client}",
            "::",
            "\"",
            "%20",
        ] {
            assert!(read(form, value).is_err(), "{form:?} {value}");
        }
    }
    assert_eq!(read(HeaderFormat::DerBase64Quoted, "\"\""), Ok(None));
}

#[test]
fn fwd_04_form_is_never_guessed() {
    for written in FORMS {
        for configured in FORMS {
            let same = |form| match form {
                HeaderFormat::DerBase64Chain => HeaderFormat::DerBase64,
                HeaderFormat::PercentEncodedPemChain => HeaderFormat::PercentEncodedPem,
                _ => form,
            };
            // Of one certificate, a chain is written as the certificate is.
            if same(written) != same(configured) {
                let value = encode(written, &rfc_8705());
                let read = read(configured, value);
                assert!(read.is_err(), "{written:?} as {configured:?}");
            }
        }
    }
}

#[test]
fn fwd_06_truncated_value_is_refused() {
    for form in FORMS {
        let value = encode(form, &rfc_8705());
        let whole = read(form, &value);
        for end in 1..value.len() {
            let part = read(form, &value[..end]);
            // What may be missing: the last line break, padding, and `Cert` after a whole `Hash=...;`.
            let lost = value.len() - end;
            let harmless = match form {
                HeaderFormat::Xfcc(_) => end == 69 || end == 70,
                HeaderFormat::Sha256Base64 => lost == 1,
                _ => lost <= 3,
            };
            assert!(
                part.is_err() || (harmless && part == whole),
                "{form:?} {end}"
            );
        }
    }
}

#[test]
fn several_certificates_are_refused_unless_a_chain_is_configured() {
    let (leaf, issuer) = (rfc_8705(), minted("issuer"));
    let expected = Ok(Some(thumbprint(&leaf)));
    let pems = percent(&(pem(&leaf) + &pem(&issuer)));
    assert_eq!(read(HeaderFormat::PercentEncodedPemChain, &pems), expected);
    assert_eq!(
        read(HeaderFormat::PercentEncodedPem, &pems),
        Err(CertError::Several)
    );
    let spaced = (pem(&leaf) + &pem(&issuer)).replace('\n', " ");
    assert_eq!(
        read(HeaderFormat::PemSpaces, spaced),
        Err(CertError::Several)
    );
    let ders = base64(&leaf) + "," + &base64(&issuer);
    assert_eq!(read(HeaderFormat::DerBase64Chain, &ders), expected);
    assert_eq!(read(HeaderFormat::DerBase64, &ders), Err(CertError::Base64));

    for broken in [
        format!("{ders},"),
        format!(",{ders}"),
        ders.replace(',', ",,"),
    ] {
        assert_eq!(
            read(HeaderFormat::DerBase64Chain, broken),
            Err(CertError::NotACertificate)
        );
    }
    assert!(read(HeaderFormat::DerBase64Chain, &ders[..ders.len() - 8]).is_err());
    assert!(
        read(
            HeaderFormat::PercentEncodedPemChain,
            &pems[..pems.len() - 8]
        )
        .is_err()
    );
}

#[test]
fn fwd_11_limits_on_both_sides() {
    let too_long = Err(CertError::ChainTooLong { limit: 10 });
    let chain = |length: usize| vec![base64(&outline(&[])); length].join(",");
    assert!(read(HeaderFormat::DerBase64Chain, chain(10)).is_ok());
    assert_eq!(read(HeaderFormat::DerBase64Chain, chain(11)), too_long);
    let chain = |length: usize| percent(&pem(&outline(&[])).repeat(length));
    assert!(read(HeaderFormat::PercentEncodedPemChain, chain(10)).is_ok());
    assert_eq!(
        read(HeaderFormat::PercentEncodedPemChain, chain(11)),
        too_long
    );

    let certificate = |size| read(HeaderFormat::DerBase64, base64(&outline_of(size)));
    assert!(certificate(16 * 1024).is_ok());
    assert_eq!(
        certificate(16 * 1024 + 1),
        Err(CertError::TooLarge {
            length: 16 * 1024 + 1,
            limit: 16 * 1024
        })
    );

    let limit = 24 * 1024;
    for form in FORMS {
        let header = |length| read(form, "A".repeat(length));
        let refused = |length| Err(CertError::HeaderTooLarge { length, limit });
        assert_ne!(header(limit), refused(limit), "{form:?}");
        for length in [limit + 1, 100 * 1024, 1024 * 1024] {
            assert_eq!(header(length), refused(length), "{form:?}");
        }
    }
}

#[test]
fn only_the_standard_alphabet() {
    let der = outline(&[0xfb; 3 * 40]);
    assert!(
        base64(&der).contains('+') && base64(&der).contains('/') && base64(&der).ends_with('=')
    );
    let spellings: [fn(String) -> String; 4] = [
        |text| text.replace('+', "-").replace('/', "_"),
        |text| text.replacen('+', " ", 1),
        |text| text.replacen('+', "", 1),
        |text| text.replacen('+', "é", 1),
    ];
    for spelling in spellings {
        let text = spelling(base64(&der));
        assert!(read(HeaderFormat::DerBase64, &text).is_err(), "{text}");
        assert!(read(HeaderFormat::DerBase64Chain, &text).is_err(), "{text}");
        assert!(
            read(HeaderFormat::DerBase64Quoted, format!("\"{text}\"")).is_err(),
            "{text}"
        );
        assert!(
            read(HeaderFormat::Rfc9440, format!(":{text}:")).is_err(),
            "{text}"
        );
    }
    let unpadded = base64(&der).replace('=', "");
    assert_eq!(
        read(HeaderFormat::DerBase64, unpadded),
        Err(CertError::Base64)
    );
}

#[test]
fn fmt_05_quotes_are_stripped_only_where_configured() {
    let text = base64(&rfc_8705());
    for (form, value) in [
        (HeaderFormat::DerBase64, format!("\"{text}\"")),
        (HeaderFormat::DerBase64Quoted, text.clone()),
        (HeaderFormat::DerBase64Quoted, format!("\"{text}")),
        (HeaderFormat::DerBase64Quoted, format!("\"\"{text}\"\"")),
    ] {
        assert_eq!(read(form, &value), Err(CertError::Base64), "{value}");
    }
}

#[test]
fn der_is_exactly_one_certificate() {
    let good = rfc_8705();
    let key = rcgen::KeyPair::generate().unwrap();
    let request = rcgen::CertificateParams::default()
        .serialize_request(&key)
        .unwrap();
    for (der, name) in [
        ([&good[..], &[0]].concat(), "a byte behind"),
        ([&good[..], &good].concat(), "another behind"),
        (good[1..].to_vec(), "beginning lost"),
        (good[..good.len() - 1].to_vec(), "end lost"),
        (vec![], "nothing"),
        (vec![0x30, 0], "empty"),
        (vec![0x30, 0x80, 0, 0], "indefinite length"),
        (b"-----BEGIN CERTIFICATE-----".to_vec(), "PEM"),
        (request.der().to_vec(), "a request"),
        (key.serialize_der(), "a private key"),
        (key.subject_public_key_info(), "a public key"),
    ] {
        for form in [
            HeaderFormat::DerBase64,
            HeaderFormat::PercentEncodedPem,
            HeaderFormat::PemSpaces,
            HeaderFormat::Rfc9440,
        ] {
            let read = read(form, encode(form, &der));
            let empty = der.is_empty() && form == HeaderFormat::DerBase64;
            let expected = if empty {
                Ok(None)
            } else {
                Err(CertError::NotACertificate)
            };
            assert_eq!(read, expected, "{name} {form:?}");
        }
    }
}

#[test]
fn fmt_01_an_item_of_bytes() {
    let text = base64(&rfc_8705());
    let expected = Ok(Some(thumbprint(&rfc_8705())));
    assert_eq!(
        read(HeaderFormat::Rfc9440, format!(":{text}:;a=1;b")),
        expected
    );
    for value in [
        text.clone(),
        format!(":{text}"),
        format!(":{text}:, :{text}:"),
        format!("(:{text}:)"),
        format!("a=:{text}:"),
        format!("\"{text}\""),
        format!(":{text}: a"),
        ":AA\0=:".replace('\0', "\t"),
    ] {
        let refused = Err(CertError::StructuredField);
        assert_eq!(read(HeaderFormat::Rfc9440, &value), refused, "{value}");
    }
}
