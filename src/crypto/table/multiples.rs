//! Multiples of one point, from which any multiple is a short sum: row i contains 1 to 2^(W-1) times 2^(W*i) times the
//! point, and signed digits select one entry from each row.

use std::fmt;
use std::ops::AddAssign;

use super::digits::Digits;

/// A point of a curve, in the form stored in rows.
pub(super) trait Entry: Copy {
    /// The form in which multiples are computed.
    type Point: Copy + for<'a> AddAssign<&'a Self::Point>;
    /// The form in which entries are added up.
    type Sum;
    /// The bit length of the numbers that points are multiplied by.
    const BITS: u32;

    fn double(point: &mut Self::Point, times: u32);

    fn entries(points: Vec<Self::Point>) -> Box<[Self]>;

    /// Adds this entry, or subtracts it.
    fn add_to(&self, sum: &mut Self::Sum, is_negative: bool);
}

/// The rows, concatenated.
pub(super) struct Multiples<E, const W: u32>(Box<[E]>);

impl<E: Entry, const W: u32> Multiples<E, W> {
    /// The multiples of any point but the neutral element.
    pub(super) fn of(point: E::Point) -> Self {
        let mut points = Vec::new();
        let mut first = point;
        for _ in 0..Self::ROWS {
            let mut multiple = first;
            for _ in 0..Self::ROW {
                points.push(multiple);
                multiple += &first;
            }
            E::double(&mut first, W);
        }
        Self(E::entries(points))
    }

    /// Adds `scalar` times the point; `scalar` is little endian.
    pub(super) fn add_to(&self, sum: &mut E::Sum, scalar: &[u8; 32]) {
        for (entry, is_negative) in self.picked(scalar).iter().flatten() {
            entry.add_to(sum, *is_negative);
        }
    }

    /// Selects one entry of each row, and whether to subtract it.
    ///
    /// All entries are copied before any is added: with many keys a table is not in the processor's cache, and this way
    /// the processor waits for all entries at once.
    fn picked(&self, scalar: &[u8; 32]) -> [Option<(E, bool)>; MAX_ROWS] {
        let mut picked = [None; MAX_ROWS];
        let rows = self.0.chunks_exact(Self::ROW);
        let digits = Digits::<W>::of(scalar);
        for (slot, (row, digit)) in picked.iter_mut().zip(rows.zip(digits)) {
            // Row entries count from 1; 0 adds nothing.
            let entry = digit.magnitude.checked_sub(1).and_then(|at| row.get(at));
            *slot = entry.map(|entry| (*entry, digit.is_negative));
        }
        picked
    }

    pub(super) const fn bytes(&self) -> usize {
        self.0.len() * size_of::<E>()
    }

    const ROW: usize = 1 << (W - 1);
    /// Enough rows for all bits and the carry of the last digit.
    const ROWS: u32 = {
        assert!(4 <= W && W <= 8, "the rows have an entry for every digit");
        assert!(E::BITS <= MAX_BITS, "all rows fit");
        E::BITS / W + 1
    };
}

/// Omits the entries.
impl<E: Entry, const W: u32> fmt::Debug for Multiples<E, W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Multiples({} bytes)", self.bytes())
    }
}

const MAX_BITS: u32 = 256;
/// The number of rows with the smallest window.
const MAX_ROWS: usize = 256 / 4 + 1;

#[cfg(test)]
mod tests {
    use crrl::p256::{Point, Scalar};
    use p256::elliptic_curve::point::AffineCoordinates as _;
    use p256::{ProjectivePoint, Scalar as Number};

    use super::super::sum::Affine;
    use super::*;

    #[test]
    fn entries_are_multiples_of_the_point() {
        let point = Point::BASE * Scalar::from_u64(12_345);
        let multiples = Multiples::<Affine, 5>::of(point);
        let mut first = ProjectivePoint::GENERATOR * Number::from(12_345_u64);
        let mut entries = multiples.0.iter();
        for _ in 0..Multiples::<Affine, 5>::ROWS {
            let mut multiple = first;
            for entry in entries.by_ref().take(Multiples::<Affine, 5>::ROW) {
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
