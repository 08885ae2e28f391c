//! Ed25519 (RFC 8032 section 5.1.7) with tables of multiples of the key and of the base point, as strict as the plain
//! verifiers: canonical S, no point of small order, and R compared as bytes.

use std::sync::LazyLock;

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::Identity as _;
use sha2::{Digest as _, Sha512};

use super::multiples::{Entry, Multiples};
use crate::crypto::public_key::has_small_order;

/// Multiples of -A, and the encoding of A for the hash.
#[derive(Debug)]
pub(crate) struct Ed25519Table {
    key: [u8; 32],
    minus_key: Multiples<EdwardsPoint, KEY_WINDOW>,
}

impl Ed25519Table {
    pub(super) fn build(key: &[u8; 32]) -> Option<Self> {
        let point = CompressedEdwardsY(*key).decompress()?;
        if point.is_small_order() {
            return None;
        }
        LazyLock::force(&BASE);
        Some(Self {
            key: *key,
            minus_key: Multiples::of(-point),
        })
    }

    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let Some((commitment, response)) = halves(signature) else {
            return false;
        };
        // S in [0, L): a signature has only one encoding.
        let Some(response) = Option::<Scalar>::from(Scalar::from_canonical_bytes(*response)) else {
            return false;
        };
        if has_small_order(commitment) {
            return false;
        }
        let challenge = Sha512::new()
            .chain_update(commitment)
            .chain_update(self.key)
            .chain_update(message)
            .finalize();
        let challenge = Scalar::from_bytes_mod_order_wide(&challenge.into());
        let mut sum = EdwardsPoint::identity();
        BASE.add_to(&mut sum, response.as_bytes());
        self.minus_key.add_to(&mut sum, challenge.as_bytes());
        // `compress` never returns a non-canonical encoding, so such an R is refused here.
        sum.compress().as_bytes() == commitment
    }

    pub(super) const fn bytes(&self) -> usize {
        size_of::<Self>() + self.minus_key.bytes()
    }
}

fn halves(signature: &[u8]) -> Option<(&[u8; 32], &[u8; 32])> {
    let (first, rest) = signature.split_first_chunk()?;
    Some((first, rest.try_into().ok()?))
}

/// dalek's addition is complete: it handles any two points.
impl Entry for EdwardsPoint {
    type Point = Self;
    type Sum = Self;
    /// For numbers below L.
    const BITS: u32 = 253;

    fn double(point: &mut Self, times: u32) {
        for _ in 0..times {
            *point += *point;
        }
    }

    fn entries(points: Vec<Self>) -> Box<[Self]> {
        points.into_boxed_slice()
    }

    fn add_to(&self, sum: &mut Self, is_negative: bool) {
        if is_negative {
            *sum -= self;
        } else {
            *sum += self;
        }
    }
}

/// One for all keys: larger windows are worthwhile here.
static BASE: LazyLock<Multiples<EdwardsPoint, BASE_WINDOW>> =
    LazyLock::new(|| Multiples::of(ED25519_BASEPOINT_POINT));

const BASE_WINDOW: u32 = 8;
const KEY_WINDOW: u32 = 5;
