//! ECDSA on P-256 with SHA-256 (FIPS 186-5 section 6.4.2), with tables of multiples of the key and of the base
//! point: about eighty additions, and none of the 256 doublings.

use std::sync::LazyLock;

use crrl::field::GFp256;
use crrl::p256::{Point, Scalar};

use super::multiples::{Entry, Multiples};
use super::sum::{Affine, Sum};
use crate::crypto::digest::Digest;

/// Multiples of one public key.
#[derive(Debug)]
pub(crate) struct P256Table(Multiples<Affine, KEY_WINDOW>);

impl P256Table {
    pub(super) fn build(sec1: &[u8]) -> Option<Self> {
        let point = Point::decode(sec1)?;
        if point.isneutral() != 0 {
            return None;
        }
        LazyLock::force(&BASE);
        Some(Self(Multiples::of(point)))
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifies_digest(Digest::sha256(message).as_bytes(), signature)
    }

    pub(super) fn verifies_digest(&self, digest: &[u8; 32], signature: &[u8]) -> bool {
        let Some((r_bytes, s_bytes)) = signature.split_first_chunk::<32>() else {
            return false;
        };
        let Ok(s_bytes) = s_bytes.try_into() else {
            return false;
        };
        let (Some(r), Some(s)) = (in_range(r_bytes), in_range(s_bytes)) else {
            return false;
        };
        let inverse = Scalar::ONE / s;
        let hash = Scalar::decode_reduce(&reversed(digest));
        let mut sum = Sum::INFINITY;
        BASE.add_to(&mut sum, &(hash * inverse).encode());
        self.0.add_to(&mut sum, &(r * inverse).encode());
        // r is below the order, and the order is below the field's modulus.
        let Some(x) = GFp256::decode(&Scalar::encode(r)) else {
            return false;
        };
        // x(R) modulo the order is r: x(R) is r, or r plus the order where that is still below the field's modulus.
        sum.has_x(x) || (*r_bytes < MODULUS_LESS_ORDER && sum.has_x(x + ORDER))
    }

    pub(super) const fn bytes(&self) -> usize {
        size_of::<Self>() + self.0.bytes()
    }
}

/// Parses a number from 1 to the order minus 1.
fn in_range(bytes: &[u8; 32]) -> Option<Scalar> {
    Scalar::decode(&reversed(bytes)).filter(|number| number.iszero() == 0)
}

/// Converts from the byte order of the standards to that of crrl's scalars and fields.
fn reversed(bytes: &[u8; 32]) -> [u8; 32] {
    let mut bytes = *bytes;
    bytes.reverse();
    bytes
}

impl Entry for Affine {
    type Point = Point;
    type Sum = Sum;
    const BITS: u32 = 256;

    fn double(point: &mut Point, times: u32) {
        *point = point.xdouble(times);
    }

    /// Uses a single inversion; none of the points is at infinity.
    fn entries(points: Vec<Point>) -> Box<[Self]> {
        let mut inverses: Vec<GFp256> =
            points.iter().map(|point| point.to_projective().2).collect();
        GFp256::batch_invert(&mut inverses);
        let scaled = |(point, inverse): (&Point, &GFp256)| {
            let (x, y, _) = point.to_projective();
            Self {
                x: x * inverse,
                y: y * inverse,
            }
        };
        points.iter().zip(&inverses).map(scaled).collect()
    }

    fn add_to(&self, sum: &mut Sum, is_negative: bool) {
        sum.add(&self.negated_if(is_negative));
    }
}

/// One for all keys: larger windows are worthwhile here.
static BASE: LazyLock<Multiples<Affine, BASE_WINDOW>> =
    LazyLock::new(|| Multiples::of(Point::BASE));

const BASE_WINDOW: u32 = 8;
pub(super) const KEY_WINDOW: u32 = 6;
/// The order of the group as a field element.
const ORDER: GFp256 = GFp256::w64be(
    0xffff_ffff_0000_0000,
    0xffff_ffff_ffff_ffff,
    0xbce6_faad_a717_9e84,
    0xf3b9_cac2_fc63_2551,
);
/// The field's modulus minus the order, big endian.
const MODULUS_LESS_ORDER: [u8; 32] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x43, 0x19, 0x5, 0x53, 0x58, 0xe8, 0x61, 0x7b,
    0xc, 0x46, 0x35, 0x3d, 0x3, 0x9c, 0xda, 0xae,
];
