//! Signatures with pure Rust crates.

use std::fmt;

use ed25519_dalek::Signer as _;
use rsa::pss::BlindedSigningKey;
use rsa::rand_core::OsRng;
use rsa::sha2::Sha256;
use rsa::signature::{RandomizedSigner as _, SignatureEncoding as _};
use rsa::{BigUint, RsaPrivateKey};

use super::private_key::PrivateKey;
use super::private_key_error::PrivateKeyError;
use super::public_key::SignatureScheme;

/// A private key, ready to sign. Its `Debug` shows the type only.
pub(crate) enum Signer {
    P256(p256::ecdsa::SigningKey),
    Ed25519(Box<ed25519_dalek::SigningKey>),
    /// Blinded: operations with the private exponent take a time that depends on it (RUSTSEC-2023-0071).
    Rsa(Box<BlindedSigningKey<Sha256>>),
}

impl Signer {
    pub(crate) fn new(key: &PrivateKey) -> Result<Self, PrivateKeyError> {
        match key {
            PrivateKey::P256 { scalar, point } => p256(scalar, point.as_ref()),
            PrivateKey::Ed25519 { seed, public } => {
                let key = ed25519_dalek::SigningKey::from_bytes(seed);
                if public.is_some_and(|public| public != *key.verifying_key().as_bytes()) {
                    return Err(PrivateKeyError::Mismatch);
                }
                Ok(Self::Ed25519(Box::new(key)))
            }
            PrivateKey::Rsa(numbers) => {
                let [modulus, exponent, private, p, q] =
                    numbers.parts().map(BigUint::from_bytes_be);
                let key = RsaPrivateKey::from_components(modulus, exponent, private, vec![p, q]);
                let key = key.map_err(|_| PrivateKeyError::Mismatch)?;
                Ok(Self::Rsa(Box::new(BlindedSigningKey::new(key))))
            }
        }
    }

    /// What it signs with.
    pub(crate) const fn scheme(&self) -> SignatureScheme {
        match self {
            Self::P256(_) => SignatureScheme::EcdsaP256Sha256,
            Self::Ed25519(_) => SignatureScheme::Ed25519,
            Self::Rsa(_) => SignatureScheme::RsaPssSha256,
        }
    }

    /// The signature in the form of RFC 7518 section 3; `None` if the backend fails.
    pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature =
                    p256::ecdsa::signature::Signer::try_sign(key, message).ok()?;
                Some(signature.to_bytes().to_vec())
            }
            Self::Ed25519(key) => Some(key.try_sign(message).ok()?.to_bytes().to_vec()),
            Self::Rsa(key) => {
                let signature = key.try_sign_with_rng(&mut OsRng, message).ok()?;
                Some(signature.to_vec())
            }
        }
    }
}

fn p256(scalar: &[u8; 32], point: Option<&[u8; 65]>) -> Result<Signer, PrivateKeyError> {
    let key = p256::ecdsa::SigningKey::from_slice(scalar);
    let key = key.map_err(|_| PrivateKeyError::Mismatch)?;
    let own = key.verifying_key().to_sec1_point(false);
    if point.is_some_and(|point| point[..] != *own.as_bytes()) {
        return Err(PrivateKeyError::Mismatch);
    }
    Ok(Signer::P256(key))
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Signer({:?})", self.scheme())
    }
}
