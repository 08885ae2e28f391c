//! Signatures with aws-lc-rs.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, RSA_PSS_SHA256, RsaKeyPair,
};

use super::private_key::PrivateKey;
use super::private_key_error::PrivateKeyError;
use super::public_key::SignatureScheme;

/// A private key, ready to sign. Its `Debug` shows the type only.
pub(crate) enum Signer {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(Box<RsaKeyPair>),
}

impl Signer {
    pub(crate) fn new(key: &PrivateKey) -> Result<Self, PrivateKeyError> {
        match key {
            PrivateKey::P256 { scalar, point } => p256(scalar, point.as_ref()).map(Self::P256),
            PrivateKey::Ed25519 { seed, public } => match public {
                Some(public) => Ed25519KeyPair::from_seed_and_public_key(seed, public),
                None => Ed25519KeyPair::from_seed_unchecked(seed),
            }
            .map(Self::Ed25519)
            .map_err(|_| PrivateKeyError::Mismatch),
            PrivateKey::Rsa(numbers) => {
                let der = numbers.to_der().ok_or(PrivateKeyError::Encoding)?;
                let key = RsaKeyPair::from_der(&der).map_err(|_| PrivateKeyError::Mismatch)?;
                Ok(Self::Rsa(Box::new(key)))
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
        let random = SystemRandom::new();
        match self {
            Self::P256(key) => {
                let signature = key.sign(&random, message).ok()?;
                Some(signature.as_ref().to_vec())
            }
            Self::Ed25519(key) => Some(key.try_sign(message).ok()?.as_ref().to_vec()),
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PSS_SHA256, &random, message, &mut signature)
                    .ok()?;
                Some(signature)
            }
        }
    }
}

fn p256(scalar: &[u8; 32], point: Option<&[u8; 65]>) -> Result<EcdsaKeyPair, PrivateKeyError> {
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    match point {
        Some(point) => EcdsaKeyPair::from_private_key_and_public_key(algorithm, scalar, point),
        None => {
            let der = [&SEC1_HEAD[..], scalar, &SEC1_CURVE].concat();
            EcdsaKeyPair::from_private_key_der(algorithm, &der)
        }
    }
    .map_err(|_| PrivateKeyError::Mismatch)
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Signer({:?})", self.scheme())
    }
}

/// An ECPrivateKey (RFC 5915 section 3) around 32 bytes: version 1, and the curve prime256v1.
const SEC1_HEAD: [u8; 7] = [0x30, 0x31, 0x02, 0x01, 0x01, 0x04, 0x20];
const SEC1_CURVE: [u8; 12] = [
    0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
];
