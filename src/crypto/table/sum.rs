//! The addition law of P-256 for sums of table entries: extended Jacobian coordinates plus affine ones (madd-2008-s of
//! the Explicit-Formulas Database), with separate handling of each case that the formula does not cover.

use crrl::field::GFp256;
use crrl::p256::Point;

/// A point that is not at infinity.
#[derive(Clone, Copy)]
pub(super) struct Affine {
    pub(super) x: GFp256,
    pub(super) y: GFp256,
}

impl Affine {
    /// The inverse of the point if `is_negated`, otherwise the point itself.
    pub(super) fn negated_if(&self, is_negated: bool) -> Self {
        let mask = u32::from(is_negated).wrapping_neg();
        Self {
            x: self.x,
            y: GFp256::select(&self.y, &-self.y, mask),
        }
    }
}

/// x is `x / zz` and y is `y / zzz`, where `zz`^3 is `zzz`^2; at infinity `zz` is 0.
#[derive(Clone, Copy)]
pub(super) struct Sum {
    x: GFp256,
    y: GFp256,
    zz: GFp256,
    zzz: GFp256,
}

impl Sum {
    pub(super) const INFINITY: Self = Self {
        x: GFp256::ONE,
        y: GFp256::ONE,
        zz: GFp256::ZERO,
        zzz: GFp256::ZERO,
    };

    pub(super) fn add(&mut self, other: &Affine) {
        if self.zz.iszero() != 0 {
            *self = Self::from(other);
            return;
        }
        let p = other.x * self.zz - self.x;
        let r = other.y * self.zzz - self.y;
        if p.iszero() != 0 {
            // The same x: either the same point, or its inverse.
            *self = if r.iszero() != 0 {
                Self::twice(other)
            } else {
                Self::INFINITY
            };
            return;
        }
        let pp = p.square();
        let ppp = p * pp;
        let q = self.x * pp;
        let x = r.square() - ppp - q.mul2();
        *self = Self {
            x,
            y: r * (q - x) - self.y * ppp,
            zz: self.zz * pp,
            zzz: self.zzz * ppp,
        };
    }

    /// Whether the sum is a point with this x; the point at infinity has none.
    pub(super) fn has_x(&self, x: GFp256) -> bool {
        self.zz.iszero() == 0 && (x * self.zz).equals(self.x) != 0
    }

    /// Uses crrl's doubling: too rare to need a formula here.
    fn twice(point: &Affine) -> Self {
        let Some(point) = Point::from_affine(point.x, point.y) else {
            return Self::INFINITY;
        };
        let (x, y, z) = point.double().to_projective();
        let zz = z.square();
        Self {
            x: x * z,
            y: y * zz,
            zz,
            zzz: zz * z,
        }
    }
}

impl From<&Affine> for Sum {
    fn from(point: &Affine) -> Self {
        Self {
            x: point.x,
            y: point.y,
            zz: GFp256::ONE,
            zzz: GFp256::ONE,
        }
    }
}

#[cfg(test)]
mod tests {
    use p256::elliptic_curve::point::AffineCoordinates as _;
    use p256::{AffinePoint, ProjectivePoint, Scalar};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Small multiples of one point: every second addition has equal summands, inverse ones, or infinity.
        #[test]
        fn sums_follow_the_group_law_of_p256(
            seed in 1_u64..,
            factors in proptest::collection::vec(-3_i64..=3, 1..24),
        ) {
            let point = ProjectivePoint::GENERATOR * Scalar::from(seed);
            let mut sum = Sum::INFINITY;
            let mut expected = ProjectivePoint::IDENTITY;
            for factor in factors.into_iter().filter(|factor| *factor != 0) {
                let summand = (point * Scalar::from(factor.unsigned_abs())).to_affine();
                sum.add(&affine(&summand).negated_if(factor < 0));
                expected += if factor < 0 { -summand } else { summand };
                prop_assert!(is_same(&sum, &expected.to_affine()));
            }
        }

        #[test]
        fn sums_of_any_points_are_those_of_p256(seeds in proptest::collection::vec(1_u64.., 2..6)) {
            let mut sum = Sum::INFINITY;
            let mut expected = ProjectivePoint::IDENTITY;
            for seed in seeds {
                let summand = (ProjectivePoint::GENERATOR * Scalar::from(seed)).to_affine();
                sum.add(&affine(&summand));
                expected += summand;
                prop_assert!(is_same(&sum, &expected.to_affine()));
            }
        }
    }

    fn field(bytes: &[u8]) -> GFp256 {
        let bytes: Vec<u8> = bytes.iter().rev().copied().collect();
        GFp256::decode(&bytes).expect("below the modulus")
    }

    fn affine(point: &AffinePoint) -> Affine {
        Affine {
            x: field(&point.x()),
            y: field(&point.y()),
        }
    }

    fn is_same(sum: &Sum, point: &AffinePoint) -> bool {
        if bool::from(point.is_identity()) {
            return sum.zz.iszero() != 0 && !sum.has_x(GFp256::ONE) && !sum.has_x(GFp256::ZERO);
        }
        let expected = affine(point);
        sum.has_x(expected.x)
            && (expected.y * sum.zzz).equals(sum.y) != 0
            && (sum.zz * sum.zz.square()).equals(sum.zzz.square()) != 0
    }
}
