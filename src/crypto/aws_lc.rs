//! Prepared public keys on aws-lc-rs.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents, VerificationAlgorithm,
};

use super::material::{BadKey, Curve, PublicKey, Scheme, has_small_order};

/// A public key parsed for one signature scheme.
#[derive(Debug)]
pub(crate) struct PreparedKey {
    key: ParsedPublicKey,
    scheme: Scheme,
}

impl PreparedKey {
    /// Whether this build verifies the scheme.
    pub(crate) const fn supports(_scheme: Scheme) -> bool {
        true
    }

    pub(crate) fn new(scheme: Scheme, key: &PublicKey) -> Result<Self, BadKey> {
        let key = match key {
            PublicKey::Ec { curve, point } => {
                ParsedPublicKey::new(ecdsa(scheme, *curve)?, point).map_err(|_| BadKey::Point)?
            }
            PublicKey::Ed25519(point) if scheme == Scheme::Ed25519 => {
                ParsedPublicKey::new(&ED25519, point).map_err(|_| BadKey::Point)?
            }
            PublicKey::Ed25519(_) => return Err(BadKey::Scheme),
            PublicKey::Rsa { modulus, exponent } => RsaPublicKeyComponents {
                n: modulus,
                e: exponent,
            }
            .to_parsed_public_key(rsa(scheme)?)
            .map_err(|_| BadKey::Modulus)?,
        };
        Ok(Self { key, scheme })
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        if self.scheme == Scheme::Ed25519 && has_small_order_commitment(signature) {
            return false;
        }
        self.key.verify_sig(message, signature).is_ok()
    }
}

/// aws-lc follows RFC 8032 and lets R be a point of small order; `verify_strict` of dalek does not.
/// The stricter rule makes both backends agree.
fn has_small_order_commitment(signature: &[u8]) -> bool {
    signature.first_chunk::<32>().is_some_and(has_small_order)
}

fn ecdsa(scheme: Scheme, curve: Curve) -> Result<&'static dyn VerificationAlgorithm, BadKey> {
    match (scheme, curve) {
        (Scheme::EcdsaP256Sha256, Curve::P256) => Ok(&ECDSA_P256_SHA256_FIXED),
        (Scheme::EcdsaP384Sha384, Curve::P384) => Ok(&ECDSA_P384_SHA384_FIXED),
        (Scheme::EcdsaP521Sha512, Curve::P521) => Ok(&ECDSA_P521_SHA512_FIXED),
        _ => Err(BadKey::Scheme),
    }
}

fn rsa(scheme: Scheme) -> Result<&'static RsaParameters, BadKey> {
    match scheme {
        Scheme::RsaPkcs1Sha256 => Ok(&RSA_PKCS1_2048_8192_SHA256),
        Scheme::RsaPkcs1Sha384 => Ok(&RSA_PKCS1_2048_8192_SHA384),
        Scheme::RsaPkcs1Sha512 => Ok(&RSA_PKCS1_2048_8192_SHA512),
        Scheme::RsaPssSha256 => Ok(&RSA_PSS_2048_8192_SHA256),
        Scheme::RsaPssSha384 => Ok(&RSA_PSS_2048_8192_SHA384),
        Scheme::RsaPssSha512 => Ok(&RSA_PSS_2048_8192_SHA512),
        _ => Err(BadKey::Scheme),
    }
}
