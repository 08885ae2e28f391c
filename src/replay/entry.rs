//! One entry of the store in 16 bytes: which proof, and when it may be dropped.

use std::hash::{Hash, Hasher};
use std::time::Duration;

use crate::crypto::Digest;
use crate::time::Timestamp;

/// 112 bits of a digest. Two proofs with the same 112 bits count as one: the second is refused, never accepted twice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Key([u8; KEY_BYTES]);

impl Key {
    pub(super) fn of(digest: &Digest) -> Self {
        let start = digest.as_bytes().first_chunk();
        Self(start.copied().unwrap_or_default())
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut word = [0; 16];
        for (to, from) in word.iter_mut().zip(self.0) {
            *to = from;
        }
        state.write_u128(u128::from_le_bytes(word));
    }
}

/// The reference time for the [`Expiry`] of each entry of a generation, in seconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct Base(i64);

impl Base {
    /// An hour before `first`, so that earlier times up to that point can be represented too.
    pub(super) fn before(first: Timestamp) -> Self {
        Self(seconds_up(first).saturating_sub(BEFORE_FIRST_SECONDS))
    }

    /// Rounds up: the result is never earlier than `until`.
    pub(super) fn expiry(self, until: Timestamp) -> Expiry {
        let offset = seconds_up(until).saturating_sub(self.0);
        Expiry(u16::try_from(offset).unwrap_or(WITH_GENERATION))
    }

    pub(super) fn is_over(self, expiry: Expiry, now: Timestamp) -> bool {
        let last = self.0.saturating_add(i64::from(expiry.0));
        expiry.0 != WITH_GENERATION && last < seconds_up(now)
    }
}

/// Whole seconds after the base of the generation, or [`WITH_GENERATION`].
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Expiry(u16);

/// Rounds up to whole seconds. Monotone, even where the addition saturates: of two times whose results differ, the
/// larger result belongs to the later one.
fn seconds_up(time: Timestamp) -> i64 {
    time.saturating_add(ALMOST_A_SECOND).as_unix_seconds()
}

const KEY_BYTES: usize = 14;
const ALMOST_A_SECOND: Duration = Duration::from_millis(999);
const BEFORE_FIRST_SECONDS: i64 = 3600;
/// Too far from the base for an offset: the entry does not expire before its whole generation does.
const WITH_GENERATION: u16 = u16::MAX;
