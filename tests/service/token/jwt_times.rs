//! `exp`, `nbf` and `iat` of access tokens, to the second (RFC 7519 sections 4.1.4 to 4.1.6).

use std::time::Duration;

use crate::common::{AUDIENCE, ISSUER, Key, MintProof as _, NOW, ORIGIN, Proof, World};
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::token::JwtVerifier;
use sender_constraint::{ConfigError, Guard};
use serde_json::{Value, json};

#[tokio::test]
async fn jwt_06_expiry_has_thirty_seconds_of_leeway() {
    let world = World::new();
    for exp in [
        json!(NOW + 1),
        json!(NOW),
        json!(NOW - 29),
        json!(f64::from(u32::try_from(NOW).unwrap()) - 29.5),
    ] {
        let token = world.token().claim("exp", exp).sign();
        world.present_token(&token).await.assert_passed();
    }
    for exp in [NOW - 30, NOW - 31, NOW - 3600, 0] {
        let token = world.token().claim("exp", exp).sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_expired");
    }
}

#[tokio::test]
async fn jwt_06_leeway_is_configured_up_to_five_minutes() {
    for (leeway, last) in [(0, NOW + 1), (300, NOW - 299)] {
        let world = guarded(tokens().leeway(Duration::from_secs(leeway)).unwrap());
        let token = world.token().claim("exp", last).sign();
        world.present_token(&token).await.assert_passed();
        let token = world.token().claim("exp", last - 1).sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_expired");
    }
    let error = tokens().leeway(Duration::from_secs(301)).unwrap_err();
    assert!(matches!(error, ConfigError::Duration { .. }), "{error}");
}

#[tokio::test]
async fn jwt_08_not_before_has_the_same_leeway() {
    let world = World::new();
    for nbf in [0, NOW, NOW + 30] {
        let token = world.token().claim("nbf", nbf).sign();
        world.present_token(&token).await.assert_passed();
    }
    for nbf in [NOW + 31, NOW + 120] {
        let token = world.token().claim("nbf", nbf).sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_not_yet_valid");
    }
    let world = guarded(tokens().leeway(Duration::ZERO).unwrap());
    let token = world.token().claim("nbf", NOW + 1).sign();
    let answer = world.present_token(&token).await;
    answer.assert_refused("TOK(DPoP)", "token_not_yet_valid");
}

#[tokio::test]
async fn jwt_09_issued_at_may_lie_sixty_seconds_ahead_and_any_time_back() {
    let world = World::new();
    for iat in [0, NOW - 86_400, NOW, NOW + 60] {
        let token = world.token().claim("iat", iat).sign();
        world.present_token(&token).await.assert_passed();
    }
    for iat in [NOW + 61, NOW + 3600] {
        let token = world.token().claim("iat", iat).sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_issued_in_future");
    }
}

#[tokio::test]
async fn jwt_06_refuses_times_that_are_no_numeric_dates() {
    let world = World::new();
    let texts = [
        "\"1767229200\"",
        "-1",
        "1e400",
        "9007199254740993",
        "true",
        "null",
        "[]",
    ];
    for claim in ["exp", "nbf", "iat"] {
        let token = with_raw_claim(&world, claim, &format!("{NOW}.5"));
        world.present_token(&token).await.assert_passed();
        for text in texts {
            let token = with_raw_claim(&world, claim, text);
            let answer = world.present_token(&token).await;
            answer.assert_refused("TOK(DPoP)", "token_payload");
        }
    }
}

/// A good token but for this claim, whose value need not be JSON.
fn with_raw_claim(world: &World, claim: &str, value: &str) -> String {
    let token = world.token().claim(claim, Value::Null);
    let claims = token.claims.to_string();
    let claims = claims.replacen('{', &format!("{{\"{claim}\":{value},"), 1);
    let header = token.header.to_string();
    Proof::new(&token.key, "").sign_texts(&header, &claims)
}

fn tokens() -> JwtVerifier {
    let set = json!({"keys": [Key::from_seed("ES256", 0).published("k1")]}).to_string();
    JwtVerifier::new(ISSUER, AUDIENCE, StaticKeys::from_json(&set).unwrap()).unwrap()
}

fn guarded(tokens: JwtVerifier) -> World {
    World::with_tokens(Key::from_seed("ES256", 0), tokens, |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    })
}
