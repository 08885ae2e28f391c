//! `X-Forwarded-Client-Cert` of Envoy: which element is the client's, and what a client cannot smuggle in.

use crate::certificates::*;
use sender_constraint::ConfigError;
use sender_constraint::cert::{CertError, HeaderFormat, Xfcc};

fn one(value: &str) -> Result<Option<String>, CertError> {
    read(HeaderFormat::Xfcc(Xfcc::new()), value)
}

fn hops(hops: usize, value: &str) -> Result<Option<String>, CertError> {
    read(
        HeaderFormat::Xfcc(Xfcc::new().trusted_hops(hops).unwrap()),
        value,
    )
}

/// The certificate, and its hash in hexadecimal.
fn pair(name: &str) -> (Vec<u8>, String) {
    let der = minted(name);
    let hash = hex(&der);
    (der, hash)
}

#[test]
fn a_hash_alone_is_enough() {
    let (der, x1) = pair("client");
    let expected = Ok(Some(thumbprint(&der)));
    assert_eq!(one(&format!("Hash={x1}")), expected);
    assert_eq!(one(&format!("Hash=\"{x1}\"")), expected);
    assert_eq!(
        one(&format!("By=spiffe://a;Hash={x1};URI=;DNS=a;DNS=b;New=c")),
        expected
    );
}

#[test]
fn b_one_element_unless_hops_are_trusted() {
    let (first, x1) = pair("client");
    let (_, x2) = pair("proxy");
    let value = format!("By=a;Hash={x1},By=b;Hash={x2}");
    let refused = |found, expected| Err(CertError::XfccElements { found, expected });
    assert_eq!(one(&value), refused(2, 1));
    assert_eq!(hops(1, &value), refused(2, 1));
    assert_eq!(hops(2, &value), Ok(Some(thumbprint(&first))));
    let spaced = value.replace(",By", ", By");
    assert_eq!(hops(2, &spaced), Ok(Some(thumbprint(&first))));
    let three = format!("{value},By=c;Hash={x2}");
    assert_eq!(hops(2, &three), refused(3, 2));
    assert!(hops(1, &format!("Hash={x1},")).is_err());
    assert!(hops(1, &format!("Hash={x1};Hash={x1},Hash={x2}")).is_err());
    for wrong in [0, 11] {
        let error = Xfcc::new().trusted_hops(wrong);
        assert!(matches!(
            error,
            Err(ConfigError::Size {
                least: 1,
                most: 10,
                ..
            })
        ));
    }
}

/// Envoy removes the header of a client without a certificate; the proxies after it append their elements.
#[test]
fn fwd_07_fewer_elements_than_hops_are_no_certificate() {
    let (_, x1) = pair("proxy");
    for hops_trusted in 2..=10 {
        let value = vec![format!("By=a;Hash={x1}"); hops_trusted - 1].join(",");
        assert_eq!(hops(hops_trusted, &value), Ok(None), "{hops_trusted}");
    }
    for wrong in ["By", "Hash=a;Hash=b", "By=a,", "Subject=\"a"] {
        assert!(hops(3, wrong).is_err(), "{wrong}");
    }
    assert_eq!(one("By=a"), Err(CertError::XfccNoCertificate));
}

#[test]
fn c_no_key_twice() {
    let (der, x1) = pair("client");
    let (_, x2) = pair("other");
    let cert = percent(&pem(&der));
    for (value, key) in [
        (format!("Hash={x1};Hash={x2}"), "Hash"),
        (format!("Hash={x1};hash={x1}"), "Hash"),
        (format!("Cert=\"{cert}\";Cert=\"{cert}\""), "Cert"),
        (format!("Chain=\"{cert}\";Chain=\"{cert}\""), "Chain"),
        (format!("Hash={x1};Subject=\"a\";Subject=\"b\""), "Subject"),
    ] {
        assert_eq!(one(&value), Err(CertError::XfccDuplicate(key)), "{key}");
    }
}

#[test]
fn d_names_of_the_client_add_nothing() {
    let (attacker, own) = pair("attacker");
    let (victim, x1) = pair("victim");
    let stolen = percent(&pem(&victim));
    assert_eq!(
        one(&format!("Hash={own};URI=spiffe://x")),
        Ok(Some(thumbprint(&attacker)))
    );
    for name in [
        format!("spiffe://x,Hash={x1}"),
        format!("spiffe://x;Hash={x1}"),
        format!("spiffe://x;Cert=\"{stolen}\""),
        format!("spiffe://x;Cert={stolen}"),
        format!("spiffe://x;Chain={stolen}"),
        "spiffe://x\",Subject=\"".to_owned(),
    ] {
        assert!(one(&format!("Hash={own};URI={name}")).is_err(), "{name}");
        assert!(
            one(&format!("Hash={own};DNS=a;URI=b;DNS={name}")).is_err(),
            "{name}"
        );
    }
}

#[test]
fn e_quoted_values_hold_anything() {
    let (der, x1) = pair("client");
    let expected = Ok(Some(thumbprint(&der)));
    for subject in [
        r#"CN=a\"b,O=c;d"#,
        r"CN=a\\",
        r#"CN=\\\",Hash=0"#,
        "",
        ";Hash=0;,",
    ] {
        let value = format!("Subject=\"{subject}\";Hash={x1}");
        assert_eq!(one(&value), expected, "{value}");
    }
}

#[test]
fn f_keys_are_of_either_case() {
    let (der, x1) = pair("client");
    let expected = Ok(Some(thumbprint(&der)));
    assert_eq!(one(&format!("hash={x1}")), expected);
    let cert = percent(&pem(&der));
    assert_eq!(
        one(&format!("HASH={x1};CERT=\"{cert}\";chain=\"{cert}\"")),
        expected
    );
}

#[test]
fn g_hash_certificate_and_chain_must_agree() {
    let (der, x1) = pair("client");
    let (other, x2) = pair("other");
    let (c1, c2) = (percent(&pem(&der)), percent(&pem(&other)));
    let chain = percent(&(pem(&der) + &pem(&other)));
    let expected = Ok(Some(thumbprint(&der)));
    for value in [
        format!("Cert=\"{c1}\""),
        format!("Chain=\"{chain}\""),
        format!("Hash={x1};Cert=\"{c1}\";Chain=\"{chain}\""),
    ] {
        assert_eq!(one(&value), expected, "{value}");
    }
    for value in [
        format!("Cert=\"{c2}\";Hash={x1}"),
        format!("Hash={x2};Cert=\"{c1}\""),
        format!("Hash={x2};Chain=\"{chain}\""),
        format!("Cert=\"{c2}\";Chain=\"{chain}\""),
    ] {
        assert_eq!(one(&value), Err(CertError::XfccConflict), "{value}");
    }
    // What is refused alone is refused beside a good hash.
    assert_eq!(
        one(&format!("Hash={x1};Cert=\"{chain}\"")),
        Err(CertError::Several)
    );
    assert_eq!(one(&format!("Hash={x1};Cert=\"\"")), Err(CertError::Pem));
    assert_eq!(
        one(&format!("Hash=;Cert=\"{c1}\"")),
        Err(CertError::Fingerprint)
    );
}

#[test]
fn h_quotes_must_balance() {
    let (_, x1) = pair("client");
    for value in [
        format!("Hash={x1};Subject=\"CN=a"),
        format!("Subject=\"CN=a;Hash={x1}"),
        format!("Subject=\"CN=a\\\";Hash={x1}"),
        format!("Subject=CN=a\";Hash={x1}"),
        format!("Subject=\"a\"b;Hash={x1}"),
    ] {
        assert_eq!(one(&value), Err(CertError::XfccSyntax), "{value}");
    }
}

#[test]
fn one_trailing_semicolon_is_let_pass() {
    let (der, x1) = pair("client");
    assert_eq!(one(&format!("Hash={x1};")), Ok(Some(thumbprint(&der))));
    for value in [
        format!("Hash={x1};;"),
        format!(";Hash={x1}"),
        format!("Hash={x1};,"),
    ] {
        assert_eq!(one(&value), Err(CertError::XfccSyntax), "{value}");
    }
}

#[test]
fn an_element_without_a_certificate_is_not_none() {
    for value in ["By=a", "By=a;URI=spiffe://x", "Subject=\"CN=a\""] {
        assert_eq!(one(value), Err(CertError::XfccNoCertificate), "{value}");
    }
    let sha1 = format!("Hash={}", "ab".repeat(20));
    assert_eq!(one(&sha1), Err(CertError::Fingerprint));
}

#[test]
fn fwd_04_base64_from_openshift_is_refused() {
    let text = base64(&rfc_8705());
    assert!(one(&text).is_err());
    assert!(one(&format!("\"{text}\"")).is_err());
}

/// Envoy writes names unescaped: a thief's certificate with the URI `x,Hash=<victim>` must not count as a proxy's word.
#[test]
fn thr_31_element_made_of_a_name_is_no_hop() {
    let (thief, own) = pair("thief");
    let (_, victim) = pair("victim");
    let injected = format!("Hash={own};Subject=\"CN=thief\";URI=x,Hash={victim}");
    let appended = format!("{injected},By=b;Hash={own}");
    for (count, value) in [(1, &injected), (2, &appended)] {
        let refused = hops(count, value);
        assert!(
            matches!(refused, Err(CertError::XfccElements { .. })),
            "{refused:?}"
        );
    }
    let harmless = format!("Hash={own};Subject=\"CN=thief\";URI=x");
    assert_eq!(hops(1, &harmless), Ok(Some(thumbprint(&thief))));
}

/// A quote in a name must not swallow the element of the next proxy: two elements would look like one.
#[test]
fn thr_31_quote_in_a_name_hides_no_element() {
    let (_, own) = pair("thief");
    let (_, victim) = pair("victim");
    let certificate = percent(&pem(&minted("proxy")));
    for second in [
        format!("By=b;Hash={victim}"),
        format!("By=b;Hash={victim};Subject=\"\";URI=c"),
        format!("By=b;Hash={victim};Subject=\"CN=c\";URI=c"),
        format!("By=b;Hash={victim};Cert=\"{certificate}\""),
    ] {
        for name in ["\"", "\"x", "\"x\\"] {
            let value = format!("Hash={own};URI={name},{second}");
            assert_eq!(hops(2, &value), Err(CertError::XfccSyntax), "{value}");
        }
    }
}

/// Nobody has so many proxies: reading on would only cost memory.
#[test]
fn fwd_11_elements_are_bounded() {
    let (_, hash) = pair("client");
    let elements = |count: usize| vec![format!("Hash={hash}"); count].join(",");
    assert!(hops(10, &elements(10)).is_ok());
    assert_eq!(
        hops(10, &elements(11)),
        Err(CertError::XfccElements {
            found: 11,
            expected: 10
        })
    );
    assert_eq!(hops(10, &elements(12)), Err(CertError::XfccSyntax));
}
