//! Prepared public keys with aws-lc-rs.

use aws_lc_rs::digest::{Digest as AwsDigest, SHA256};
use aws_lc_rs::error::KeyRejected;
use aws_lc_rs::rand;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519,
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384,
    RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents, VerificationAlgorithm,
};
use der::asn1::UintRef;
use der::{Encode as _, Header, SliceWriter, Tag};

use super::digest::Digest;
use super::key_error::KeyError;
use super::public_key::{Curve, PublicKey, SignatureScheme, has_small_order};
use super::rsa_limits::MAX_MODULUS_BITS;

/// A public key parsed for one signature scheme.
#[derive(Debug)]
pub(crate) struct PreparedKey {
    key: ParsedPublicKey,
    scheme: SignatureScheme,
}

impl PreparedKey {
    /// Whether this build verifies the scheme.
    pub(crate) const fn supports(_scheme: SignatureScheme) -> bool {
        true
    }

    pub(crate) fn new(scheme: SignatureScheme, key: &PublicKey) -> Result<Self, KeyError> {
        let key = match key {
            PublicKey::Ec { curve, point } => {
                parse_point(ecdsa(scheme, *curve)?, *curve, point).map_err(|_| KeyError::Point)?
            }
            PublicKey::Ed25519(point) if scheme == SignatureScheme::Ed25519 => {
                ParsedPublicKey::new(&ED25519, point).map_err(|_| KeyError::Point)?
            }
            PublicKey::Ed25519(_) => return Err(KeyError::SignatureScheme),
            PublicKey::Rsa { modulus, exponent } => RsaPublicKeyComponents {
                n: modulus,
                e: exponent,
            }
            .to_parsed_public_key(rsa(scheme)?)
            .map_err(|_| KeyError::Modulus {
                most: MAX_MODULUS_BITS,
            })?,
        };
        Ok(Self { key, scheme })
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self.scheme {
            SignatureScheme::EcdsaP256Sha256 => self.verifies_p256(message, signature),
            SignatureScheme::Ed25519 if has_small_order_commitment(signature) => false,
            _ => self.key.verify_sig(message, signature).is_ok(),
        }
    }

    /// The algorithm that most clients use. aws-lc works on DER and a digest; creating both here avoids the allocations
    /// that it would make for them.
    fn verifies_p256(&self, message: &[u8], signature: &[u8]) -> bool {
        let mut buffer = [0; MAX_P256_DER_BYTES];
        let digest = Digest::sha256(message);
        let digest = AwsDigest::import_less_safe(digest.as_bytes(), &SHA256);
        match (digest, p256_der(signature, &mut buffer)) {
            (Ok(digest), Some(der)) => self.key.verify_digest_sig(&digest, der).is_ok(),
            _ => false,
        }
    }

    /// The memory that the key takes up beyond its own size once it has verified a signature, as measured: aws-lc keeps
    /// an RSA key five times, in several forms.
    pub(crate) fn heap_bytes(&self) -> usize {
        let encoded = self.key.as_ref().len();
        match self.scheme {
            SignatureScheme::Ed25519 => 192,
            SignatureScheme::EcdsaP256Sha256
            | SignatureScheme::EcdsaP384Sha384
            | SignatureScheme::EcdsaP521Sha512 => 512,
            _ => encoded.saturating_mul(5).saturating_add(512),
        }
    }

    /// The original key, if it is of a kind that has tables.
    #[cfg(feature = "sender-tables")]
    pub(crate) fn point(&self) -> Option<PublicKey> {
        let key = self.key.as_ref();
        match self.scheme {
            SignatureScheme::EcdsaP256Sha256 => {
                let point = key.strip_prefix(&P256_INFO)?.to_vec();
                let curve = Curve::P256;
                Some(PublicKey::Ec { curve, point })
            }
            SignatureScheme::Ed25519 => key.try_into().ok().map(PublicKey::Ed25519),
            _ => None,
        }
    }
}

/// Each new sender incurs this cost. aws-lc tries to parse every point as a SubjectPublicKeyInfo first, so P-256 keys
/// are passed as one.
fn parse_point(
    algorithm: &'static dyn VerificationAlgorithm,
    curve: Curve,
    point: &[u8],
) -> Result<ParsedPublicKey, KeyRejected> {
    match (curve, <&[u8; P256_POINT_BYTES]>::try_from(point)) {
        (Curve::P256, Ok(point)) => {
            let mut info = [0; P256_INFO.len() + P256_POINT_BYTES];
            let (before, place) = info.split_at_mut(P256_INFO.len());
            before.copy_from_slice(&P256_INFO);
            place.copy_from_slice(point);
            ParsedPublicKey::new(algorithm, info)
        }
        _ => ParsedPublicKey::new(algorithm, point),
    }
}

/// Converts a signature of RFC 7518 section 3.4 to an ECDSA-Sig-Value (RFC 3279 section 2.2.3).
fn p256_der<'b>(signature: &[u8], buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let signature: &[u8; 64] = signature.try_into().ok()?;
    let (r, s) = signature.split_at(32);
    let (r, s) = (UintRef::new(r).ok()?, UintRef::new(s).ok()?);
    let inner = (r.encoded_len().ok()? + s.encoded_len().ok()?).ok()?;
    let mut writer = SliceWriter::new(buffer);
    Header::new(Tag::Sequence, inner).encode(&mut writer).ok()?;
    r.encode(&mut writer).ok()?;
    s.encode(&mut writer).ok()?;
    writer.finish().ok()
}

/// aws-lc follows RFC 8032 and accepts an R of small order; `verify_strict` of dalek does not. The stricter rule makes
/// both backends agree.
fn has_small_order_commitment(signature: &[u8]) -> bool {
    signature.first_chunk::<32>().is_some_and(has_small_order)
}

fn ecdsa(
    scheme: SignatureScheme,
    curve: Curve,
) -> Result<&'static dyn VerificationAlgorithm, KeyError> {
    match (scheme, curve) {
        (SignatureScheme::EcdsaP256Sha256, Curve::P256) => Ok(&ECDSA_P256_SHA256_ASN1),
        (SignatureScheme::EcdsaP384Sha384, Curve::P384) => Ok(&ECDSA_P384_SHA384_FIXED),
        (SignatureScheme::EcdsaP521Sha512, Curve::P521) => Ok(&ECDSA_P521_SHA512_FIXED),
        _ => Err(KeyError::SignatureScheme),
    }
}

fn rsa(scheme: SignatureScheme) -> Result<&'static RsaParameters, KeyError> {
    match scheme {
        SignatureScheme::RsaPkcs1Sha256 => Ok(&RSA_PKCS1_2048_8192_SHA256),
        SignatureScheme::RsaPkcs1Sha384 => Ok(&RSA_PKCS1_2048_8192_SHA384),
        SignatureScheme::RsaPkcs1Sha512 => Ok(&RSA_PKCS1_2048_8192_SHA512),
        SignatureScheme::RsaPssSha256 => Ok(&RSA_PSS_2048_8192_SHA256),
        SignatureScheme::RsaPssSha384 => Ok(&RSA_PSS_2048_8192_SHA384),
        SignatureScheme::RsaPssSha512 => Ok(&RSA_PSS_2048_8192_SHA512),
        _ => Err(KeyError::SignatureScheme),
    }
}

/// Random bytes of the system.
pub(crate) fn random<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).ok()?;
    Some(bytes)
}

/// A sequence of two integers, each with a header and a sign byte.
const MAX_P256_DER_BYTES: usize = 2 * (32 + 1 + 2) + 2;
const P256_POINT_BYTES: usize = 65;
/// The prefix of a P-256 point in a SubjectPublicKeyInfo (RFC 5480 section 2): id-ecPublicKey, prime256v1, and the
/// header of a bit string.
const P256_INFO: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_signature_become_as_short_as_der_wants() {
        let mut signature = [0; 64];
        signature[31] = 0x7f;
        signature[32] = 0x80;
        let mut buffer = [0; MAX_P256_DER_BYTES];
        let mut expected = vec![0x30, 3 + 35, 0x02, 1, 0x7f, 0x02, 33, 0, 0x80];
        expected.extend([0; 31]);
        assert_eq!(p256_der(&signature, &mut buffer), Some(&*expected));

        assert_eq!(
            p256_der(&[0; 64], &mut buffer),
            Some(&[0x30, 6, 2, 1, 0, 2, 1, 0][..])
        );
        let longest = p256_der(&[0xff; 64], &mut buffer).map(<[u8]>::len);
        assert_eq!(longest, Some(MAX_P256_DER_BYTES));
        for length in [0, 63, 65, 128] {
            assert_eq!(p256_der(&vec![1; length], &mut buffer), None, "{length}");
        }
    }
}
