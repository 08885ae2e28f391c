//! An issuer that never sets `typ` is judged by its claims, as far as that goes (decision C-18).

use super::jwt_kinds::{OTHER_TYPES, other_kinds};
use crate::common::{AUDIENCE, ISSUER, Key, ORIGIN, Token, World};
use sender_constraint::Guard;
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::token::{Issuer, JwtVerifier};
use serde_json::{Value, json};

#[tokio::test]
async fn c_18_lenient_issuer_may_leave_out_the_type_and_rfc_9068_claims() {
    let world = lenient();
    for typ in [
        Value::Null,
        "JWT".into(),
        "jwt".into(),
        "at+jwt".into(),
        "application/at+jwt".into(),
    ] {
        let token = world.token().header("typ", typ).sign();
        world.present_token(&token).await.assert_passed();
    }
    for claim in ["sub", "jti", "iat", "client_id", "scope"] {
        let token = untyped(&world).claim(claim, Value::Null).sign();
        world.present_token(&token).await.assert_passed();
        let token = world.token().claim(claim, Value::Null).sign();
        world.present_token(&token).await.assert_passed();
    }
}

#[tokio::test]
async fn c_18_lenient_issuer_must_still_name_issuer_audience_and_expiry() {
    let world = lenient();
    world
        .present_token(&untyped(&world).sign())
        .await
        .assert_passed();
    for claim in ["iss", "aud", "exp"] {
        let token = untyped(&world).claim(claim, Value::Null).sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_missing_claim");
    }
}

#[tokio::test]
async fn c_18_lenient_issuer_is_no_free_pass_for_other_types() {
    let world = lenient();
    world
        .present_token(&untyped(&world).sign())
        .await
        .assert_passed();
    for typ in OTHER_TYPES {
        let token = world.token().header("typ", typ).sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_type");
    }
}

#[tokio::test]
async fn c_18_untyped_token_needs_client_id_or_scope() {
    let world = lenient();
    let bare = untyped(&world).claim("client_id", Value::Null);
    for scope in [Value::Null, "".into(), "  ".into(), json!(["read"])] {
        let token = bare.clone().claim("scope", scope).sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_not_an_access_token");
    }
    let token = bare.claim("scope", "read").sign();
    world.present_token(&token).await.assert_passed();
}

#[tokio::test]
async fn c_18_untyped_token_has_no_claim_of_another_kind() {
    let world = lenient();
    world
        .present_token(&untyped(&world).sign())
        .await
        .assert_passed();
    for claim in [
        "nonce",
        "at_hash",
        "c_hash",
        "s_hash",
        "events",
        "token_introspection",
        "status_list",
        "htm",
        "htu",
    ] {
        let token = untyped(&world).claim(claim, "x").sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_unexpected_claim");
    }
}

#[tokio::test]
async fn jwt_16_lenient_issuer_refuses_other_kinds_also_without_their_type() {
    let world = lenient();
    world
        .present_token(&untyped(&world).sign())
        .await
        .assert_passed();
    for (_, claims) in other_kinds() {
        for typ in [Value::Null, "JWT".into()] {
            let mut token = world.token().header("typ", typ);
            token.claims = claims.clone();
            let answer = world.present_token(&token.sign()).await;
            assert_eq!(answer.outcome(), "TOK(DPoP)", "{claims}");
            let kinds = ["token_unexpected_claim", "token_not_an_access_token"];
            assert!(kinds.contains(&answer.kind()), "{claims}: {answer:?}");
        }
    }
    assert_eq!(world.calls(), 1);
}

#[tokio::test]
async fn c_18_leniency_is_for_one_issuer() {
    let strict = Issuer::new(
        "https://strict.example.com",
        keys(&Key::from_seed("ES256", 0)),
    )
    .unwrap();
    let tokens = JwtVerifier::for_issuer(lenient_issuer(), AUDIENCE)
        .unwrap()
        .add_issuer(strict)
        .unwrap();
    let world = guarded(tokens);
    let token = untyped(&world);
    world.present_token(&token.sign()).await.assert_passed();
    let token = token.claim("iss", "https://strict.example.com");
    let answer = world.present_token(&token.sign()).await;
    answer.assert_refused("TOK(DPoP)", "token_type");
    let token = token.header("typ", "at+jwt");
    world.present_token(&token.sign()).await.assert_passed();
}

/// A guard whose one issuer never sets `typ`.
fn lenient() -> World {
    guarded(JwtVerifier::for_issuer(lenient_issuer(), AUDIENCE).unwrap())
}

fn lenient_issuer() -> Issuer {
    let issuer = Issuer::new(ISSUER, keys(&Key::from_seed("ES256", 0))).unwrap();
    issuer.accept_untyped_tokens()
}

fn guarded(tokens: JwtVerifier) -> World {
    World::with_tokens(Key::from_seed("ES256", 0), tokens, |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    })
}

fn keys(key: &Key) -> StaticKeys {
    StaticKeys::from_json(&json!({"keys": [key.published("k1")]}).to_string()).unwrap()
}

fn untyped(world: &World) -> Token {
    world.token().header("typ", "JWT")
}
