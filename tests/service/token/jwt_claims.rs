//! The claims of an access token (RFC 9068 section 2.2): which must be there, and what they may say.

use crate::common::{AUDIENCE, ISSUER, Key, ORIGIN, World};
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::token::JwtVerifier;
use sender_constraint::{ConfigError, Guard};
use serde_json::{Value, json};

#[tokio::test]
async fn jwt_04_accepts_our_audience_alone_or_among_others() {
    let world = World::new();
    for audience in [
        json!(AUDIENCE),
        json!([AUDIENCE]),
        json!(["https://other.example.com", AUDIENCE, ISSUER]),
    ] {
        let token = world.token().claim("aud", audience).sign();
        world.present_token(&token).await.assert_passed();
    }
}

#[tokio::test]
async fn jwt_04_refuses_other_audiences() {
    let world = World::new();
    world
        .present_token(&world.token().sign())
        .await
        .assert_passed();
    for audience in [
        json!([]),
        json!(""),
        json!([""]),
        json!("https://other.example.com"),
        json!(["https://other.example.com"]),
        json!("https://rs.example.com/"),
        json!("https://rs.example.co"),
        json!("https://rs.example.com.evil.test"),
        json!("HTTPS://RS.EXAMPLE.COM"),
        json!("https://other.example.com https://rs.example.com"),
    ] {
        let token = world.token().claim("aud", audience).sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_audience");
    }
}

#[tokio::test]
async fn jwt_04_refuses_an_audience_that_is_neither_text_nor_texts() {
    let world = World::new();
    world
        .present_token(&world.token().sign())
        .await
        .assert_passed();
    for audience in [
        json!(5),
        json!({AUDIENCE: 1}),
        json!([AUDIENCE, 5]),
        json!([[AUDIENCE]]),
    ] {
        let token = world.token().claim("aud", audience).sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_payload");
    }
}

#[tokio::test]
async fn jwt_04_answers_to_each_configured_audience() {
    let world = guarded(tokens().add_audience("urn:api").unwrap());
    for audience in [AUDIENCE, "urn:api"] {
        let token = world.token().claim("aud", audience).sign();
        world.present_token(&token).await.assert_passed();
    }
    let token = world.token().claim("aud", "urn:apis").sign();
    let answer = world.present_token(&token).await;
    answer.assert_refused("TOK(DPoP)", "token_audience");
    assert_eq!(
        tokens().add_audience("").unwrap_err(),
        ConfigError::Audience(String::new())
    );
}

#[tokio::test]
async fn jwt_07_every_required_claim_must_be_there() {
    let world = World::new();
    world
        .present_token(&world.token().sign())
        .await
        .assert_passed();
    for claim in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"] {
        let token = world.token().claim(claim, Value::Null).sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_missing_claim");
    }
    for claim in ["sub", "client_id", "jti"] {
        let token = world.token().claim(claim, "").sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_missing_claim");
    }
}

#[tokio::test]
async fn jwt_07_refuses_identifiers_that_are_no_texts() {
    let world = World::new();
    world
        .present_token(&world.token().sign())
        .await
        .assert_passed();
    for claim in ["iss", "sub", "client_id", "jti"] {
        for value in [json!(5), json!(["x"]), json!({"x": 1}), json!(true)] {
            let token = world.token().claim(claim, value).sign();
            let answer = world.present_token(&token).await;
            answer.assert_refused("TOK(DPoP)", "token_payload");
        }
    }
}

#[tokio::test]
async fn jwt_14_azp_is_no_client_id() {
    let world = World::new();
    let token = world.token().claim("azp", "azp-client");
    let answer = world.present_token(&token.sign()).await;
    assert_eq!(answer.access().client_id(), Some("app"));
    let token = token.claim("client_id", Value::Null);
    let answer = world.present_token(&token.sign()).await;
    answer.assert_refused("TOK(DPoP)", "token_missing_claim");
}

#[tokio::test]
async fn jwt_15_accepts_unknown_claims() {
    let world = World::new();
    let token = world
        .token()
        .claim(
            "urn:example:roles",
            json!({"admin": [1, 2.5, null, {"x": "y"}]}),
        )
        .claim("nonce", "typed tokens may carry it")
        .claim("iss2", 5);
    world.present_token(&token.sign()).await.assert_passed();
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
