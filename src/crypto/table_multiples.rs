//! Multiples of one point of P-256, by which any multiple is a short sum: row i holds 1 to 2^(W-1) times 2^(W*i) times
//! the point, and signed digits pick one from each row.

use std::fmt;

use crrl::field::GFp256;
use crrl::p256::{Point, Scalar};

use super::table_digits::Digits;
use super::table_sum::{Affine, Sum};

/// The rows, one behind the other.
pub(super) struct Multiples<const W: u32>(Box<[Affine]>);

impl<const W: u32> Multiples<W> {
    /// Of any point but the one at infinity.
    pub(super) fn of(point: Point) -> Self {
        let mut points = Vec::new();
        let mut first = point;
        for _ in 0..Self::ROWS {
            let mut multiple = first;
            for _ in 0..Self::ROW {
                points.push(multiple);
                multiple += first;
            }
            first = first.xdouble(W);
        }
        Self(affine(&points))
    }

    /// Adds `scalar` times the point.
    pub(super) fn add_to(&self, sum: &mut Sum, scalar: &Scalar) {
        for (entry, is_negative) in self.picked(scalar).iter().flatten() {
            sum.add(&entry.negated_if(*is_negative));
        }
    }

    /// One entry of each row, and whether it is to be negated.
    ///
    /// All are copied before any is added: with many keys a table is far from the processor, which so waits for all
    /// entries at once.
    fn picked(&self, scalar: &Scalar) -> [Option<(Affine, bool)>; MAX_ROWS] {
        let mut picked = [None; MAX_ROWS];
        let rows = self.0.chunks_exact(Self::ROW);
        let digits = Digits::<W>::of(&scalar.encode());
        for (slot, (row, digit)) in picked.iter_mut().zip(rows.zip(digits)) {
            // Row entries count from 1; 0 adds nothing.
            let entry = digit.magnitude.checked_sub(1).and_then(|at| row.get(at));
            *slot = entry.map(|entry| (*entry, digit.is_negative));
        }
        picked
    }

    pub(super) const fn bytes(&self) -> usize {
        self.0.len() * size_of::<Affine>()
    }

    const ROW: usize = 1 << (W - 1);
    /// Enough for 256 bits and the carry of the last digit.
    const ROWS: u32 = {
        assert!(4 <= W && W <= 8, "there is room for all rows and digits");
        256 / W + 1
    };
}

/// Rows of the smallest window.
const MAX_ROWS: usize = 256 / 4 + 1;

/// Without the thousand numbers.
impl<const W: u32> fmt::Debug for Multiples<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Multiples({} bytes)", self.bytes())
    }
}

/// x and y of points none of which is at infinity, with one inversion.
fn affine(points: &[Point]) -> Box<[Affine]> {
    let mut inverses: Vec<GFp256> = points.iter().map(|point| point.to_projective().2).collect();
    GFp256::batch_invert(&mut inverses);
    let scaled = |(point, inverse): (&Point, &GFp256)| {
        let (x, y, _) = point.to_projective();
        Affine {
            x: x * inverse,
            y: y * inverse,
        }
    };
    points.iter().zip(&inverses).map(scaled).collect()
}

#[cfg(test)]
mod tests {
    use p256::elliptic_curve::point::AffineCoordinates as _;
    use p256::{ProjectivePoint, Scalar as Number};

    use super::*;

    #[test]
    fn entries_are_multiples_of_the_point() {
        let point = Point::BASE * Scalar::from_u64(12_345);
        let multiples = Multiples::<5>::of(point);
        let mut first = ProjectivePoint::GENERATOR * Number::from(12_345_u64);
        let mut entries = multiples.0.iter();
        for _ in 0..Multiples::<5>::ROWS {
            let mut multiple = first;
            for entry in entries.by_ref().take(Multiples::<5>::ROW) {
                let expected = multiple.to_affine();
                assert_eq!(reversed(entry.x.encode()), expected.x()[..]);
                assert_eq!(reversed(entry.y.encode()), expected.y()[..]);
                multiple += first;
            }
            first = (0..5).fold(first, |point, _| point + point);
        }
        assert!(entries.next().is_none());
    }

    fn reversed(mut bytes: [u8; 32]) -> [u8; 32] {
        bytes.reverse();
        bytes
    }
}
