//! What a handler learns of an accepted request, and what it does not.

use crate::common::{Answer, ISSUER, NOW, Token, World};
use sender_constraint::time::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

#[tokio::test]
async fn jwt_13_names_issuer_subject_client_and_expiry() {
    let world = World::new();
    let answer = present(&world, &world.token()).await;
    let access = answer.access();
    assert_eq!(access.issuer(), ISSUER);
    assert_eq!(access.subject(), Some("alice"));
    assert_eq!(access.client_id(), Some("app"));
    let expires_at = Timestamp::from_unix_seconds(NOW + 600);
    assert_eq!(access.expires_at(), Some(expires_at));
    let jkt = access.sender().jkt().unwrap();
    assert_eq!(jkt.to_string(), world.client.thumbprint());
}

#[tokio::test]
async fn jwt_13_client_that_acts_for_itself_is_told_from_a_user() {
    let world = World::new();
    let answer = present(&world, &world.token()).await;
    assert!(!answer.access().is_client_only());
    let answer = present(&world, &world.token().claim("sub", "app")).await;
    assert!(answer.access().is_client_only());
    let answer = present(&world, &world.token().claim("sub", "App")).await;
    assert!(!answer.access().is_client_only());
}

#[tokio::test]
async fn jwt_10_scope_is_a_text_separated_by_spaces() {
    let world = World::new();
    for (scope, granted) in [
        (json!("a b"), &["a", "b"][..]),
        (json!("a"), &["a"]),
        (json!(" a  b "), &["a", "b"]),
        (json!("a\tb"), &["a\tb"]),
        (json!("a,b"), &["a,b"]),
        (json!(""), &[]),
        (Value::Null, &[]),
    ] {
        let answer = present(&world, &world.token().claim("scope", scope)).await;
        let scopes: Vec<_> = answer.access().scopes().collect();
        assert_eq!(scopes, granted);
    }
}

#[tokio::test]
async fn jwt_10_scope_in_another_form_grants_nothing() {
    let world = World::new();
    for scope in [json!(["a", "b"]), json!({"a": true}), json!(5), json!(true)] {
        let token = world.token().claim("scope", scope).claim("scp", "a b");
        let answer = present(&world, &token).await;
        answer.assert_passed();
        assert_eq!(answer.access().scopes().count(), 0);
        assert!(!answer.access().has_scope("a"));
    }
}

#[tokio::test]
async fn jwt_11_scopes_compare_as_whole_texts() {
    let world = World::new();
    let token = world.token().claim("scope", "write:all read");
    let answer = present(&world, &token).await;
    for granted in ["read", "write:all"] {
        assert!(answer.access().has_scope(granted), "{granted}");
    }
    for other in [
        "write",
        "read:all",
        "Read",
        "rea",
        "all",
        "",
        "write:all read",
        " read",
    ] {
        assert!(!answer.access().has_scope(other), "{other}");
    }
}

#[tokio::test]
async fn jwt_12_claims_come_as_a_type_of_the_applications() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Login {
        acr: String,
        auth_time: u64,
        amr: Vec<String>,
    }
    let world = World::new();
    let token = world
        .token()
        .claim("acr", "urn:mace:incommon:iap:silver")
        .claim("auth_time", NOW - 60)
        .claim("amr", json!(["hwk", "pin"]));
    let answer = present(&world, &token).await;
    let expected = Login {
        acr: "urn:mace:incommon:iap:silver".to_owned(),
        auth_time: NOW - 60,
        amr: vec!["hwk".to_owned(), "pin".to_owned()],
    };
    assert_eq!(
        answer.access().claims().deserialize::<Login>().unwrap(),
        expected
    );
    let all: Value = answer.access().claims().deserialize().unwrap();
    assert_eq!(all, token.claims);

    let answer = present(&world, &world.token()).await;
    assert!(answer.access().claims().deserialize::<Login>().is_err());
}

#[tokio::test]
async fn debug_of_access_shows_identifiers_and_nothing_to_steal() {
    let world = World::new();
    let token = world
        .token()
        .claim("email", "alice@example.com")
        .claim("jti", "the-token-id");
    let text = token.sign();
    let proof = world.proof(&text).sign();
    let answer = world.present(&text, &proof).await;
    let shown = format!("{:?}", answer.access());
    assert!(shown.contains("alice") && shown.contains(ISSUER), "{shown}");
    let parts = text.split('.').chain(proof.split('.'));
    for secret in parts.chain(["alice@example.com", "the-token-id"]) {
        assert!(!shown.contains(secret), "{shown}");
    }
}

async fn present(world: &World, token: &Token) -> Answer {
    let token = token.sign();
    let proof = world.proof(&token).sign();
    world.present(&token, &proof).await
}
