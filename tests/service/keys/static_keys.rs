//! Key sets as given: which key serves a token, and what is refused at start.

use sender_constraint::jose::Algorithm;
use std::path::PathBuf;

use crate::common::{Key, MintToken as _, NOW, Token, World};
use sender_constraint::ConfigError;
use sender_constraint::keys::{KeyHint, KeySet, KeySetError, KeySource, StaticKeys};
use sender_constraint::time::Timestamp;
use serde_json::{Value, json};

#[tokio::test]
async fn jose_10_token_without_kid_finds_the_key_that_fits() {
    let (ec, ed) = (Key::from_seed("ES256", 0), Key::from_seed("Ed25519", 0));
    let world = World::with_jwks([ec.published("a"), ed.published("b")]);
    for key in [&ec, &ed] {
        let token = Token::bound(key, &world.client).header("kid", Value::Null);
        world.present_token(&token.sign()).await.assert_passed();
    }
    let stranger =
        Token::bound(&Key::from_seed("ES256", 9), &world.client).header("kid", Value::Null);
    let answer = world.present_token(&stranger.sign()).await;
    answer.assert_refused("TOK(DPoP)", "token_signature");
}

#[tokio::test]
async fn jose_10_token_without_kid_tries_16_keys_and_no_17th() {
    let keys: Vec<_> = (0..17).map(|seed| Key::from_seed("ES256", seed)).collect();
    let world = World::with_jwks(keys.iter().map(|key| key.published(&key.thumbprint())));
    for (index, key) in keys.iter().enumerate() {
        let token = Token::bound(key, &world.client).header("kid", Value::Null);
        let answer = world.present_token(&token.sign()).await;
        if index < 16 {
            answer.assert_passed();
        } else {
            answer.assert_refused("TOK(DPoP)", "token_signature");
        }
        let named = Token::bound(key, &world.client).header("kid", key.thumbprint());
        world.present_token(&named.sign()).await.assert_passed();
    }
}

#[tokio::test]
async fn jose_10_kid_that_stands_there_twice_is_told_by_type_or_by_trying() {
    let keys = [
        Key::from_seed("ES256", 0),
        Key::from_seed("RS256", 0),
        Key::from_seed("ES256", 5),
    ];
    let world = World::with_jwks(keys.iter().map(|key| key.published("1")));
    for key in &keys {
        let token = Token::bound(key, &world.client).header("kid", "1");
        world.present_token(&token.sign()).await.assert_passed();
    }
    let stranger = Token::bound(&Key::from_seed("ES256", 9), &world.client).header("kid", "1");
    let answer = world.present_token(&stranger.sign()).await;
    answer.assert_refused("TOK(DPoP)", "token_signature");
}

#[test]
fn a_set_has_at_most_128_entries() {
    let set = |count: u8| {
        let keys: Vec<_> = (0..count)
            .map(|seed| Key::from_seed("ES256", seed).jwk())
            .collect();
        KeySet::from_json(json!({"keys": keys}).to_string().as_bytes())
    };
    assert_eq!(set(128).unwrap().len(), 128);
    assert_eq!(set(129).unwrap_err(), KeySetError::TooManyKeys);
    // Entries of no use count too.
    let junk = json!({"keys": vec![json!({"kty": "oct"}); 129]}).to_string();
    let error = KeySet::from_json(junk.as_bytes()).unwrap_err();
    assert_eq!(error, KeySetError::TooManyKeys);
}

#[test]
fn a_text_that_is_no_key_set_is_refused_at_start() {
    for text in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"keys":{}}"#,
        r#"{"keys":null}"#,
        r#"{"keys":[]}{"keys":[]}"#,
        r#"{"keys":[],"keys":[]}"#,
        r#"{"keys":[}"#,
    ] {
        let error = StaticKeys::from_json(text).unwrap_err();
        let ConfigError::UnreadableKeys { origin, .. } = error else {
            panic!("{text}: {error}");
        };
        assert_eq!(origin, "in memory", "{text}");
    }
}

#[test]
fn a_set_without_a_usable_key_is_refused_at_start() {
    let unusable = [json!({"kty": "oct", "k": "AQ"}), json!(7)];
    for count in 0..=unusable.len() {
        let set = json!({"keys": unusable[..count]}).to_string();
        let error = StaticKeys::from_json(&set).unwrap_err();
        let origin = "in memory".to_owned();
        let ConfigError::NoKey {
            origin: named,
            skipped,
        } = error
        else {
            panic!("{error}");
        };
        assert_eq!((named, skipped.len()), (origin, count));
    }
}

#[tokio::test]
async fn keys_come_from_a_file() {
    let key = Key::from_seed("ES256", 0);
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("keys_fixed.json");
    std::fs::write(&path, json!({"keys": [key.published("k1")]}).to_string()).unwrap();
    let world = World::with_keys(StaticKeys::from_file(&path).unwrap());
    let token = Token::bound(&key, &world.client);
    world.present_token(&token.sign()).await.assert_passed();

    for (text, read) in [("{", false), (r#"{"keys":[]}"#, true)] {
        std::fs::write(&path, text).unwrap();
        let error = StaticKeys::from_file(&path).unwrap_err();
        let shown = path.display().to_string();
        match error {
            ConfigError::NoKey { origin, .. } if read => assert_eq!(origin, shown),
            ConfigError::UnreadableKeys { origin, .. } if !read => assert_eq!(origin, shown),
            other => panic!("{text}: {other}"),
        }
    }
    let missing = path.with_extension("missing");
    let error = StaticKeys::from_file(&missing).unwrap_err();
    assert!(
        matches!(error, ConfigError::UnreadableKeys { .. }),
        "{error}"
    );
}

#[tokio::test]
async fn fixed_keys_trust_their_own_keys_only() {
    let now = Timestamp::from_unix_seconds(NOW);
    let hint = KeyHint::new(Some("k1"), Algorithm::Es256);
    let keys = |jwk: Value| StaticKeys::from_json(&json!({"keys": [jwk]}).to_string()).unwrap();
    let key = Key::from_seed("ES256", 0);
    let ours = keys(key.published("k1"));
    let found = ours.find(&hint, now).await.unwrap();
    assert!(ours.is_current(&found[0], now));
    assert!(keys(key.published("k1")).is_current(&found[0], now));
    for other in [
        key.published("k2"),
        Key::from_seed("ES256", 5).published("k1"),
    ] {
        assert!(!keys(other).is_current(&found[0], now));
    }
}
