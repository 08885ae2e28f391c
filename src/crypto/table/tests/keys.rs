//! A prepared key returns the numbers that it was created from, so its table is a table of the same key.

use crate::crypto::public_key::{Curve, PublicKey, SignatureScheme};
use crate::crypto::{RsaLimits, aws_lc, rust_crypto};

#[test]
fn both_backends_give_back_the_point_of_a_key_that_has_tables() {
    let secret = p256::ecdsa::SigningKey::from_slice(&[1; 32]).expect("a key");
    let point = secret.verifying_key().to_sec1_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(32);
    let p256 = PublicKey::ec(Curve::P256, x, y).expect("a point");
    let secret = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
    let ed25519 = PublicKey::ed25519(secret.verifying_key().as_bytes()).expect("a point");
    for (scheme, key) in [
        (SignatureScheme::EcdsaP256Sha256, p256),
        (SignatureScheme::Ed25519, ed25519),
    ] {
        assert_eq!(points(scheme, &key), [Some(key.clone()), Some(key)]);
    }
}

#[test]
fn neither_backend_has_a_point_of_other_keys() {
    let secret = p384::ecdsa::SigningKey::from_slice(&[1; 48]).expect("a key");
    let point = secret.verifying_key().to_sec1_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(48);
    let p384 = PublicKey::ec(Curve::P384, x, y).expect("a point");
    assert_eq!(
        points(SignatureScheme::EcdsaP384Sha384, &p384),
        [None, None]
    );
    let rsa = PublicKey::rsa(vec![0xff; 256], vec![1, 0, 1], RsaLimits::PROOF).expect("a modulus");
    assert_eq!(points(SignatureScheme::RsaPssSha256, &rsa), [None, None]);
}

fn points(scheme: SignatureScheme, key: &PublicKey) -> [Option<PublicKey>; 2] {
    let aws_lc = aws_lc::PreparedKey::new(scheme, key).expect("a key");
    let rust_crypto = rust_crypto::PreparedKey::new(scheme, key).expect("a key");
    [aws_lc.point(), rust_crypto.point()]
}
