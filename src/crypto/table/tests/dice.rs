//! Shared by the tests of tables: pseudo-random numbers, and P-256 signatures constructed from them.

use p256::elliptic_curve::PrimeField as _;
use p256::elliptic_curve::ops::Reduce as _;
use p256::elliptic_curve::point::{AffineCoordinates as _, DecompressPoint as _};
use p256::elliptic_curve::subtle::Choice;
use p256::{AffinePoint, FieldBytes, ProjectivePoint, Scalar};

/// How many cases a differential test runs; a million in total, if the environment variable is set:
///
/// `SENDER_TABLES_CASES=500000 cargo test --release --all-features agreement`
pub(super) fn cases() -> u64 {
    std::env::var("SENDER_TABLES_CASES").map_or(600, |text| text.parse().expect("a number"))
}

/// SplitMix64: the same cases in every run.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(bound).expect("small")).expect("small")
    }

    pub(super) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.roll().to_le_bytes()[0])
    }

    pub(super) fn scalar(&mut self) -> Scalar {
        reduced(&self.bytes())
    }

    /// A few small numbers, shifted and added: many digits are zero, and sums often coincide.
    pub(super) fn sparse(&mut self) -> Scalar {
        let mut sum = Scalar::ZERO;
        for _ in 0..=self.below(3) {
            let term = Scalar::from(self.roll() % 9 + 1) * power_of_two(self.below(256));
            sum = if self.roll().is_multiple_of(2) {
                sum + term
            } else {
                sum - term
            };
        }
        sum
    }
}

pub(super) fn power_of_two(exponent: usize) -> Scalar {
    (0..exponent).fold(Scalar::ONE, |power, _| power + power)
}

/// Modulo the order.
pub(super) fn reduced(bytes: &[u8; 32]) -> Scalar {
    Scalar::reduce(&FieldBytes::from(*bytes))
}

/// A hash and a signature, both as bytes.
pub(super) type Case = ([u8; 32], [u8; 64]);

pub(super) fn case(hash: Scalar, r: Scalar, s: Scalar) -> Case {
    (
        hash.to_repr().into(),
        pair(&r.to_repr().into(), &s.to_repr().into()),
    )
}

pub(super) fn pair(r: &[u8; 32], s: &[u8; 32]) -> [u8; 64] {
    [*r, *s].concat().try_into().expect("64 bytes")
}

/// A valid signature whose verification computes `base` times the base point plus `key` times the key.
pub(super) fn valid(point: &ProjectivePoint, base: Scalar, key: Scalar) -> Option<Case> {
    let commitment = (ProjectivePoint::GENERATOR * base + point * &key).to_affine();
    let r = reduced(&commitment.x().into());
    let inverse = Option::<Scalar>::from(key.invert())?;
    let is_possible = !bool::from(commitment.is_identity()) && r != Scalar::ZERO;
    is_possible.then(|| case(base * r * inverse, r, r * inverse))
}

/// Like [`valid`], but with a given r.
pub(super) fn with_r(r: Scalar, base: Scalar, key: Scalar) -> Case {
    let s = r * key.invert().unwrap();
    case(base * s, r, s)
}

/// A point with this x, if there is one.
pub(super) fn with_x(x: &[u8; 32]) -> Option<ProjectivePoint> {
    AffinePoint::decompress(&FieldBytes::from(*x), Choice::from(0))
        .into_option()
        .map(ProjectivePoint::from)
}

/// x = n + `number`, which is below p.
pub(super) fn plus_order(number: u128) -> [u8; 32] {
    let mut bytes = ORDER;
    let low = u128::from_be_bytes(bytes[16..].try_into().unwrap());
    bytes[16..].copy_from_slice(&(low + number).to_be_bytes());
    bytes
}

/// The field's modulus minus the order.
pub(super) const MODULUS_LESS_ORDER: u128 = 0x4319_0553_58e8_617b_0c46_353d_039c_daae;
pub(super) const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6,
    0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];
