//! The form of every challenge, and on which of them the error stands (HTTP-10 to HTTP-16, DPOP-90 to DPOP-93).

use std::collections::BTreeMap;

use crate::common::*;
use http::Request;
use sender_constraint::proof::Dpop;
use sender_constraint::{ConfigError, Guard};
use serde_json::json;

#[tokio::test]
async fn http_10_11_16_every_refusal_is_challenged() {
    for (world, request) in refusals() {
        let answer = world.send(request).await;
        assert!([400, 401].contains(&answer.status().as_u16()), "{answer:?}");
        assert!(!answer.challenges().is_empty(), "{answer:?}");
        for challenge in answer.challenges() {
            let (scheme, parameters) = parse(challenge);
            assert!(["DPoP", "Bearer"].contains(&scheme), "{challenge}");
            assert!(!parameters.is_empty(), "a bare {challenge}");
            assert_eq!(
                parameters.contains_key("algs"),
                scheme == "DPoP",
                "{challenge}"
            );
        }
    }
}

#[tokio::test]
async fn http_12_13_14_parameters_stand_once_and_quoted() {
    let plain = |byte: u8| matches!(byte, b' ' | b'!' | b'#'..=b'[' | b']'..=b'~');
    for (world, request) in refusals() {
        for challenge in world.send(request).await.challenges() {
            // `parse` demands the quotes and refuses a second one of a name.
            for (name, value) in parse(challenge).1 {
                assert!(
                    !value.is_empty() && value.bytes().all(plain),
                    "{name} in {challenge}"
                );
            }
        }
    }
}

#[tokio::test]
async fn http_15_lines_can_be_joined() {
    for (world, request) in refusals() {
        let answer = world.send(request).await;
        let lines = answer.challenges();
        let joined = lines.join(", ");
        match joined.split_once(", Bearer ") {
            Some((dpop, bearer)) => assert_eq!(lines, [dpop, &format!("Bearer {bearer}")]),
            None => assert_eq!(lines, [&joined]),
        }
        let schemes: Vec<_> = lines.into_iter().map(|line| parse(line).0).collect();
        let known: [&[&str]; 3] = [&["DPoP", "Bearer"], &["DPoP"], &["Bearer"]];
        assert!(
            known.contains(&&schemes[..]),
            "DPoP first, each once: {joined}"
        );
    }
}

#[tokio::test]
async fn dpop_91_92_error_stands_where_the_credentials_did() {
    let world = both();
    let token = world.token().sign();
    for (request, blamed) in [
        (request("", ""), &[][..]),
        (request("Basic eDp5", ""), &[]),
        (request("Bearer a", ""), &["Bearer"]),
        (request("DPoP a", &world.proof("a").sign()), &["DPoP"]),
        (request(&format!("DPoP {token}"), ""), &["DPoP"]),
        (request(&format!("Bearer {token}"), ""), &["Bearer"]),
    ] {
        let answer = world.send(request).await;
        let challenges: Vec<_> = answer.challenges().into_iter().map(parse).collect();
        assert_eq!(challenges.len(), 2);
        for (scheme, parameters) in challenges {
            let has = |name: &str| parameters.contains_key(name);
            assert_eq!(has("error"), blamed.contains(&scheme), "{parameters:?}");
            assert!(has("error") || !has("error_description"), "{parameters:?}");
            assert!(!has("error_uri"), "{parameters:?}");
        }
    }
}

#[test]
fn http_14_texts_are_checked_at_start() {
    let builder = || {
        let world = World::new();
        let keys = json!({"keys": [world.issuer.published("k1")]}).to_string();
        let keys = sender_constraint::keys::StaticKeys::from_json(&keys).unwrap();
        let tokens = sender_constraint::token::JwtVerifier::new(ISSUER, AUDIENCE, keys).unwrap();
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    };
    for text in [
        "",
        "a\"b",
        "a\\b",
        "a\r\nb",
        "a\nb",
        "a\tb",
        "\u{7f}",
        "\u{0}",
        "caf\u{e9}",
    ] {
        let fault = |parameter| {
            let value = text.to_owned();
            Some(ConfigError::ChallengeText { parameter, value })
        };
        assert_eq!(builder().realm(text).build().err(), fault("realm"));
        let built = builder().resource_metadata(text).build();
        assert_eq!(built.err(), fault("resource_metadata"));
    }
    for text in ["a", " !#[]~"] {
        assert!(builder().realm(text).build().is_ok(), "{text}");
    }
    for (url, is_usable) in [
        (
            "https://rs.example.com/.well-known/oauth-protected-resource?a=b,c",
            true,
        ),
        ("http://127.0.0.1:3000/m", true),
        ("http://rs.example.com/m", false),
        ("/.well-known/oauth-protected-resource", false),
        ("rs.example.com", false),
        ("https://rs.example.com/a b", false),
    ] {
        let built = builder().resource_metadata(url).build();
        assert_eq!(built.is_ok(), is_usable, "{url}");
        assert!(
            !matches!(built, Err(ConfigError::ChallengeText { .. })),
            "{url}"
        );
    }
}

/// Refusals of every kind that has a challenge, by guards of every kind.
fn refusals() -> Vec<(World, Request<()>)> {
    let worlds: [fn() -> World; 4] = [World::new, both, World::bearer_only, || {
        World::with(|guard| {
            let guard = guard
                .realm("a realm, with a comma")
                .resource_metadata("https://rs.example.com/m");
            guard.refuse_query_tokens().refuse_stray_proofs()
        })
    }];
    let mut refusals = Vec::new();
    for new in worlds {
        let world = new();
        let token = world.token().sign();
        let proof = |change: fn(Proof) -> Proof| change(world.proof(&token)).sign();
        let unproven = Token::unbound(&world.issuer)
            .claim("cnf", json!({"kid": "x"}))
            .sign();
        let mut repeated = request("Bearer a", "");
        repeated
            .headers_mut()
            .append("authorization", "DPoP a".parse().unwrap());
        for request in [
            request("", ""),
            request("Basic eDp5", ""),
            request("Bearer", ""),
            request("Bearer a", ""),
            request("Bearer a,b", ""),
            request(&format!("Bearer {token}"), ""),
            request(&format!("Bearer {unproven}"), ""),
            request(&format!("DPoP {token}"), ""),
            request(
                &format!("DPoP {token}"),
                &proof(|proof| proof.claim("iat", NOW - 100)),
            ),
            request(
                &format!("DPoP {token}"),
                &proof(|proof| proof.claim("htm", "PUT")),
            ),
            request(&format!("DPoP {unproven}"), &world.proof(&unproven).sign()),
            repeated,
        ] {
            refusals.push((new(), request));
        }
    }
    refusals
}

/// A guard of both schemes.
fn both() -> World {
    World::with(|guard| guard.allow_unbound_tokens())
}

/// A challenge read by the grammar of RFC 9110 section 11.6.1, every value a quoted-string.
fn parse(challenge: &str) -> (&str, BTreeMap<&str, &str>) {
    let (scheme, mut rest) = challenge.split_once(' ').unwrap_or((challenge, ""));
    let mut parameters = BTreeMap::new();
    while !rest.is_empty() {
        let (name, value) = rest.split_once("=\"").expect("a quoted value");
        let (value, tail) = value.split_once('"').expect("a closing quote");
        assert!(
            name.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
            "{challenge}"
        );
        assert_eq!(
            parameters.insert(name, value),
            None,
            "{name} twice in {challenge}"
        );
        rest = match tail.strip_prefix(", ") {
            Some(next) => next,
            None if tail.is_empty() => "",
            None => panic!("{challenge}"),
        };
    }
    (scheme, parameters)
}
