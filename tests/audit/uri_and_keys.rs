//! Findings about the target URI of a proof, and about the keys of proofs and tokens.

use sender_constraint::keys::KeySet;
use serde_json::{Value, json};

use crate::common::{Answer, World, encode};

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
