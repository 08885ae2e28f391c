//! Names, addresses and texts that cannot be served are refused before serving, with the offending text.

use super::config_verdict::{accept, assert_refused, keys};
use crate::common::*;
use sender_constraint::error::UrlError;
use sender_constraint::proof::Dpop;
use sender_constraint::token::{Issuer, JwtVerifier};
use sender_constraint::{ConfigError, Guard, GuardBuilder};

#[test]
fn origin_is_scheme_host_and_port_only() {
    for good in [
        "https://rs.example.com",
        "https://rs.example.com/",
        "HTTPS://RS.example.com:8443",
        "https://[2001:db8::1]",
        "http://localhost:8080",
        "http://127.0.0.1",
        "http://[::1]:80",
    ] {
        accept(Dpop::new(good));
    }
    for (value, reason) in [
        ("", UrlError::Malformed),
        ("rs.example.com", UrlError::Malformed),
        ("//rs.example.com", UrlError::Malformed),
        ("https:rs.example.com", UrlError::Malformed),
        ("https://", UrlError::Malformed),
        ("wss://rs.example.com", UrlError::Scheme),
        ("https://rs.example.com:0", UrlError::Malformed),
        ("https://rs.example.com.", UrlError::Malformed),
        ("https://m\u{fc}nchen.example", UrlError::NonAscii),
        (" https://rs.example.com", UrlError::Whitespace),
        ("https://rs.example.com\n", UrlError::Whitespace),
        ("http://127.1:80", UrlError::NotCanonical),
        ("http://0x7f000001", UrlError::NotCanonical),
        ("http://127.0.0.1.", UrlError::NotCanonical),
        ("https://user@rs.example.com", UrlError::UserInfo),
        ("https://rs.example.com?", UrlError::QueryOrFragment),
        ("https://rs.example.com/?x=1", UrlError::QueryOrFragment),
        ("https://rs.example.com#f", UrlError::QueryOrFragment),
        ("https://rs.example.com/api", UrlError::Path),
        ("https://rs.example.com//", UrlError::Path),
        ("https://rs.example.com/.", UrlError::Path),
        ("https://rs.example.com/api/..", UrlError::Path),
        ("https://rs.example.com/%2e%2e", UrlError::Path),
        ("http://rs.example.com", UrlError::PlainHttp),
        ("http://localhost.example.com", UrlError::PlainHttp),
        ("http://10.0.0.1", UrlError::PlainHttp),
    ] {
        // Names, passwords and queries are not for error messages.
        let shown = value.replace("user@", "***@");
        let shown = shown.replace("?x=1", "?***").replace("#f", "#***");
        let expected = ConfigError::Origin {
            value: shown.clone(),
            reason,
        };
        assert_refused(Dpop::new(value), expected, &[&format!("{shown:?}")]);
    }
}

#[test]
fn plain_http_to_another_machine_must_be_asked_for() {
    accept(Dpop::over_insecure_http("http://rs.example.com"));
    accept(Dpop::over_insecure_http("https://rs.example.com"));
    let expected = ConfigError::Origin {
        value: "ftp://rs.example.com".to_owned(),
        reason: UrlError::Scheme,
    };
    let refused = Dpop::over_insecure_http("ftp://rs.example.com");
    assert_refused(refused, expected, &["\"ftp://rs.example.com\""]);
}

#[test]
fn path_prefix_is_one_that_a_gateway_could_strip() {
    let dpop = || Dpop::new(ORIGIN).unwrap();
    for good in ["/svc1", "/a/b", "/a%2Fb", "/..a"] {
        accept(dpop().path_prefix(good));
    }
    for value in [
        "",
        "/",
        "//",
        "//evil.example.com/a",
        "svc1",
        "/svc1/",
        "/a?x",
        "/a#f",
        "/a b",
        "/%zz",
        "/%",
        "/\u{e4}",
        "/a/../b",
        "/.",
        "/..",
        "/%2e",
        "/a/%2E%2e",
        ":8443/a",
        "@evil.example.com/a",
        ".evil.example.com/a",
    ] {
        let expected = ConfigError::PathPrefix(value.to_owned());
        assert_refused(
            dpop().path_prefix(value),
            expected,
            &[&format!("{value:?}")],
        );
    }
}

#[test]
fn issuer_is_a_url_without_query_and_fragment() {
    for good in [
        ISSUER,
        "https://as.example.com/tenant/1",
        "http://localhost:9000/realm",
    ] {
        accept(Issuer::new(good, keys()));
    }
    for (value, reason) in [
        ("", UrlError::Malformed),
        ("as.example.com", UrlError::Malformed),
        ("urn:as", UrlError::Malformed),
        ("https://as.example.com?x", UrlError::QueryOrFragment),
        ("https://as.example.com/#", UrlError::QueryOrFragment),
        ("https://user:secret@as.example.com", UrlError::UserInfo),
        ("http://as.example.com", UrlError::PlainHttp),
        ("ftp://as.example.com", UrlError::Scheme),
        ("https://m\u{fc}nchen.example", UrlError::NonAscii),
        ("https://as.example.com ", UrlError::Whitespace),
        ("http://127.1:80", UrlError::NotCanonical),
        ("http://2130706433", UrlError::NotCanonical),
        ("http://127.0.0.1.", UrlError::NotCanonical),
    ] {
        let shown = value.replace("user:secret@", "***@").replace("?x", "?***");
        let expected = || ConfigError::Issuer {
            value: shown.clone(),
            reason,
        };
        let quoted = format!("{shown:?}");
        assert_refused(Issuer::new(value, keys()), expected(), &[&quoted]);
        let verifier = JwtVerifier::new(value, AUDIENCE, keys());
        assert_refused(verifier, expected(), &[&quoted]);
    }
}

#[test]
fn issuer_stands_there_once() {
    let issuer = || Issuer::new(ISSUER, keys()).unwrap();
    let other = Issuer::new("https://other.example.com", keys()).unwrap();
    let verifier = JwtVerifier::for_issuer(issuer(), AUDIENCE).unwrap();
    let verifier = verifier.add_issuer(other).unwrap();
    let expected = ConfigError::DuplicateIssuer(ISSUER.to_owned());
    assert_refused(verifier.add_issuer(issuer()), expected, &[ISSUER]);
}

#[test]
fn audience_is_not_empty_and_has_no_space_around_it() {
    let verifier = || JwtVerifier::new(ISSUER, AUDIENCE, keys()).unwrap();
    accept(verifier().add_audience("api"));
    for value in ["", " ", " api", "api ", "\tapi", "api\n"] {
        let expected = || ConfigError::Audience(value.to_owned());
        let quoted = format!("audience {value:?}");
        let refused = JwtVerifier::new(ISSUER, value, keys());
        assert_refused(refused, expected(), &[&quoted]);
        let refused = verifier().add_audience(value);
        assert_refused(refused, expected(), &[&quoted]);
    }
}

#[test]
fn guard_that_accepts_nothing_is_not_built() {
    let bare = || Guard::builder(JwtVerifier::new(ISSUER, AUDIENCE, keys()).unwrap());
    accept(bare().allow_unbound_tokens().build());
    accept(bare().dpop(Dpop::new(ORIGIN).unwrap()).build());
    let hints = ["dpop(..)", "allow_unbound_tokens()"];
    assert_refused(bare().build(), ConfigError::NothingAccepted, &hints);
}

#[test]
fn http_14_texts_of_challenges_need_no_escaping() {
    let builder = || {
        let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys()).unwrap();
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    };
    type Setting = fn(GuardBuilder, &str) -> GuardBuilder;
    let settings: [(&'static str, Setting); 2] = [
        ("realm", |builder, text| builder.realm(text)),
        ("resource_metadata", |builder, text| {
            builder.resource_metadata(text)
        }),
    ];
    for (parameter, set) in settings {
        accept(set(builder(), "https://rs.example.com/!#~").build());
        for value in [
            "",
            "a\"b",
            "a\\b",
            "a\r\nSet-Cookie: b",
            "\u{e4}",
            "a\tb",
            "a\u{7f}",
            "a\0",
        ] {
            let expected = ConfigError::ChallengeText {
                parameter,
                value: value.to_owned(),
            };
            let shown = [parameter, &format!("{value:?}")];
            assert_refused(set(builder(), value).build(), expected, &shown);
        }
    }
}
