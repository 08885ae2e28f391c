//! Entries of a key set that are not used keep their reason, and a refusal names it.

use crate::common::{AUDIENCE, Answer, ISSUER, Key, MintToken as _, ORIGIN, Token, World, encode};
use crate::remote::Remote;
use sender_constraint::keys::{KeySet, SkipReason, StaticKeys};
use sender_constraint::proof::Dpop;
use sender_constraint::token::{JwtVerifier, TokenError};
use sender_constraint::{Guard, error::RejectionReason};
use serde_json::{Value, json};

#[test]
fn jose_11_each_skipped_entry_has_its_reason() {
    for (what, entry, expected) in entries() {
        let good = Key::from_seed("ES256", 0).published("k1");
        let set = json!({"keys": [good, entry]}).to_string();
        let set = KeySet::from_json(set.as_bytes()).unwrap();
        let [skipped] = set.skipped() else {
            panic!("{what}: {:?}", set.skipped());
        };
        assert_eq!((set.len(), skipped.position()), (1, 1), "{what}");
        let text = skipped.to_string();
        assert!(text.contains(expected), "{what}: {text}");
    }
}

#[test]
fn jose_11_skipped_entry_is_found_by_its_kid() {
    let private = with("ES256", "d", json!("AQ"));
    let set = json!({"keys": [private, {"kty": "EC"}]}).to_string();
    let set = KeySet::from_json(set.as_bytes()).unwrap();
    assert_eq!(set.skip_reason("k"), Some(&SkipReason::Private));
    assert_eq!(set.skip_reason("k2"), None);
    assert_eq!(set.skip_reason(""), None);
    assert_eq!(set.skipped()[1].kid(), None);
}

#[test]
fn jose_11_kid_of_a_skipped_entry_is_an_excerpt() {
    let mut entry = with("ES256", "d", json!("AQ"));
    entry["kid"] = json!(format!("\u{1b}[31m{}", "k".repeat(10_000)));
    let set = json!({"keys": [entry]}).to_string();
    let set = KeySet::from_json(set.as_bytes()).unwrap();
    let text = set.skipped()[0].to_string();
    assert!(text.len() < 200 && !text.contains('\u{1b}'), "{text}");
}

#[tokio::test]
async fn jose_11_refusal_says_that_the_key_is_in_the_set_but_skipped() {
    let (good, other) = (Key::from_seed("ES256", 0), Key::from_seed("ES256", 5));
    let mut private = other.published("k2");
    private["d"] = json!("AQ");
    let set = json!({"keys": [good.published("k1"), private]}).to_string();
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, StaticKeys::from_json(&set).unwrap());
    let world = World::with_tokens(good, tokens.unwrap(), |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    });
    for (kid, expected) in [("k2", Some(SkipReason::Private)), ("k3", None)] {
        let token = Token::bound(&other, &world.client).header("kid", kid);
        let token = token.sign();
        let proof = world.proof(&token).sign();
        assert_skipped(&world.present(&token, &proof).await, expected.as_ref());
    }
}

#[tokio::test]
async fn jose_11_refusal_of_a_fetched_key_says_why_it_is_skipped() {
    let remote = Remote::connected().await;
    let weak = with("RS256", "n", json!(encode(vec![0xff; 128])));
    let good = crate::remote::issuer_key().published("k1");
    remote.net.publish(&[good, weak]);
    let token = remote.token(&Key::from_seed("ES256", 5), "k");
    let answer = remote.world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "token_unknown_key");
    let text = answer.rejection().to_string();
    assert!(
        text.contains("is not used: it is refused: the RSA modulus"),
        "{text}"
    );
}

#[track_caller]
fn assert_skipped(answer: &Answer, expected: Option<&SkipReason>) {
    answer.assert_refused("TOK(DPoP)", "token_unknown_key");
    let rejection = answer.rejection();
    let RejectionReason::Token(TokenError::UnknownKey { skipped, .. }) = rejection.reason() else {
        panic!("{rejection}");
    };
    assert_eq!(skipped.as_ref(), expected);
    let is_told = rejection
        .to_string()
        .contains("is not used: it is a private key");
    assert_eq!(is_told, expected.is_some(), "{rejection}");
}

fn entries() -> Vec<(&'static str, Value, &'static str)> {
    let ec = |member: &str, value: Value| with("ES256", member, value);
    let modulus = json!(encode(vec![0xff; 128]));
    vec![
        ("private", ec("d", json!("AQ")), "\"k\" is a private key"),
        (
            "private RSA prime",
            with("RS256", "p", json!("AQ")),
            "\"k\" is a private key",
        ),
        (
            "symmetric",
            json!({"kty": "oct", "k": "AQ", "kid": "k"}),
            "\"k\" is a symmetric key",
        ),
        (
            "weak RSA",
            with("RS256", "n", modulus),
            "must be odd and have 2048 to 8192 bits",
        ),
        (
            "unknown curve",
            ec("crv", json!("secp256k1")),
            "unsupported type or curve, \"EC secp256k1\"",
        ),
        (
            "unknown type",
            ec("kty", json!("AKP")),
            "unsupported type or curve, \"AKP P-256\"",
        ),
        (
            "use enc",
            ec("use", json!("enc")),
            "not for verifying signatures",
        ),
        (
            "key_ops sign",
            ec("key_ops", json!(["sign"])),
            "not for verifying signatures",
        ),
        (
            "alg of another type",
            ec("alg", json!("RS256")),
            "has an `alg`",
        ),
        (
            "alg of encryption",
            ec("alg", json!("ECDH-ES")),
            "has an `alg`",
        ),
        ("no y", ec("y", Value::Null), "has no member `y`"),
        (
            "no crv",
            ec("crv", Value::Null),
            "\"k\" has no member `crv`",
        ),
        (
            "no crv of OKP",
            with("EdDSA", "crv", Value::Null),
            "\"k\" has no member `crv`",
        ),
        (
            "short x",
            ec("x", json!(encode([1; 31]))),
            "not in its canonical form",
        ),
        (
            "off the curve",
            ec("y", json!(encode([1; 32]))),
            "not a usable point of the curve",
        ),
        (
            "kid of a number",
            ec("kid", json!(1)),
            "`kid` that is not a string",
        ),
        ("no object", json!(7), "entry 1 is not a JWK"),
        ("x of a number", ec("x", json!(5)), "entry 1 is not a JWK"),
    ]
}

/// A published key with one member changed; null removes it.
fn with(algorithm: &str, member: &str, value: Value) -> Value {
    let mut jwk = Key::from_seed(algorithm, 1).published("k");
    if value.is_null() {
        jwk.as_object_mut().unwrap().remove(member);
    } else {
        jwk[member] = value;
    }
    jwk
}
