//! The warning that a replay store has little space left.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::time::Timestamp;

/// At most one warning in a minute: a store may stay at the limit for hours, and each request could pass it.
#[derive(Debug)]
pub(super) struct NearlyFull {
    /// The second of the last warning.
    last: AtomicI64,
}

impl NearlyFull {
    pub(super) const fn new() -> Self {
        Self {
            last: AtomicI64::new(i64::MIN),
        }
    }

    /// Writes the warning if `used` places of `places` are nine tenths or more. `capacity` is that of the whole store.
    pub(super) fn report(&self, used: usize, places: usize, capacity: usize, now: Timestamp) {
        if used >= places / 10 * 9 && self.is_due(now) {
            tracing::warn!(
                capacity,
                "the replay store is nearly full; when it is full, requests are refused"
            );
        }
    }

    /// Also after the clock was set back by a minute: the next warning could otherwise be far away.
    fn is_due(&self, now: Timestamp) -> bool {
        let now = now.as_unix_seconds();
        let last = self.last.load(Ordering::Relaxed);
        now.abs_diff(last) >= INTERVAL_SECONDS
            && self
                .last
                .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }
}

const INTERVAL_SECONDS: u64 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dpop_60_one_warning_in_a_minute_whatever_the_clock_does() {
        let warning = NearlyFull::new();
        for (second, is_due) in [
            (100, true),
            (100, false),
            (159, false),
            (160, true),
            (101, false),
            (100, true),
            (101, false),
        ] {
            let now = Timestamp::from_unix_seconds(second);
            assert_eq!(warning.is_due(now), is_due, "{second}");
        }
    }
}
