//! Runs both backends in one process, on the same keys and signatures: they must never disagree.

#![allow(clippy::indexing_slicing, reason = "the test creates its own data")]

use ed25519_dalek::Signer as _;
use proptest::prelude::*;
use rsa::RsaPrivateKey;
use rsa::pkcs1v15;
use rsa::pss;
use rsa::sha2::{Sha256, Sha384, Sha512};
use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _, Signer as _};
use rsa::traits::PublicKeyParts as _;

use super::public_key::{Curve, PublicKey, SignatureScheme};
use super::rsa_limits::RsaLimits;
use super::{aws_lc, rust_crypto};

const MESSAGE: &[u8] = b"eyJ0eXAiOiJkcG9wK2p3dCJ9.eyJodG0iOiJHRVQifQ";

/// The result of both backends; fails if they differ.
fn verdict(scheme: SignatureScheme, key: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
    let aws_lc = aws_lc::PreparedKey::new(scheme, key);
    let rust_crypto = rust_crypto::PreparedKey::new(scheme, key);
    // aws-lc checks only at verification whether an Ed25519 key is a point.
    if scheme != SignatureScheme::Ed25519 {
        assert_eq!(aws_lc.is_ok(), rust_crypto.is_ok(), "{scheme:?} {key:?}");
    }
    let verdict = aws_lc.is_ok_and(|key| key.verifies(message, signature));
    let other = rust_crypto.is_ok_and(|key| key.verifies(message, signature));
    assert_eq!(verdict, other, "{scheme:?} {signature:02x?}");
    verdict
}

/// Both backends accept a valid signature, and refuse it with any byte changed, truncated, or extended.
fn check_all_changes(scheme: SignatureScheme, key: &PublicKey, signature: &[u8]) {
    assert!(verdict(scheme, key, MESSAGE, signature));
    assert!(!verdict(scheme, key, b"another message", signature));
    for index in 0..signature.len() {
        let mut changed = signature.to_vec();
        changed[index] ^= 1;
        assert!(!verdict(scheme, key, MESSAGE, &changed), "byte {index}");
    }
    for other in [
        &[][..],
        &signature[1..],
        &signature[..signature.len() - 1],
        &[signature, &[0]].concat(),
        &[&[0], signature].concat(),
        &vec![0; signature.len()],
        &vec![0xff; signature.len()],
    ] {
        assert!(
            !verdict(scheme, key, MESSAGE, other),
            "{} bytes",
            other.len()
        );
    }
}

#[test]
fn p256_p384_p521() {
    let p256 = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("in range");
    let point = p256.verifying_key().to_sec1_point(false);
    let key = ec(Curve::P256, point.as_bytes());
    let signature: p256::ecdsa::Signature = p256.sign(MESSAGE);
    check_all_changes(
        SignatureScheme::EcdsaP256Sha256,
        &key,
        &signature.to_bytes(),
    );

    let p384 = p384::ecdsa::SigningKey::from_slice(&[7; 48]).expect("in range");
    let point = p384.verifying_key().to_sec1_point(false);
    let key = ec(Curve::P384, point.as_bytes());
    let signature: p384::ecdsa::Signature = p384.sign(MESSAGE);
    check_all_changes(
        SignatureScheme::EcdsaP384Sha384,
        &key,
        &signature.to_bytes(),
    );

    let mut scalar = [7; 66];
    scalar[0] = 0;
    let p521 = p521::ecdsa::SigningKey::from_slice(&scalar).expect("in range");
    let point = p521.verifying_key().to_sec1_point(false);
    let key = ec(Curve::P521, point.as_bytes());
    let signature: p521::ecdsa::Signature = p521.sign(MESSAGE);
    check_all_changes(
        SignatureScheme::EcdsaP521Sha512,
        &key,
        &signature.to_bytes(),
    );
}

#[test]
fn dpop_57_the_second_half_of_an_ecdsa_pair_verifies_too() {
    let signer = p256::ecdsa::SigningKey::from_slice(&[7; 32]).expect("in range");
    let point = signer.verifying_key().to_sec1_point(false);
    let key = ec(Curve::P256, point.as_bytes());
    let signature: p256::ecdsa::Signature = signer.sign(MESSAGE);
    let (r, s) = signature.split_scalars();
    let flipped = p256::ecdsa::Signature::from_scalars(r, -*s).expect("a signature");
    assert!(verdict(
        SignatureScheme::EcdsaP256Sha256,
        &key,
        MESSAGE,
        &flipped.to_bytes()
    ));
}

#[test]
fn points_off_the_curve() {
    for curve in [Curve::P256, Curve::P384, Curve::P521] {
        let scheme = match curve {
            Curve::P256 => SignatureScheme::EcdsaP256Sha256,
            Curve::P384 => SignatureScheme::EcdsaP384Sha384,
            Curve::P521 => SignatureScheme::EcdsaP521Sha512,
        };
        let length = match curve {
            Curve::P256 => 32,
            Curve::P384 => 48,
            Curve::P521 => 66,
        };
        for byte in [0, 1, 0xff] {
            let key =
                PublicKey::ec(curve, &vec![byte; length], &vec![byte; length]).expect("lengths");
            assert!(!verdict(scheme, &key, MESSAGE, &vec![1; 2 * length]));
        }
    }
}

#[test]
fn ed25519() {
    let signer = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let key = PublicKey::ed25519(signer.verifying_key().as_bytes()).expect("a good key");
    let signature = signer.sign(MESSAGE).to_bytes();
    check_all_changes(SignatureScheme::Ed25519, &key, &signature);
    assert!(!verdict(
        SignatureScheme::EcdsaP256Sha256,
        &key,
        MESSAGE,
        &signature
    ));
}

#[test]
fn jose_16_ed25519_commitments_of_small_order() {
    use curve25519_dalek_order::GROUP_ORDER;
    let signer = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let key = PublicKey::ed25519(signer.verifying_key().as_bytes()).expect("a good key");
    // S + L is the same number to a verifier that reduces it.
    let mut signature = signer.sign(MESSAGE).to_bytes();
    let mut carry = 0;
    for (byte, order) in signature[32..].iter_mut().zip(GROUP_ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert!(!verdict(
        SignatureScheme::Ed25519,
        &key,
        MESSAGE,
        &signature
    ));
    for y in [1, 0] {
        let mut small = [0; 64];
        small[0] = y;
        assert!(!verdict(SignatureScheme::Ed25519, &key, MESSAGE, &small));
    }
}

/// The order of the base point of edwards25519, little endian.
mod curve25519_dalek_order {
    pub(super) const GROUP_ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
}

#[test]
fn rsa() {
    let private = RsaPrivateKey::new(&mut rand_core::OsRng, 2048).expect("a key");
    let (n, e) = (private.n().to_bytes_be(), private.e().to_bytes_be());
    let key = PublicKey::rsa(n, e, RsaLimits::PROOF).expect("a good key");
    let mut random = rand_core::OsRng;
    let cases: [(SignatureScheme, Vec<u8>); 6] = [
        (
            SignatureScheme::RsaPkcs1Sha256,
            pkcs1v15::SigningKey::<Sha256>::new(private.clone())
                .sign(MESSAGE)
                .to_vec(),
        ),
        (
            SignatureScheme::RsaPkcs1Sha384,
            pkcs1v15::SigningKey::<Sha384>::new(private.clone())
                .sign(MESSAGE)
                .to_vec(),
        ),
        (
            SignatureScheme::RsaPkcs1Sha512,
            pkcs1v15::SigningKey::<Sha512>::new(private.clone())
                .sign(MESSAGE)
                .to_vec(),
        ),
        (
            SignatureScheme::RsaPssSha256,
            pss::SigningKey::<Sha256>::new(private.clone())
                .sign_with_rng(&mut random, MESSAGE)
                .to_vec(),
        ),
        (
            SignatureScheme::RsaPssSha384,
            pss::SigningKey::<Sha384>::new(private.clone())
                .sign_with_rng(&mut random, MESSAGE)
                .to_vec(),
        ),
        (
            SignatureScheme::RsaPssSha512,
            pss::SigningKey::<Sha512>::new(private.clone())
                .sign_with_rng(&mut random, MESSAGE)
                .to_vec(),
        ),
    ];
    for (scheme, signature) in &cases {
        assert!(verdict(*scheme, &key, MESSAGE, signature));
        for index in [0, 1, 100, 255] {
            let mut changed = signature.clone();
            changed[index] ^= 1;
            assert!(!verdict(*scheme, &key, MESSAGE, &changed));
        }
        for other in [
            &signature[1..],
            &[&[0], &signature[..]].concat(),
            &[][..],
            &[0; 256],
            &[0xff; 256],
        ] {
            assert!(!verdict(*scheme, &key, MESSAGE, other));
        }
        for (other, _) in cases.iter().filter(|(other, _)| other != scheme) {
            assert!(
                !verdict(*other, &key, MESSAGE, signature),
                "one key, two algorithms"
            );
        }
    }
    // RFC 7518 section 3.5: the salt is as long as the hash.
    let salted = pss::SigningKey::<Sha256>::new_with_salt_len(private, 20);
    let signature = salted.sign_with_rng(&mut random, MESSAGE).to_vec();
    assert!(!verdict(
        SignatureScheme::RsaPssSha256,
        &key,
        MESSAGE,
        &signature
    ));
}

proptest! {
    #[test]
    fn hostile_keys_and_signatures(
        x in proptest::collection::vec(any::<u8>(), 32),
        y in proptest::collection::vec(any::<u8>(), 32),
        signature in proptest::collection::vec(any::<u8>(), 64),
    ) {
        let key = PublicKey::ec(Curve::P256, &x, &y).expect("lengths");
        prop_assert!(!verdict(SignatureScheme::EcdsaP256Sha256, &key, MESSAGE, &signature));
        if let Ok(key) = PublicKey::ed25519(&x) {
            prop_assert!(!verdict(SignatureScheme::Ed25519, &key, MESSAGE, &signature));
        }
    }
}

fn ec(curve: Curve, sec1: &[u8]) -> PublicKey {
    let (x, y) = sec1[1..].split_at((sec1.len() - 1) / 2);
    PublicKey::ec(curve, x, y).expect("coordinates of full length")
}
