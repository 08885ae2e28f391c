//! Ed25519 (RFC 8032 section 5.1.7) with tables of multiples of the key and of the base point, as strict as the plain
//! verifiers: canonical S, no point of small order, and R compared as bytes.

use std::fmt;
use std::sync::LazyLock;

use curve25519_dalek::constants::ED25519_BASEPOINT_POINT;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::Identity as _;
use sha2::{Digest as _, Sha512};

use super::material::has_small_order;
use super::table_digits::Digits;

/// Multiples of -A, beside A as it is hashed.
#[derive(Debug)]
pub(crate) struct Ed25519Table<const W: u32 = KEY_WINDOW> {
    key: [u8; 32],
    minus_key: Multiples<W>,
}

impl<const W: u32> Ed25519Table<W> {
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
        // S in [0, L): one signature has one spelling.
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
        BASE.add_to(&mut sum, &response);
        self.minus_key.add_to(&mut sum, &challenge);
        // No point is written as bytes that are not canonical, so such an R is refused here.
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

/// Row i holds 1 to 2^(W-1) times 2^(W*i) times one point; dalek's addition is complete, so any two points may meet.
struct Multiples<const W: u32>(Box<[EdwardsPoint]>);

impl<const W: u32> Multiples<W> {
    fn of(point: EdwardsPoint) -> Self {
        let mut points = Vec::new();
        let mut first = point;
        for _ in 0..Self::ROWS {
            let mut multiple = first;
            for _ in 0..Self::ROW {
                points.push(multiple);
                multiple += first;
            }
            for _ in 0..W {
                first += first;
            }
        }
        Self(points.into_boxed_slice())
    }

    fn add_to(&self, sum: &mut EdwardsPoint, scalar: &Scalar) {
        for (entry, is_negative) in self.picked(scalar).iter().flatten() {
            if *is_negative {
                *sum -= entry;
            } else {
                *sum += entry;
            }
        }
    }

    /// One entry of each row, and whether it is to be subtracted: all copied before any is added, as those of P-256.
    fn picked(&self, scalar: &Scalar) -> [Option<(EdwardsPoint, bool)>; MAX_ROWS] {
        let mut picked = [None; MAX_ROWS];
        let rows = self.0.chunks_exact(Self::ROW);
        let digits = Digits::<W>::of(scalar.as_bytes());
        for (slot, (row, digit)) in picked.iter_mut().zip(rows.zip(digits)) {
            // Row entries count from 1; 0 adds nothing.
            let entry = digit.magnitude.checked_sub(1).and_then(|at| row.get(at));
            *slot = entry.map(|entry| (*entry, digit.is_negative));
        }
        picked
    }

    const fn bytes(&self) -> usize {
        self.0.len() * size_of::<EdwardsPoint>()
    }

    const ROW: usize = 1 << (W - 1);
    /// Enough for the 253 bits of a number below L, and the carry of the last digit.
    const ROWS: u32 = {
        assert!(4 <= W && W <= 8, "there is room for all rows and digits");
        253 / W + 1
    };
}

/// Rows of the smallest window.
const MAX_ROWS: usize = 253 / 4 + 1;

/// Without the thousand numbers.
impl<const W: u32> fmt::Debug for Multiples<W> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Multiples({} bytes)", self.bytes())
    }
}

/// One for all keys: larger windows pay there.
static BASE: LazyLock<Multiples<BASE_WINDOW>> =
    LazyLock::new(|| Multiples::of(ED25519_BASEPOINT_POINT));

const BASE_WINDOW: u32 = 8;
const KEY_WINDOW: u32 = 5;
