//! Certificates as PEM in a header: the label, what may stand around a block, and percent-encoding.

use crate::certificates::*;
use sender_constraint::cert::{CertError, HeaderFormat};

#[test]
fn pem_label_must_be_certificate() {
    let good = pem(&rfc_8705());
    for label in [
        "TRUSTED CERTIFICATE",
        "PRIVATE KEY",
        "X509 CERTIFICATE",
        "CERTIFICATE REQUEST",
        "certificate",
        "",
    ] {
        let text = good.replace("CERTIFICATE", label);
        for form in [
            HeaderFormat::PercentEncodedPem,
            HeaderFormat::PercentEncodedPemChain,
        ] {
            assert_eq!(read(form, percent(&text)), Err(CertError::Pem), "{label}");
        }
        let spaced = read(HeaderFormat::PemSpaces, text.replace('\n', " "));
        assert_eq!(spaced, Err(CertError::Pem), "{label}");
        let two = read(
            HeaderFormat::PercentEncodedPemChain,
            percent(&(text + &good)),
        );
        assert_eq!(two, Err(CertError::Pem), "{label}");
    }
    let unlike = good.replacen("CERTIFICATE", "PRIVATE KEY", 1);
    assert_eq!(
        read(HeaderFormat::PercentEncodedPem, percent(&unlike)),
        Err(CertError::Pem)
    );
}

#[test]
fn nothing_around_pem() {
    let good = pem(&rfc_8705());
    assert!(read(HeaderFormat::PercentEncodedPem, percent(&good)).is_ok());
    assert!(read(HeaderFormat::PercentEncodedPem, percent(good.trim_end())).is_ok());
    assert!(
        read(
            HeaderFormat::PercentEncodedPem,
            percent(&good.replace('\n', "\r\n"))
        )
        .is_ok()
    );
    for text in [
        format!("\r\n{good}"),
        format!(" {good}"),
        format!("{good}\r\nX-Role: admin\r\n"),
        format!("{good}\n"),
        format!("{good}\0"),
        format!("subject=/CN=a\n{good}"),
        good.replace("M", "\0M"),
        good.replace("\n", "\n "),
        good.replace("\n", "\t"),
        good.replacen('\n', "\nProc-Type: 4\n\n", 1),
    ] {
        for form in [
            HeaderFormat::PercentEncodedPem,
            HeaderFormat::PercentEncodedPemChain,
        ] {
            assert!(read(form, percent(&text)).is_err(), "{text:?}");
        }
    }
    let spaced = good.replace('\n', " ");
    for text in [
        format!("a {spaced}"),
        format!("{spaced}a"),
        spaced.replace(' ', "\t"),
    ] {
        assert_eq!(
            read(HeaderFormat::PemSpaces, &text),
            Err(CertError::Pem),
            "{text}"
        );
    }
}

#[test]
fn fmt_07_plus_is_never_a_space() {
    let der = minted("plus+slash/");
    let mut outlines = (0..=255).map(|byte| outline(&[byte; 48]));
    let der = if base64(&der).contains('+') {
        der
    } else {
        outlines.find(|der| base64(der).contains('+')).unwrap()
    };
    let literal = pem(&der).replace(' ', "%20").replace('\n', "%0A");
    assert!(literal.contains('+'));
    assert_eq!(
        read(HeaderFormat::PercentEncodedPem, &literal),
        Ok(Some(thumbprint(&der)))
    );
    let spoiled = literal.replace('+', "%20");
    assert_eq!(
        read(HeaderFormat::PercentEncodedPem, spoiled),
        Err(CertError::Base64)
    );
    for bad in ["%", "%0", "%zz", "%%0A"] {
        assert!(
            read(
                HeaderFormat::PercentEncodedPem,
                literal.replacen("%0A", bad, 1)
            )
            .is_err(),
            "{bad}"
        );
    }
}
