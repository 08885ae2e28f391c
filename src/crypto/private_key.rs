//! Private keys as numbers, read from PKCS #8 (RFC 5208), SEC 1 (RFC 5915) or PKCS #1 (RFC 8017), the same for both
//! backends.

use std::fmt;

use der::asn1::{AnyRef, OctetStringRef, UintRef};
use der::{Decode, Reader, SliceReader};
#[cfg(feature = "aws-lc-rs")]
use der::{Encode, Header, SliceWriter, Tag};

use super::private_key_error::PrivateKeyError;
use super::rsa_limits::RsaLimits;

/// A private key for one of the three signature schemes that this crate signs with. Its `Debug` shows the type only.
pub(crate) enum PrivateKey {
    P256 {
        scalar: [u8; 32],
        /// SEC 1 uncompressed, if it is known.
        point: Option<[u8; 65]>,
    },
    Ed25519 {
        seed: [u8; 32],
        public: Option<[u8; 32]>,
    },
    Rsa(RsaNumbers),
}

/// The numbers of an RSA key in the order of RFC 8017 appendix A.1.2, without leading zeros.
pub(crate) struct RsaNumbers {
    numbers: [Vec<u8>; 8],
}

impl PrivateKey {
    pub(crate) fn ed25519(seed: &[u8], public: &[u8]) -> Result<Self, PrivateKeyError> {
        Ok(Self::Ed25519 {
            seed: array(seed)?,
            public: Some(array(public)?),
        })
    }

    pub(crate) fn p256(scalar: &[u8], x: &[u8], y: &[u8]) -> Result<Self, PrivateKeyError> {
        let (x, y): ([u8; 32], [u8; 32]) = (array(x)?, array(y)?);
        Ok(Self::P256 {
            scalar: array(scalar)?,
            point: Some(array(&[&[SEC1_UNCOMPRESSED][..], &x, &y].concat())?),
        })
    }

    /// `n`, `e`, `d`, `p`, `q`, `dp`, `dq`, `qi`.
    pub(crate) fn rsa(numbers: [Vec<u8>; 8]) -> Result<Self, PrivateKeyError> {
        let [modulus, exponent, ..] = &numbers;
        RsaLimits::ISSUER.check(modulus, exponent)?;
        Ok(Self::Rsa(RsaNumbers { numbers }))
    }

    pub(super) fn from_pkcs8(der: &[u8]) -> Result<Self, PrivateKeyError> {
        let (algorithm, key) = pkcs8(der).map_err(|_| PrivateKeyError::Encoding)?;
        match algorithm {
            ID_P256 => Self::from_sec1(key),
            ID_ED25519 => {
                let seed = <&OctetStringRef>::from_der(key);
                let seed = seed.map_err(|_| PrivateKeyError::Encoding)?;
                Ok(Self::Ed25519 {
                    seed: array(seed.as_bytes())?,
                    public: None,
                })
            }
            ID_RSA => Self::from_pkcs1(key),
            _ => Err(PrivateKeyError::Type),
        }
    }

    /// The public key in the file is not read: it follows from the private one.
    pub(super) fn from_sec1(der: &[u8]) -> Result<Self, PrivateKeyError> {
        let (scalar, curve) = sec1(der).map_err(|_| PrivateKeyError::Encoding)?;
        if curve.is_some_and(|curve| curve != PRIME256V1) {
            return Err(PrivateKeyError::Type);
        }
        Ok(Self::P256 {
            scalar: array(scalar)?,
            point: None,
        })
    }

    pub(super) fn from_pkcs1(der: &[u8]) -> Result<Self, PrivateKeyError> {
        Self::rsa(pkcs1(der).map_err(|_| PrivateKeyError::Encoding)?)
    }
}

impl RsaNumbers {
    /// Modulus, public exponent, private exponent, and the two primes.
    #[cfg(feature = "rust-crypto")]
    pub(super) fn parts(&self) -> [&[u8]; 5] {
        let [modulus, exponent, private, p, q, ..] = &self.numbers;
        [modulus, exponent, private, p, q]
    }

    /// The DER of RFC 8017 appendix A.1.2.
    #[cfg(feature = "aws-lc-rs")]
    pub(super) fn to_der(&self) -> Option<Vec<u8>> {
        let longest: usize = self.numbers.iter().map(|number| number.len() + 8).sum();
        let mut buffer = vec![0; longest + 16];
        let numbers: Option<Vec<_>> = self
            .numbers
            .iter()
            .map(|it| UintRef::new(it).ok())
            .collect();
        let numbers = numbers?;
        let version = UintRef::new(&[0]).ok()?;
        let mut inner = version.encoded_len().ok()?;
        for number in &numbers {
            inner = (inner + number.encoded_len().ok()?).ok()?;
        }
        let mut writer = SliceWriter::new(&mut buffer);
        Header::new(Tag::Sequence, inner).encode(&mut writer).ok()?;
        version.encode(&mut writer).ok()?;
        for number in &numbers {
            number.encode(&mut writer).ok()?;
        }
        Some(writer.finish().ok()?.to_vec())
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::P256 { .. } => "PrivateKey(P-256)",
            Self::Ed25519 { .. } => "PrivateKey(Ed25519)",
            Self::Rsa(_) => "PrivateKey(RSA)",
        })
    }
}

/// The algorithm identifier and the key of a PrivateKeyInfo.
fn pkcs8(der: &[u8]) -> der::Result<(&[u8], &[u8])> {
    let mut reader = SliceReader::new(der)?;
    let parts = reader.sequence(|info| {
        UintRef::decode(info)?;
        let algorithm = AnyRef::decode(info)?;
        let key = <&OctetStringRef>::decode(info)?;
        skip_rest(info)?;
        der::Result::Ok((algorithm.value(), key.as_bytes()))
    })?;
    reader.finish()?;
    Ok(parts)
}

/// The scalar and the curve of an ECPrivateKey.
fn sec1(der: &[u8]) -> der::Result<(&[u8], Option<&[u8]>)> {
    let mut reader = SliceReader::new(der)?;
    let parts = reader.sequence(|key| {
        UintRef::decode(key)?;
        let scalar = <&OctetStringRef>::decode(key)?;
        let mut curve = None;
        while !key.is_finished() {
            // The curve, or the public key.
            let field = AnyRef::decode(key)?.value();
            if field.first() == Some(&OBJECT_IDENTIFIER) {
                curve = Some(field);
            }
        }
        der::Result::Ok((scalar.as_bytes(), curve))
    })?;
    reader.finish()?;
    Ok(parts)
}

fn pkcs1(der: &[u8]) -> der::Result<[Vec<u8>; 8]> {
    let mut reader = SliceReader::new(der)?;
    let numbers = reader.sequence(|key| {
        UintRef::decode(key)?;
        let mut numbers: [Vec<u8>; 8] = Default::default();
        for number in &mut numbers {
            *number = UintRef::decode(key)?.as_bytes().to_vec();
        }
        der::Result::Ok(numbers)
    })?;
    reader.finish()?;
    Ok(numbers)
}

fn skip_rest(reader: &mut SliceReader<'_>) -> der::Result<()> {
    while !reader.is_finished() {
        reader.tlv_bytes()?;
    }
    Ok(())
}

fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N], PrivateKeyError> {
    bytes.try_into().map_err(|_| PrivateKeyError::Encoding)
}

const SEC1_UNCOMPRESSED: u8 = 4;
const OBJECT_IDENTIFIER: u8 = 6;
/// id-ecPublicKey and prime256v1 (RFC 5480 section 2.1.1).
const ID_P256: &[u8] = &[
    0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d,
    0x03, 0x01, 0x07,
];
const PRIME256V1: &[u8] = &[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// id-Ed25519 (RFC 8410 section 3).
const ID_ED25519: &[u8] = &[0x06, 0x03, 0x2b, 0x65, 0x70];
/// rsaEncryption with NULL (RFC 8017 appendix A.1).
const ID_RSA: &[u8] = &[
    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];
