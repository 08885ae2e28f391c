//! `typ` tells access tokens from other JWTs (RFC 9068 section 4).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a broken test should say where"
)]

mod common;

use common::{AUDIENCE, Answer, ISSUER, NOW, Proof, World, encode};
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
        present(&world, &token).await.assert_passed();
    }
}

#[tokio::test]
async fn jwt_01_refuses_every_other_type_and_none() {
    let world = World::new();
    present(&world, &world.token().sign()).await.assert_passed();
    for typ in OTHER_TYPES.map(Value::from).into_iter().chain([
        Value::Null,
        "JWT".into(),
        "jwt".into(),
        "application/jwt".into(),
    ]) {
        let token = world.token().header("typ", typ).sign();
        let answer = present(&world, &token).await;
        answer.assert_refused("TOK(DPoP)", "token_type");
    }
    assert_eq!(world.calls(), 1);
}

#[tokio::test]
async fn jwt_01_refuses_a_type_that_is_no_text() {
    let world = World::new();
    present(&world, &world.token().sign()).await.assert_passed();
    for typ in [json!(5), json!(["at+jwt"]), json!({"at+jwt": 1})] {
        let token = world.token().header("typ", typ).sign();
        let answer = present(&world, &token).await;
        answer.assert_refused("TOK(DPoP)", "token_header");
    }
}

#[tokio::test]
async fn jwt_02_refuses_encrypted_tokens() {
    let world = World::new();
    present(&world, &world.token().sign()).await.assert_passed();
    let header = encode(r#"{"typ":"at+jwt","alg":"RSA-OAEP","enc":"A256GCM","kid":"k1"}"#);
    let jwe = format!("{header}.a2V5.aXY.Y2lwaGVy.dGFn");
    let answer = present(&world, &jwe).await;
    answer.assert_refused("TOK(DPoP)", "token_not_a_jws");
}

#[tokio::test]
async fn jwt_16_refuses_other_kinds_of_jwt_by_the_issuers_own_key() {
    let world = World::new();
    present(&world, &world.token().sign()).await.assert_passed();
    for (typ, claims) in other_kinds() {
        let mut token = world.token().header("typ", typ);
        token.claims = claims;
        let answer = present(&world, &token.sign()).await;
        answer.assert_refused("TOK(DPoP)", "token_type");
    }
}

#[tokio::test]
async fn jwt_16_refuses_a_proof_as_token() {
    let world = World::new();
    present(&world, &world.token().sign()).await.assert_passed();
    let token = world.token().sign();
    let proof = world.proof(&token).sign();
    let answer = present(&world, &proof).await;
    answer.assert_refused("TOK(DPoP)", "token_missing_claim");
}

async fn present(world: &World, token: &str) -> Answer {
    let proof = Proof::new(&world.client, token).sign();
    world.present(token, &proof).await
}

/// JWTs of other standards, of the same issuer and for the same audience.
fn other_kinds() -> Vec<(&'static str, Value)> {
    let with = |mut claims: Value| {
        claims["iss"] = ISSUER.into();
        claims["aud"] = AUDIENCE.into();
        claims["exp"] = (NOW + 600).into();
        claims["iat"] = NOW.into();
        claims
    };
    let logout = json!({"http://schemas.openid.net/event/backchannel-logout": {}});
    let revoked =
        json!({"https://schemas.openid.net/secevent/caep/event-type/session-revoked": {}});
    vec![
        ("JWT", with(json!({"sub": "alice", "auth_time": NOW}))),
        (
            "JWT",
            with(json!({"sub": "alice", "nonce": "n", "at_hash": "h"})),
        ),
        (
            "token-introspection+jwt",
            with(json!({"token_introspection": {"active": true, "client_id": "app"}})),
        ),
        ("secevent+jwt", with(json!({"jti": "1", "events": revoked}))),
        (
            "logout+jwt",
            with(json!({"jti": "1", "sub": "alice", "events": logout})),
        ),
        (
            "statuslist+jwt",
            with(
                json!({"sub": "https://as.example.com/1", "status_list": {"bits": 1, "lst": "eNrb"}}),
            ),
        ),
        (
            "wit+jwt",
            with(json!({"sub": "wimse://example.com/a", "cnf": {"jwk": {"kty": "EC"}}})),
        ),
        (
            "dpop+jwt",
            with(json!({"jti": "1", "htm": "GET", "htu": "https://rs.example.com/a"})),
        ),
    ]
}

const OTHER_TYPES: [&str; 14] = [
    "",
    "at",
    "at+jws",
    "at+jwt ",
    "at+jwt;x=1",
    "text/at+jwt",
    "application/",
    "application/application/at+jwt",
    "dpop+jwt",
    "id_token+jwt",
    "logout+jwt",
    "secevent+jwt",
    "token-introspection+jwt",
    "wit+jwt",
];
