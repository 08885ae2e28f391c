//! Prepared public keys with pure Rust crates: p256, p384, p521, ed25519-dalek and rsa.

use p256::ecdsa::signature::Verifier as _;
use rsa::rand_core::{OsRng, RngCore as _};
use rsa::sha2::{Sha256, Sha384, Sha512};
use rsa::signature::Verifier as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{BigUint, RsaPublicKey, pkcs1v15, pss};

use super::key_error::KeyError;
use super::public_key::{Curve, PublicKey, SignatureScheme};
use super::rsa_limits::MAX_MODULUS_BITS;

/// A public key parsed for one signature scheme.
#[derive(Debug)]
pub(crate) struct PreparedKey(Key);

#[derive(Debug)]
enum Key {
    P256(p256::ecdsa::VerifyingKey),
    P384(p384::ecdsa::VerifyingKey),
    P521(p521::ecdsa::VerifyingKey),
    Ed25519(ed25519_dalek::VerifyingKey),
    Pkcs1Sha256(pkcs1v15::VerifyingKey<Sha256>),
    Pkcs1Sha384(pkcs1v15::VerifyingKey<Sha384>),
    Pkcs1Sha512(pkcs1v15::VerifyingKey<Sha512>),
    PssSha256(pss::VerifyingKey<Sha256>),
    PssSha384(pss::VerifyingKey<Sha384>),
    PssSha512(pss::VerifyingKey<Sha512>),
}

impl PreparedKey {
    /// Whether this build verifies the scheme.
    pub(crate) const fn supports(_scheme: SignatureScheme) -> bool {
        true
    }

    pub(crate) fn new(scheme: SignatureScheme, key: &PublicKey) -> Result<Self, KeyError> {
        match key {
            PublicKey::Ec { curve, point } => ecdsa(scheme, *curve, point),
            PublicKey::Ed25519(point) if scheme == SignatureScheme::Ed25519 => {
                ed25519_dalek::VerifyingKey::from_bytes(point)
                    .map(Key::Ed25519)
                    .map_err(|_| KeyError::Point)
            }
            PublicKey::Ed25519(_) => Err(KeyError::SignatureScheme),
            PublicKey::Rsa { modulus, exponent } => rsa(scheme, modulus, exponent),
        }
        .map(Self)
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.0 {
            Key::P256(key) => p256::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Key::P384(key) => p384::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Key::P521(key) => p521::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Key::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            Key::Pkcs1Sha256(key) => pkcs1v15::Signature::try_from(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Key::Pkcs1Sha384(key) => pkcs1v15::Signature::try_from(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Key::Pkcs1Sha512(key) => pkcs1v15::Signature::try_from(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Key::PssSha256(key) => pss::Signature::try_from(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Key::PssSha384(key) => pss::Signature::try_from(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
            Key::PssSha512(key) => pss::Signature::try_from(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
        }
    }

    /// The memory that the key takes up beyond its own size: the numbers of an RSA key, and the allocator's overhead.
    pub(crate) fn heap_bytes(&self) -> usize {
        let key: &RsaPublicKey = match &self.0 {
            Key::P256(_) | Key::P384(_) | Key::P521(_) | Key::Ed25519(_) => return 0,
            Key::Pkcs1Sha256(key) => key.as_ref(),
            Key::Pkcs1Sha384(key) => key.as_ref(),
            Key::Pkcs1Sha512(key) => key.as_ref(),
            Key::PssSha256(key) => key.as_ref(),
            Key::PssSha384(key) => key.as_ref(),
            Key::PssSha512(key) => key.as_ref(),
        };
        key.size().saturating_add(64)
    }

    /// The original key, if it is of a kind that has tables.
    #[cfg(feature = "sender-tables")]
    pub(crate) fn point(&self) -> Option<PublicKey> {
        match &self.0 {
            Key::P256(key) => Some(PublicKey::Ec {
                curve: Curve::P256,
                point: key.to_sec1_point(false).as_bytes().to_vec(),
            }),
            Key::Ed25519(key) => Some(PublicKey::Ed25519(key.to_bytes())),
            _ => None,
        }
    }
}

fn ecdsa(scheme: SignatureScheme, curve: Curve, point: &[u8]) -> Result<Key, KeyError> {
    match (scheme, curve) {
        (SignatureScheme::EcdsaP256Sha256, Curve::P256) => {
            p256::ecdsa::VerifyingKey::from_sec1_bytes(point).map(Key::P256)
        }
        (SignatureScheme::EcdsaP384Sha384, Curve::P384) => {
            p384::ecdsa::VerifyingKey::from_sec1_bytes(point).map(Key::P384)
        }
        (SignatureScheme::EcdsaP521Sha512, Curve::P521) => {
            p521::ecdsa::VerifyingKey::from_sec1_bytes(point).map(Key::P521)
        }
        _ => return Err(KeyError::SignatureScheme),
    }
    .map_err(|_| KeyError::Point)
}

fn rsa(scheme: SignatureScheme, modulus: &[u8], exponent: &[u8]) -> Result<Key, KeyError> {
    let key = RsaPublicKey::new_with_max_size(
        BigUint::from_bytes_be(modulus),
        BigUint::from_bytes_be(exponent),
        MAX_MODULUS_BITS,
    )
    .map_err(|_| KeyError::Modulus {
        most: MAX_MODULUS_BITS,
    })?;
    match scheme {
        SignatureScheme::RsaPkcs1Sha256 => Ok(Key::Pkcs1Sha256(pkcs1v15::VerifyingKey::new(key))),
        SignatureScheme::RsaPkcs1Sha384 => Ok(Key::Pkcs1Sha384(pkcs1v15::VerifyingKey::new(key))),
        SignatureScheme::RsaPkcs1Sha512 => Ok(Key::Pkcs1Sha512(pkcs1v15::VerifyingKey::new(key))),
        SignatureScheme::RsaPssSha256 => Ok(Key::PssSha256(pss::VerifyingKey::new(key))),
        SignatureScheme::RsaPssSha384 => Ok(Key::PssSha384(pss::VerifyingKey::new(key))),
        SignatureScheme::RsaPssSha512 => Ok(Key::PssSha512(pss::VerifyingKey::new(key))),
        _ => Err(KeyError::SignatureScheme),
    }
}

/// Random bytes of the system.
pub(crate) fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    OsRng.try_fill_bytes(&mut bytes).ok()?;
    Some(bytes)
}
