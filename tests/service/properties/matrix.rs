//! The response matrix, as far as it holds for every answer.

use std::collections::BTreeMap;

use crate::common::Answer;

/// One of these statuses, with the headers that belong to it and with challenges that parse.
#[track_caller]
pub(crate) fn assert_matrix(answer: &Answer, allowed: &[u16]) {
    let status = answer.status().as_u16();
    let reason = answer.0.extensions().get::<sender_constraint::Rejection>();
    assert!(allowed.contains(&status), "{status}: {reason:?}");
    let challenges = answer.challenges();
    if status == 200 {
        assert_eq!(answer.0.body(), "served");
        assert!(reason.is_none() && challenges.is_empty());
        return;
    }
    assert!(reason.is_some());
    assert_eq!(answer.0.body(), "");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    // HTTP-10, RESP-40
    assert_eq!(
        challenges.is_empty(),
        status == 431,
        "{status} {challenges:?}"
    );
    for challenge in challenges {
        assert_challenge(status, challenge);
    }
}

fn assert_challenge(status: u16, challenge: &str) {
    let (scheme, parameters) = parse_challenge(challenge)
        .unwrap_or_else(|| panic!("not `scheme 1*SP #auth-param`: {challenge}"));
    assert!(["DPoP", "Bearer"].contains(&scheme), "{challenge}");
    let known = match status {
        400 => &["invalid_request"][..],
        _ => &["invalid_token", "invalid_dpop_proof"],
    };
    for (name, value) in &parameters {
        let is_known = match *name {
            "error" => known.contains(value),
            // HTTP-14
            "error_description" => value
                .bytes()
                .all(|byte| matches!(byte, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e)),
            "algs" => scheme == "DPoP" && value.split(' ').all(|alg| !alg.is_empty()),
            "realm" => scheme == "Bearer",
            _ => false,
        };
        assert!(is_known, "{status} {challenge}");
    }
    assert_eq!(
        scheme == "DPoP",
        parameters.contains_key("algs"),
        "{challenge}"
    );
    assert!(!parameters.contains_key("error_description") || parameters.contains_key("error"));
}

/// RFC 9110 section 11.6.1, one challenge; no parameter twice (section 11.2).
fn parse_challenge(challenge: &str) -> Option<(&str, BTreeMap<&str, &str>)> {
    let is_token = |text: &str| {
        let is_tchar =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !text.is_empty() && text.bytes().all(is_tchar)
    };
    let (scheme, mut rest) = challenge.split_once(' ')?;
    let mut parameters = BTreeMap::new();
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"")?;
        // No value of ours has an escape in it.
        let (value, after) = after.split_once('"')?;
        let is_text = |byte: u8| matches!(byte, b'\t' | 0x20..=0x5b | 0x5d..=0x7e);
        if !is_token(name)
            || !value.bytes().all(is_text)
            || parameters.insert(name, value).is_some()
        {
            return None;
        }
        rest = match after.strip_prefix(", ") {
            Some(next) if !next.is_empty() => next,
            None if after.is_empty() => after,
            _ => return None,
        };
    }
    (is_token(scheme) && !parameters.is_empty()).then_some((scheme, parameters))
}

#[test]
fn challenges_that_do_not_parse_are_seen() {
    let good = "DPoP algs=\"ES256 EdDSA\", error=\"invalid_token\"";
    assert_eq!(parse_challenge(good).unwrap().1.len(), 2);
    for bad in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer realm=api",
        "Bearer realm=\"a\", realm=\"b\"",
        "Bearer realm=\"a\" error=\"b\"",
        "Bearer realm=\"a\", ",
        "Bearer realm=\"a",
        "Bearer re alm=\"a\"",
        "Bearer realm=\"a\u{e4}\"",
        "Bea(rer realm=\"a\"",
    ] {
        assert!(parse_challenge(bad).is_none(), "{bad}");
    }
}
