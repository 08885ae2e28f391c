//! Refusals tell no secret: not why a token is bad, and no text of the request (HTTP-24, DPOP-96).

use crate::common::*;
use http::HeaderMap;
use serde_json::json;

/// Ends a quoted string, a header line, and ASCII.
const HOSTILE: &str = "x\", error=\"ok\"\r\nX-Evil: 1\\\u{e9}";

#[tokio::test]
async fn http_24_reasons_of_a_bad_token_look_alike() {
    let world = both();
    let good = || world.token();
    let mut forged = good();
    forged.key = Key::from_seed("ES256", 7);
    let bad = [
        forged,
        good().header("kid", "k2"),
        good().header("kid", "k".repeat(300)),
        good().header("alg", "HS256"),
        good().header("typ", "JWT"),
        good().claim("iss", "https://evil.example"),
        good().claim("aud", "https://other.example"),
        good().claim("sub", ()),
        good().claim("nbf", NOW + 120),
        good().claim("cnf", json!({})),
    ];
    for scheme in ["Bearer", "DPoP"] {
        let mut seen: Vec<(u16, HeaderMap)> = Vec::new();
        let mut kinds = Vec::new();
        for token in &bad {
            let token = token.sign();
            let proof = world.proof(&token).sign();
            let answer = world
                .send(request(&format!("{scheme} {token}"), &proof))
                .await;
            assert_eq!(answer.outcome(), format!("TOK({scheme})"));
            kinds.push(answer.kind());
            seen.push((answer.status().as_u16(), answer.0.headers().clone()));
        }
        assert!(seen.iter().all(|each| *each == seen[0]), "{seen:?}");
        // They are told apart for the operator, so the test compares different refusals.
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), bad.len(), "{kinds:?}");
    }
}

#[tokio::test]
async fn dpop_96_no_text_of_the_request_comes_back() {
    let world = both();
    let proof = |token: &str| world.proof(token);
    let with = |text: &str| {
        let good = || world.token();
        let token = good().sign();
        let mut requests = Vec::new();
        for token in [
            good().claim("iss", text),
            good().claim("aud", text),
            good().claim("cnf", json!({ text: 1 })),
            good().header("alg", text),
            good().header("typ", text),
            good().header("kid", text),
        ] {
            let token = token.sign();
            requests.push(request(&format!("DPoP {token}"), &proof(&token).sign()));
            requests.push(request(&format!("Bearer {token}"), ""));
        }
        for proof in [
            proof(&token).header("alg", text),
            proof(&token).header("typ", text),
            proof(&token).header("jwk", json!({"kty": text})),
            proof(&token).claim("htm", text),
            proof(&token).claim("htu", text),
            proof(&token).claim("htu", format!("https://rs.example.com/{text}")),
            proof(&token).claim("ath", text),
        ] {
            requests.push(request(&format!("DPoP {token}"), &proof.sign()));
        }
        requests
    };
    for (hostile, plain) in with(HOSTILE).into_iter().zip(with("plain")) {
        let (hostile, plain) = (world.send(hostile).await, world.send(plain).await);
        assert_eq!(hostile.0.headers(), plain.0.headers());
        assert_eq!(hostile.status(), plain.status());
        assert_ne!(hostile.outcome(), "OK");
    }
}

/// A guard of both schemes.
fn both() -> World {
    World::with(|guard| guard.allow_unbound_tokens())
}
