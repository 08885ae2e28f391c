//! The exact challenges for tokens and proofs that are refused: codes and fixed texts, nothing else (RESP-09 to
//! RESP-26).

use crate::common::*;
use serde_json::json;

const DPOP: &str = r#"DPoP algs="ES256 ES384 EdDSA Ed25519 PS256""#;
const BEARER: &str = r#"Bearer realm="api""#;
const INVALID: &str = r#"error="invalid_token", error_description="The access token is invalid""#;

#[tokio::test]
async fn resp_09_bad_token_under_bearer() {
    let bearer = format!("{BEARER}, {INVALID}");
    for world in [World::new(), both()] {
        for token in bad_tokens(&world) {
            let answer = world.present_bearer(&token).await;
            answer.assert_challenges(401, &[DPOP, &bearer]);
        }
    }
    let world = World::bearer_only();
    for token in bad_tokens(&world) {
        world
            .present_bearer(&token)
            .await
            .assert_challenges(401, &[&bearer]);
    }
}

#[tokio::test]
async fn resp_13_bad_token_under_dpop() {
    let dpop = format!("{DPOP}, {INVALID}");
    for (world, expected) in [(World::new(), &[&dpop[..]][..]), (both(), &[&dpop, BEARER])] {
        for token in bad_tokens(&world) {
            let proof = world.proof(&token).sign();
            world
                .present(&token, &proof)
                .await
                .assert_challenges(401, expected);
        }
    }
}

#[tokio::test]
async fn resp_10_13_expired_token() {
    let error = r#"error="invalid_token", error_description="The access token expired""#;
    let world = both();
    let token = world.token().claim("exp", NOW - 60).sign();
    let answer = world.present_bearer(&token).await;
    answer.assert_challenges(401, &[DPOP, &format!("{BEARER}, {error}")]);
    let answer = world.present(&token, &world.proof(&token).sign()).await;
    answer.assert_challenges(401, &[&format!("{DPOP}, {error}"), BEARER]);
}

#[tokio::test]
async fn resp_14_no_proof() {
    let world = both();
    let answer = world.present(&world.token().sign(), "").await;
    let error = r#"error="invalid_dpop_proof", error_description="DPoP proof required""#;
    answer.assert_challenges(401, &[&format!("{DPOP}, {error}"), BEARER]);
}

#[tokio::test]
async fn resp_15_16_21_bad_proof() {
    let world = World::new();
    let token = world.token().sign();
    let proof = || world.proof(&token);
    let used = proof().sign();
    world.present(&token, &used).await.assert_passed();
    let mut two = request(&format!("DPoP {token}"), &proof().sign());
    two.headers_mut()
        .append("dpop", proof().sign().parse().unwrap());
    let requests = [
        ("no proof".to_owned(), "DPoP proof is malformed"),
        (proof().header("typ", "JWT").sign(), "typ is not dpop+jwt"),
        (proof().header("alg", "none").sign(), "alg is not accepted"),
        (
            proof().header("jwk", json!({"kty": "oct"})).sign(),
            "jwk is not an accepted public key",
        ),
        (proof().claim("jti", ()).sign(), "DPoP proof is malformed"),
        (
            proof().claim("jti", "x".repeat(513)).sign(),
            "jti is too long",
        ),
        (proof().sign() + "A", "DPoP proof signature is invalid"),
        (
            proof().claim("htm", "POST").sign(),
            "htm is not the method of this request",
        ),
        (
            proof().claim("htu", "https://rs.example.com/b").sign(),
            "htu is not the URI of this request",
        ),
        (
            proof().claim("htu", "x").sign(),
            "htu is not the URI of this request",
        ),
        (
            world.proof("other").sign(),
            "ath is not the hash of this access token",
        ),
        (
            proof().claim("exp", NOW - 60).sign(),
            "DPoP proof is not within the accepted time window",
        ),
        (used, "jti was used before"),
    ];
    let with = |(proof, text): (String, _)| (request(&format!("DPoP {token}"), &proof), text);
    let repeated = [(two, "More than one DPoP header")];
    for (request, text) in requests.into_iter().map(with).chain(repeated) {
        let error = format!(r#"error="invalid_dpop_proof", error_description="{text}""#);
        let answer = world.send(request).await;
        answer.assert_challenges(401, &[&format!("{DPOP}, {error}")]);
    }
}

#[tokio::test]
async fn resp_17_proof_outside_the_window() {
    let error = r#"error="invalid_dpop_proof", error_description="DPoP proof is not within the accepted time window""#;
    let world = World::new();
    let token = world.token().sign();
    for iat in [NOW - 61, NOW + 11] {
        let proof = world.proof(&token).claim("iat", iat).sign();
        let answer = world.present(&token, &proof).await;
        answer.assert_challenges(401, &[&format!("{DPOP}, {error}")]);
    }
}

#[tokio::test]
async fn resp_22_proof_of_another_key() {
    let error = r#"error="invalid_token", error_description="Invalid DPoP key binding""#;
    let world = both();
    let token = world.token().sign();
    let proof = Proof::new(&Key::from_seed("ES256", 2), &token).sign();
    let answer = world.present(&token, &proof).await;
    answer.assert_challenges(401, &[&format!("{DPOP}, {error}"), BEARER]);
}

#[tokio::test]
async fn resp_23_unbound_token_under_dpop() {
    let world = both();
    let token = Token::unbound(&world.issuer).sign();
    let answer = world.present(&token, &world.proof(&token).sign()).await;
    let dpop = format!(r#"{DPOP}, error="invalid_token""#);
    answer.assert_challenges(401, &[&dpop, BEARER]);
}

#[tokio::test]
async fn resp_24_bound_token_under_bearer() {
    let error = r#"error="invalid_token", error_description="DPoP-bound access token must not be used with the Bearer scheme""#;
    let bearer = format!("{BEARER}, {error}");
    for (world, expected) in [
        (World::new(), &[DPOP, &bearer][..]),
        (both(), &[DPOP, &bearer]),
        (World::bearer_only(), &[&bearer]),
    ] {
        let answer = world.present_bearer(&world.token().sign()).await;
        answer.assert_challenges(401, expected);
    }
}

#[tokio::test]
async fn resp_25_unbound_token_where_binding_is_demanded() {
    let world = World::new();
    let answer = world
        .present_bearer(&Token::unbound(&world.issuer).sign())
        .await;
    let bearer = format!(r#"{BEARER}, error="invalid_token""#);
    answer.assert_challenges(401, &[DPOP, &bearer]);
}

#[tokio::test]
async fn resp_26_certificate_that_is_not_seen() {
    let error = r#"error="invalid_token", error_description="Certificate binding mismatch""#;
    let cnf = json!({"x5t#S256": "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0"});
    let world = both();
    let token = world.token().claim("cnf", cnf).sign();
    let answer = world.present_bearer(&token).await;
    answer.assert_challenges(401, &[DPOP, &format!("{BEARER}, {error}")]);
}

/// A guard of both schemes.
fn both() -> World {
    World::with(|guard| guard.allow_unbound_tokens())
}

/// Malformed, of another signature, issuer, key, audience or type.
fn bad_tokens(world: &World) -> Vec<String> {
    let good = || world.token();
    let mut forged = good();
    forged.key = Key::from_seed("ES256", 7);
    vec![
        "opaque".to_owned(),
        forged.sign(),
        good().claim("iss", "https://evil.example").sign(),
        good().header("kid", "k2").sign(),
        good().claim("aud", "https://other.example.com").sign(),
        good().header("typ", "JWT").sign(),
        good().claim("client_id", ()).sign(),
        good().claim("nbf", NOW + 120).sign(),
    ]
}

trait Told {
    fn assert_challenges(&self, status: u16, lines: &[&str]);
}

impl Told for Answer {
    /// This status and exactly these lines.
    #[track_caller]
    fn assert_challenges(&self, status: u16, lines: &[&str]) {
        assert_eq!(self.challenges(), lines, "{}", self.rejection());
        assert_eq!(self.status(), status);
        assert_eq!(self.header("cache-control"), Some("no-store"));
        assert_eq!(self.0.body(), "");
    }
}
