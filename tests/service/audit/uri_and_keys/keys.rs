//! RSA keys of proofs, and the search for the key of a token.

use sender_constraint::Guard;
use sender_constraint::keys::{KeySet, StaticKeys};
use sender_constraint::proof::Dpop;
use sender_constraint::token::JwtVerifier;
use serde_json::{Value, json};

use crate::common::{AUDIENCE, Answer, ISSUER, Key, ORIGIN, World, encode};

#[tokio::test]
async fn a11_rsa_key_of_a_proof_has_at_most_4096_bits_and_exponent_65537() {
    const F4: &[u8] = &[1, 0, 1];
    let modulus = "must be odd and have 2048 to 4096 bits";
    let exponent = "must be odd and from 3 to 65537";
    for (bits, e, reason) in [
        (2048, F4, ""),
        (4096, F4, ""),
        (4096, &[3], ""),
        (2040, F4, modulus),
        (4104, F4, modulus),
        (8192, F4, modulus),
        (2048, &[1], exponent),
        (2048, &[1, 0, 0], exponent),
        (2048, &[1, 0, 3], exponent),
        (4096, &[0xff; 4], exponent),
        (2048, &[1, 0, 0, 0, 1], exponent),
    ] {
        let answer = present_key(&rsa(bits, e)).await;
        let shown = answer.rejection().to_string();
        if reason.is_empty() {
            // Such a key is good; the signature is not by it.
            answer.assert_refused("PROOF", "proof_signature");
        } else {
            answer.assert_refused("PROOF", "proof_key");
            assert!(shown.contains(reason), "{bits} {e:?}: {shown}");
        }
    }
}

#[test]
fn a11_rsa_key_of_an_issuer_may_be_larger() {
    for (bits, e, usable) in [
        (4104, &[1, 0, 1][..], 1),
        (8192, &[1, 0, 1], 1),
        (8192, &[0xff; 4], 1),
        (8200, &[1, 0, 1], 0),
        (2048, &[1, 0, 0, 0, 1], 0),
    ] {
        let set = json!({"keys": [rsa(bits, e)]}).to_string();
        let set = KeySet::from_json(set.as_bytes()).unwrap();
        assert_eq!(set.len(), usable, "{bits} {e:?}");
    }
}

#[tokio::test]
async fn a13_token_without_kid_is_tried_with_the_fifth_key() {
    let key = Key::from_seed("RS256", 0);
    for place in 0..5 {
        let mut jwks = others(4);
        jwks.insert(place, key.jwk());
        let (world, token) = without_kid(&key, &jwks);
        world.present_token(&token).await.assert_passed();
    }
}

#[tokio::test]
async fn a13_sixteen_keys_are_tried_and_the_reason_counts_the_others() {
    let key = Key::from_seed("RS256", 0);
    for (others_before, counts) in [
        (15, None),
        (16, Some("16 keys tried, 1 not tried")),
        (18, Some("16 keys tried, 3 not tried")),
    ] {
        let mut jwks = others(others_before);
        jwks.push(key.jwk());
        let (world, token) = without_kid(&key, &jwks);
        let answer = world.present_token(&token).await;
        let Some(counts) = counts else {
            answer.assert_passed();
            continue;
        };
        answer.assert_refused("TOK(DPoP)", "token_signature");
        let shown = answer.rejection().to_string();
        assert!(shown.contains(counts), "{shown}");
    }
}

#[tokio::test]
async fn a13_keys_that_name_the_algorithm_come_first() {
    let key = Key::from_seed("RS256", 0);
    let mut jwks = others(20);
    jwks.push(key.published("k1"));
    let (world, token) = without_kid(&key, &jwks);
    world.present_token(&token).await.assert_passed();

    // Among those that name it, the order of the set holds.
    let mut jwks = others(20);
    for jwk in &mut jwks {
        jwk["alg"] = "RS256".into();
    }
    jwks.insert(15, key.published("k1"));
    let (world, token) = without_kid(&key, &jwks);
    world.present_token(&token).await.assert_passed();
    jwks.swap(15, 16);
    let (world, token) = without_kid(&key, &jwks);
    let answer = world.present_token(&token).await;
    answer.assert_refused("TOK(DPoP)", "token_signature");
}

/// A guard that knows these keys, and a token by `key` that names none.
fn without_kid(key: &Key, jwks: &[Value]) -> (World, String) {
    let keys = StaticKeys::from_json(&json!({"keys": jwks}).to_string()).unwrap();
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys).unwrap();
    let world = World::with_tokens(key.clone(), tokens, |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    });
    let token = world.token().header("kid", Value::Null).sign();
    (world, token)
}

/// So many RSA keys of nobody, without `alg` and `kid`.
fn others(count: u8) -> Vec<Value> {
    let jwk = |number: u8| {
        let mut modulus = vec![0xff; 256];
        modulus[128] = number;
        json!({"kty": "RSA", "n": encode(modulus), "e": "AQAB"})
    };
    (0..count).map(jwk).collect()
}

/// A proof with this RSA key, to which the token is bound; the signature does not hold.
async fn present_key(jwk: &Value) -> Answer {
    let world = World::new();
    let text = |name: &str| jwk[name].as_str().unwrap();
    let members = format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, text("e"), text("n"));
    let token = world
        .token()
        .claim("cnf", json!({"jkt": sha256(&members)}))
        .sign();
    let proof = world.proof(&token);
    let proof = proof.header("alg", "PS256").header("jwk", jwk.clone());
    world.present(&token, &proof.sign()).await
}

fn rsa(bits: usize, e: &[u8]) -> Value {
    json!({"kty": "RSA", "n": encode(vec![0xff; bits / 8]), "e": encode(e)})
}

fn sha256(text: &str) -> String {
    use sha2::Digest as _;
    encode(sha2::Sha256::digest(text))
}
