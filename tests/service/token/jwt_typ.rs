//! `typ` tells access tokens from other JWTs (RFC 9068 section 4).

use super::jwt_kinds::{OTHER_TYPES, other_kinds};
use crate::common::{World, encode};
use serde_json::{Value, json};

#[tokio::test]
async fn jwt_01_accepts_the_type_of_access_tokens_as_a_media_type() {
    let world = World::new();
    for typ in [
        "at+jwt",
        "AT+JWT",
        "at+JWT",
        "application/at+jwt",
        "Application/AT+jwt",
    ] {
        let token = world.token().header("typ", typ).sign();
        world.present_token(&token).await.assert_passed();
    }
}

#[tokio::test]
async fn jwt_01_refuses_every_other_type_and_none() {
    let world = World::new();
    world
        .present_token(&world.token().sign())
        .await
        .assert_passed();
    for typ in OTHER_TYPES.map(Value::from).into_iter().chain([
        Value::Null,
        "JWT".into(),
        "jwt".into(),
        "application/jwt".into(),
    ]) {
        let token = world.token().header("typ", typ).sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_type");
    }
    assert_eq!(world.calls(), 1);
}

#[tokio::test]
async fn jwt_01_refuses_a_type_that_is_no_text() {
    let world = World::new();
    world
        .present_token(&world.token().sign())
        .await
        .assert_passed();
    for typ in [json!(5), json!(["at+jwt"]), json!({"at+jwt": 1})] {
        let token = world.token().header("typ", typ).sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_header");
    }
}

#[tokio::test]
async fn jwt_02_refuses_encrypted_tokens() {
    let world = World::new();
    world
        .present_token(&world.token().sign())
        .await
        .assert_passed();
    let header = encode(r#"{"typ":"at+jwt","alg":"RSA-OAEP","enc":"A256GCM","kid":"k1"}"#);
    let jwe = format!("{header}.a2V5.aXY.Y2lwaGVy.dGFn");
    let answer = world.present_token(&jwe).await;
    answer.assert_refused("TOK(DPoP)", "token_not_a_jws");
}

#[tokio::test]
async fn jwt_16_refuses_other_kinds_of_jwt_by_the_issuers_own_key() {
    let world = World::new();
    world
        .present_token(&world.token().sign())
        .await
        .assert_passed();
    for (typ, claims) in other_kinds() {
        let mut token = world.token().header("typ", typ);
        token.claims = claims;
        let answer = world.present_token(&token.sign()).await;
        answer.assert_refused("TOK(DPoP)", "token_type");
    }
}

#[tokio::test]
async fn jwt_16_refuses_a_proof_as_token() {
    let world = World::new();
    world
        .present_token(&world.token().sign())
        .await
        .assert_passed();
    let token = world.token().sign();
    let proof = world.proof(&token).sign();
    let answer = world.present_token(&proof).await;
    answer.assert_refused("TOK(DPoP)", "token_missing_claim");
}
