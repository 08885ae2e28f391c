//! Signs with both backends, with the same keys: what one signs, the other verifies, and both refuse the same keys.

use rsa::RsaPrivateKey;
use rsa::rand_core::OsRng;
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};

use super::private_key::PrivateKey;
use super::private_key_error::PrivateKeyError;
use super::public_key::{Curve, PublicKey, SignatureScheme};
use super::rsa_limits::RsaLimits;
use super::{aws_lc, aws_lc_sign, rust_crypto, rust_crypto_sign};

const MESSAGE: &[u8] = b"eyJ0eXAiOiJKV1QifQ.eyJpc3MiOiJhIn0";

/// Both sign, and each signature verifies with both.
fn check(key: &PrivateKey, scheme: SignatureScheme, public: &PublicKey) {
    let aws_lc = aws_lc_sign::Signer::new(key).expect("a key");
    let rust_crypto = rust_crypto_sign::Signer::new(key).expect("a key");
    assert_eq!((aws_lc.scheme(), rust_crypto.scheme()), (scheme, scheme));
    for signature in [aws_lc.sign(MESSAGE), rust_crypto.sign(MESSAGE)] {
        let signature = signature.expect("a signature");
        let one = aws_lc::PreparedKey::new(scheme, public).expect("a key");
        let other = rust_crypto::PreparedKey::new(scheme, public).expect("a key");
        assert!(one.verifies(MESSAGE, &signature) && other.verifies(MESSAGE, &signature));
        assert!(!one.verifies(b"another", &signature) && !other.verifies(b"another", &signature));
    }
    for shown in [format!("{aws_lc:?}"), format!("{rust_crypto:?}")] {
        assert_eq!(shown, format!("Signer({scheme:?})"));
    }
}

fn both_refuse(key: &PrivateKey) {
    let refused = Err(PrivateKeyError::Mismatch);
    assert_eq!(aws_lc_sign::Signer::new(key).map(drop), refused);
    assert_eq!(rust_crypto_sign::Signer::new(key).map(drop), refused);
}

#[test]
fn ecdsa() {
    let secret = p256::ecdsa::SigningKey::from_slice(&[4; 32]).expect("a scalar");
    let point = secret.verifying_key().to_sec1_point(false);
    let (x, y) = (&point.as_bytes()[1..33], &point.as_bytes()[33..]);
    let public = PublicKey::ec(Curve::P256, x, y).expect("a point");
    let scheme = SignatureScheme::EcdsaP256Sha256;
    check(
        &PrivateKey::p256(&[4; 32], x, y).expect("a key"),
        scheme,
        &public,
    );
    let alone = PrivateKey::P256 {
        scalar: [4; 32],
        point: None,
    };
    check(&alone, scheme, &public);
    // The key of another scalar, zero, and the order of the group and more.
    both_refuse(&PrivateKey::p256(&[5; 32], x, y).expect("numbers"));
    for scalar in [[0; 32], [0xff; 32]] {
        both_refuse(&PrivateKey::P256 {
            scalar,
            point: None,
        });
    }
}

#[test]
fn ed25519() {
    let secret = ed25519_dalek::SigningKey::from_bytes(&[4; 32]);
    let x = secret.verifying_key().to_bytes();
    let public = PublicKey::ed25519(&x).expect("a point");
    let scheme = SignatureScheme::Ed25519;
    check(
        &PrivateKey::ed25519(&[4; 32], &x).expect("a key"),
        scheme,
        &public,
    );
    let alone = PrivateKey::Ed25519 {
        seed: [4; 32],
        public: None,
    };
    check(&alone, scheme, &public);
    both_refuse(&PrivateKey::ed25519(&[5; 32], &x).expect("numbers"));
}

#[test]
fn rsa_pss() {
    let new = || RsaPrivateKey::new(&mut OsRng, 2048).expect("a key");
    let (secret, other) = (new(), new());
    let (n, e) = (secret.n().to_bytes_be(), secret.e().to_bytes_be());
    let public = PublicKey::rsa(n, e, RsaLimits::ISSUER).expect("a key");
    let key = PrivateKey::rsa(numbers(&secret, &secret)).expect("a key");
    check(&key, SignatureScheme::RsaPssSha256, &public);
    both_refuse(&PrivateKey::rsa(numbers(&secret, &other)).expect("numbers"));
}

/// The private exponent is that of `exponent`.
fn numbers(key: &RsaPrivateKey, exponent: &RsaPrivateKey) -> [Vec<u8>; 8] {
    let (p, q) = (&key.primes()[0], &key.primes()[1]);
    let (dp, dq) = (key.dp().expect("dp"), key.dq().expect("dq"));
    let qi = key.crt_coefficient().expect("qi");
    [key.n(), key.e(), exponent.d(), p, q, dp, dq, &qi].map(|number| number.to_bytes_be())
}
