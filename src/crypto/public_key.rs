//! Public keys as numbers; weak and non-canonical keys are refused before they reach a backend.

use super::key_error::KeyError;
use super::rsa_limits::RsaLimits;

/// A signature scheme with its parameters; each JOSE algorithm name corresponds to one of these.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SignatureScheme {
    EcdsaP256Sha256,
    EcdsaP384Sha384,
    EcdsaP521Sha512,
    Ed25519,
    RsaPkcs1Sha256,
    RsaPkcs1Sha384,
    RsaPkcs1Sha512,
    RsaPssSha256,
    RsaPssSha384,
    RsaPssSha512,
}

/// The curves of RFC 7518 section 6.2.1.1.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    const fn coordinate_bytes(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }
}

/// A public key in canonical form; the backend checks whether an elliptic-curve point is on its curve.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum PublicKey {
    /// SEC 1 uncompressed: `04 || x || y`.
    Ec {
        curve: Curve,
        point: Vec<u8>,
    },
    Ed25519([u8; 32]),
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
}

impl PublicKey {
    pub(crate) fn ec(curve: Curve, x: &[u8], y: &[u8]) -> Result<Self, KeyError> {
        let length = curve.coordinate_bytes();
        if x.len() != length || y.len() != length {
            return Err(KeyError::Encoding);
        }
        Ok(Self::Ec {
            curve,
            point: [&[SEC1_UNCOMPRESSED], x, y].concat(),
        })
    }

    /// Refuses points of small order and non-canonical encodings, which some verifiers accept: one signature could then
    /// be valid for many messages or many encodings of a key.
    pub(crate) fn ed25519(x: &[u8]) -> Result<Self, KeyError> {
        let point: [u8; 32] = x.try_into().map_err(|_| KeyError::Encoding)?;
        if !is_canonical_y(&point) {
            return Err(KeyError::Encoding);
        }
        if has_small_order(&point) {
            return Err(KeyError::Point);
        }
        Ok(Self::Ed25519(point))
    }

    pub(crate) fn rsa(
        modulus: Vec<u8>,
        exponent: Vec<u8>,
        limits: RsaLimits,
    ) -> Result<Self, KeyError> {
        limits.check(&modulus, &exponent)?;
        Ok(Self::Rsa { modulus, exponent })
    }
}

/// Whether the y coordinate (little endian, below the sign bit) is smaller than p = 2^255 - 19.
fn is_canonical_y(point: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = without_sign(point);
    !(high == 0x7f && middle.iter().all(|byte| *byte == 0xff) && low >= 0xed)
}

/// Whether the encoded point is one of the eight whose order divides the cofactor.
pub(super) fn has_small_order(point: &[u8; 32]) -> bool {
    SMALL_ORDER_Y.contains(&without_sign(point))
}

const fn without_sign(point: &[u8; 32]) -> [u8; 32] {
    let mut y = *point;
    y[31] &= 0x7f;
    y
}

const SEC1_UNCOMPRESSED: u8 = 4;

/// The y coordinates of the points of order 1, 2, 4 and 8 on edwards25519.
const SMALL_ORDER_Y: [[u8; 32]; 5] = [
    [
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0,
    ],
    [
        0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0x7f,
    ],
    [0; 32],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jose_07_only_coordinates_of_full_length() {
        assert_eq!(
            PublicKey::ec(Curve::P256, &[1; 31], &[1; 32]),
            Err(KeyError::Encoding)
        );
        assert_eq!(
            PublicKey::ec(Curve::P256, &[1; 32], &[1; 33]),
            Err(KeyError::Encoding)
        );
        assert_eq!(PublicKey::ed25519(&[2; 31]), Err(KeyError::Encoding));
    }

    #[test]
    fn jose_16_small_order_and_non_canonical_points() {
        for y in SMALL_ORDER_Y {
            assert_eq!(PublicKey::ed25519(&y), Err(KeyError::Point));
            let mut negative = y;
            negative[31] |= 0x80;
            assert_eq!(PublicKey::ed25519(&negative), Err(KeyError::Point));
        }
        for low in [0xed, 0xee, 0xff] {
            let mut y = [0xff; 32];
            y[0] = low;
            assert_eq!(PublicKey::ed25519(&y), Err(KeyError::Encoding));
            y[31] = 0x7f;
            assert_eq!(PublicKey::ed25519(&y), Err(KeyError::Encoding));
        }
        let mut largest = [0xff; 32];
        largest[0] = 0xeb;
        assert!(PublicKey::ed25519(&largest).is_ok());
    }
}
