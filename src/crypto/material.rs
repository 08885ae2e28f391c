//! Public keys as numbers, refused before any backend sees them when they are weak or oddly written.

/// What is signed how; a name of the JOSE registry stands for one of these.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Scheme {
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

/// Why a public key is of no use.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BadKey {
    /// A coordinate or a number has another length than its canonical form (RFC 7518 section 6).
    #[error("a member of the key is not in its canonical form")]
    Encoding,
    /// The point is not on the curve, is the identity, or generates a small group.
    #[error("the point is not a usable point of the curve")]
    Point,
    /// The modulus is smaller than 2048 or larger than 8192 bits, not of whole bytes, or even.
    #[error("the RSA modulus must be odd and have 2048 to 8192 bits, a multiple of 8")]
    Modulus,
    /// The exponent is even, 1, or longer than 32 bits.
    #[error("the RSA exponent must be odd, at least 3, and have at most 32 bits")]
    Exponent,
    /// The algorithm is not one for this kind of key, or not in this build.
    #[error("the algorithm does not go with this kind of key")]
    Scheme,
}

/// A public key whose form is canonical; whether an elliptic point lies on its curve is for the backend.
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
    pub(crate) fn ec(curve: Curve, x: &[u8], y: &[u8]) -> Result<Self, BadKey> {
        let length = curve.coordinate_bytes();
        if x.len() != length || y.len() != length {
            return Err(BadKey::Encoding);
        }
        Ok(Self::Ec {
            curve,
            point: [&[SEC1_UNCOMPRESSED], x, y].concat(),
        })
    }

    /// Refuses points of small order and non-canonical encodings, which some verifiers accept:
    /// one signature could then pass under many messages or many spellings of a key.
    pub(crate) fn ed25519(x: &[u8]) -> Result<Self, BadKey> {
        let point: [u8; 32] = x.try_into().map_err(|_| BadKey::Encoding)?;
        if !is_canonical_y(&point) {
            return Err(BadKey::Encoding);
        }
        if has_small_order(&point) {
            return Err(BadKey::Point);
        }
        Ok(Self::Ed25519(point))
    }

    pub(crate) fn rsa(modulus: Vec<u8>, exponent: Vec<u8>) -> Result<Self, BadKey> {
        if modulus.first().is_none_or(|first| *first == 0)
            || exponent.first().is_none_or(|first| *first == 0)
        {
            return Err(BadKey::Encoding);
        }
        let bits = bits(&modulus);
        // Whole bytes only: with one bit more, verifiers disagree about the byte in front of a PSS message.
        let has_good_size =
            (MIN_MODULUS_BITS..=MAX_MODULUS_BITS).contains(&bits) && bits.is_multiple_of(8);
        if !has_good_size || is_even(&modulus) {
            return Err(BadKey::Modulus);
        }
        if exponent.len() > MAX_EXPONENT_BYTES || is_even(&exponent) || exponent == [1] {
            return Err(BadKey::Exponent);
        }
        Ok(Self::Rsa { modulus, exponent })
    }
}

fn bits(number: &[u8]) -> usize {
    let leading = number.first().map_or(0, |first| first.leading_zeros());
    (number.len() * 8).saturating_sub(usize::try_from(leading).unwrap_or(0))
}

fn is_even(number: &[u8]) -> bool {
    number.last().is_none_or(|last| last % 2 == 0)
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
const MIN_MODULUS_BITS: usize = 2048;
const MAX_MODULUS_BITS: usize = 8192;
const MAX_EXPONENT_BYTES: usize = 4;

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

    fn modulus(bits: usize) -> Vec<u8> {
        let mut bytes = vec![0xff; bits.div_ceil(8)];
        if !bits.is_multiple_of(8) {
            bytes[0] = (1 << (bits % 8)) - 1;
        }
        bytes
    }

    #[test]
    fn dpop_13_rsa_bounds() {
        let e = vec![1, 0, 1];
        assert!(PublicKey::rsa(modulus(2048), e.clone()).is_ok());
        assert!(PublicKey::rsa(modulus(8192), e.clone()).is_ok());
        for bits in [1024, 2047, 2049, 2052, 8193, 16384] {
            assert_eq!(
                PublicKey::rsa(modulus(bits), e.clone()),
                Err(BadKey::Modulus)
            );
        }
        let mut even = modulus(2048);
        even[255] = 0xfe;
        assert_eq!(PublicKey::rsa(even, e.clone()), Err(BadKey::Modulus));
        for exponent in [vec![1], vec![2], vec![1, 0, 0, 0, 1]] {
            assert_eq!(
                PublicKey::rsa(modulus(2048), exponent),
                Err(BadKey::Exponent)
            );
        }
        assert!(PublicKey::rsa(modulus(2048), vec![3]).is_ok());
        assert!(PublicKey::rsa(modulus(2048), vec![0xff; 4]).is_ok());
    }

    #[test]
    fn jose_07_only_canonical_numbers() {
        let leading_zero = [vec![0], modulus(2048)].concat();
        assert_eq!(
            PublicKey::rsa(leading_zero, vec![1, 0, 1]),
            Err(BadKey::Encoding)
        );
        assert_eq!(
            PublicKey::rsa(modulus(2048), vec![0, 1, 0, 1]),
            Err(BadKey::Encoding)
        );
        assert_eq!(PublicKey::rsa(vec![], vec![3]), Err(BadKey::Encoding));
        assert_eq!(PublicKey::rsa(modulus(2048), vec![]), Err(BadKey::Encoding));
        assert_eq!(
            PublicKey::ec(Curve::P256, &[1; 31], &[1; 32]),
            Err(BadKey::Encoding)
        );
        assert_eq!(
            PublicKey::ec(Curve::P256, &[1; 32], &[1; 33]),
            Err(BadKey::Encoding)
        );
        assert_eq!(PublicKey::ed25519(&[2; 31]), Err(BadKey::Encoding));
    }

    #[test]
    fn jose_16_small_order_and_non_canonical_points() {
        for y in SMALL_ORDER_Y {
            assert_eq!(PublicKey::ed25519(&y), Err(BadKey::Point));
            let mut negative = y;
            negative[31] |= 0x80;
            assert_eq!(PublicKey::ed25519(&negative), Err(BadKey::Point));
        }
        for low in [0xed, 0xee, 0xff] {
            let mut y = [0xff; 32];
            y[0] = low;
            assert_eq!(PublicKey::ed25519(&y), Err(BadKey::Encoding));
            y[31] = 0x7f;
            assert_eq!(PublicKey::ed25519(&y), Err(BadKey::Encoding));
        }
        let mut largest = [0xff; 32];
        largest[0] = 0xeb;
        assert!(PublicKey::ed25519(&largest).is_ok());
    }
}
