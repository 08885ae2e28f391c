//! ECDSA on P-256 with tables by nothing but crrl's public group: what the addition of our own is measured against.

use crrl::field::GFp256;
use crrl::p256::{Point, Scalar};

use super::super::digits::Digits;
use crate::crypto::digest::Digest;

/// Multiples of one point, whole as crrl has them.
pub(super) struct Group<const W: u32>(Vec<Point>);

impl<const W: u32> Group<W> {
    pub(super) fn of(mut first: Point) -> Self {
        let mut points = vec![];
        for _ in 0..=256 / W {
            let mut multiple = first;
            for _ in 0..1 << (W - 1) {
                points.push(multiple);
                multiple += first;
            }
            first = first.xdouble(W);
        }
        Self(points)
    }

    pub(super) const fn bytes(&self) -> usize {
        self.0.len() * size_of::<Point>()
    }

    fn add_to(&self, sum: &mut Point, scalar: &Scalar) {
        for (row, digit) in self
            .0
            .chunks_exact(1 << (W - 1))
            .zip(Digits::<W>::of(&scalar.encode()))
        {
            match digit.magnitude.checked_sub(1) {
                Some(at) if digit.is_negative => *sum -= row[at],
                Some(at) => *sum += row[at],
                None => {}
            }
        }
    }
}

pub(super) fn by_group<const W: u32>(
    base: &Group<W>,
    key: &Group<W>,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let number = |bytes: &[u8]| bytes.iter().rev().copied().collect::<Vec<u8>>();
    let r_bytes = number(&signature[..32]);
    let (r, s) = (
        Scalar::decode(&r_bytes).unwrap(),
        Scalar::decode(&number(&signature[32..])).unwrap(),
    );
    let hash = Scalar::decode_reduce(&number(Digest::of(message).as_bytes()));
    let inverse = Scalar::ONE / s;
    let mut sum = Point::NEUTRAL;
    base.add_to(&mut sum, &(hash * inverse));
    key.add_to(&mut sum, &(r * inverse));
    let (x, _, z) = sum.to_projective();
    (GFp256::decode(&r_bytes).unwrap() * z).equals(x) != 0
}
