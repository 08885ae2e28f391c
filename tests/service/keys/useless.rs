//! A useless entry of a key set costs only itself (RFC 7517 section 5).

use crate::common::{Key, MintToken as _, Token, World, encode};
use sender_constraint::keys::{KeySet, StaticKeys};
use serde_json::{Value, json};

#[tokio::test]
async fn jose_11_useless_entry_costs_only_itself() {
    let good = Key::from_seed("ES256", 0);
    for (what, entry) in useless_entries() {
        let set = format!("{{\"keys\":[{entry},{}]}}", good.published("k1"));
        let read = KeySet::from_json(set.as_bytes()).unwrap();
        assert_eq!((read.len(), read.skipped().len()), (1, 1), "{what}");

        let world = World::with_keys(StaticKeys::from_json(&set).unwrap());
        let token = Token::bound(&good, &world.client);
        world.present_token(&token.sign()).await.assert_passed();
    }
}

#[tokio::test]
async fn jose_11_key_for_another_purpose_verifies_nothing() {
    let (good, other) = (Key::from_seed("ES256", 0), Key::from_seed("ES256", 5));
    for (member, fits, value) in [
        ("use", json!("sig"), json!("enc")),
        ("key_ops", json!(["verify"]), json!(["encrypt", "wrapKey"])),
        ("key_ops", json!(["sign", "verify"]), json!(["sign"])),
        ("alg", json!("ES256"), json!("ECDH-ES")),
    ] {
        for (value, verifies) in [(fits, true), (value, false)] {
            let mut jwk = other.jwk();
            jwk["kid"] = "k2".into();
            jwk[member] = value;
            let world = World::with_jwks([good.published("k1"), jwk]);
            let token = Token::bound(&other, &world.client).header("kid", "k2");
            let answer = world.present_token(&token.sign()).await;
            if verifies {
                answer.assert_passed();
            } else {
                answer.assert_refused("TOK(DPoP)", "token_unknown_key");
            }
        }
    }
}

#[test]
fn jose_11_members_that_nobody_asked_for_do_no_harm() {
    let mut jwk = Key::from_seed("ES256", 0).published("k1");
    for (name, value) in [
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("abc")),
        ("exp", json!(1)),
        ("ext", json!(true)),
    ] {
        jwk[name] = value;
    }
    let set = json!({"keys": [jwk], "issuer": "x", "keys2": []}).to_string();
    assert_eq!(KeySet::from_json(set.as_bytes()).unwrap().len(), 1);
}

/// Entries of which no signature can be verified, each for one reason.
fn useless_entries() -> Vec<(&'static str, String)> {
    let ec = |member: &str, value: Value| with(&Key::from_seed("ES256", 5), member, value);
    let ed = |member: &str, value: Value| with(&Key::from_seed("Ed25519", 5), member, value);
    let rsa = |member: &str, value: Value| with(&Key::from_seed("RS256", 1), member, value);
    let modulus = |bits: usize| json!(encode(vec![0xff; bits / 8]));
    let padded = |jwk: Value, member: &str| json!(format!("{}=", jwk[member].as_str().unwrap()));
    let zero_first =
        |jwk: Value, member: &str| json!(format!("AAAA{}", jwk[member].as_str().unwrap()));
    let ec_jwk = Key::from_seed("ES256", 5).jwk();
    let rsa_jwk = Key::from_seed("RS256", 1).jwk();
    vec![
        (
            "oct",
            json!({"kty": "oct", "k": "AQ", "kid": "k"}).to_string(),
        ),
        ("private EC", ec("d", json!("AQ"))),
        ("private EC, empty", ec("d", json!(""))),
        ("private OKP", ed("d", json!("AQ"))),
        ("private RSA", rsa("d", json!("AQ"))),
        ("private RSA prime", rsa("p", json!("AQ"))),
        ("no kty", ec("kty", Value::Null)),
        ("unknown kty", ec("kty", json!("AKP"))),
        ("kty in lower case", ec("kty", json!("ec"))),
        ("no crv", ec("crv", Value::Null)),
        ("unknown crv", ec("crv", json!("secp256k1"))),
        ("crv of another size", ec("crv", json!("P-384"))),
        ("X25519", ed("crv", json!("X25519"))),
        ("use enc", ec("use", json!("enc"))),
        ("use unknown", ec("use", json!("SIG"))),
        ("key_ops sign", ec("key_ops", json!(["sign"]))),
        ("key_ops empty", ec("key_ops", json!([]))),
        ("alg of another use", ec("alg", json!("ECDH-ES"))),
        ("alg of another type", ec("alg", json!("RS256"))),
        ("alg of another curve", ec("alg", json!("ES384"))),
        ("alg HMAC", ec("alg", json!("HS256"))),
        ("no x", ec("x", Value::Null)),
        ("no y", ec("y", Value::Null)),
        ("short x", ec("x", json!(encode([1; 31])))),
        ("long y", ec("y", json!(encode([1; 33])))),
        ("off the curve", ec("y", json!(encode([1; 32])))),
        ("padding", ec("x", padded(ec_jwk, "x"))),
        ("Ed25519 of small order", ed("x", json!(encode([0; 32])))),
        ("RSA of 1024 bits", rsa("n", modulus(1024))),
        ("RSA of 2040 bits", rsa("n", modulus(2040))),
        ("RSA of 16384 bits", rsa("n", modulus(16384))),
        (
            "RSA with a leading zero",
            rsa("n", zero_first(rsa_jwk, "n")),
        ),
        (
            "RSA exponent with a leading zero",
            rsa("e", json!("AAEAAQ")),
        ),
        ("RSA exponent 1", rsa("e", json!("AQ"))),
        ("RSA exponent even", rsa("e", json!("Ag"))),
        ("no n", rsa("n", Value::Null)),
        ("kid of another type", ec("kid", json!(1))),
        ("x of another type", ec("x", json!(5))),
        ("no object", "7".to_owned()),
        ("null", "null".to_owned()),
        ("text", "\"EC\"".to_owned()),
        ("array", "[]".to_owned()),
        ("empty", "{}".to_owned()),
        ("too deep", ec("deep", nested(40))),
        ("a member twice", r#"{"kty":"EC","kty":"EC"}"#.to_owned()),
    ]
}

/// The published key with one member changed; null removes it.
fn with(key: &Key, member: &str, value: Value) -> String {
    let mut jwk = key.published("k");
    if value.is_null() {
        jwk.as_object_mut().unwrap().remove(member);
    } else {
        jwk[member] = value;
    }
    jwk.to_string()
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, _| json!([inner]))
}
