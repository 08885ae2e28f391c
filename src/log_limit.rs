//! A limit for log events that unauthenticated clients cause: they must not fill the disk.

use crate::time::Timestamp;

/// How many events of one kind were written in the current second.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LogLimit {
    second: i64,
    written: u32,
    suppressed: u64,
}

impl LogLimit {
    pub(crate) const fn new() -> Self {
        Self {
            second: 0,
            written: 0,
            suppressed: 0,
        }
    }

    /// Returns how many events were dropped since the last one that was written; `None` if this one must be dropped
    /// too.
    pub(crate) fn admit(&mut self, now: Timestamp) -> Option<u64> {
        let second = now.as_unix_seconds();
        // A clock that was set back also begins another second.
        if self.second != second {
            (self.second, self.written) = (second, 0);
        }
        if self.written >= EVENTS_PER_SECOND {
            self.suppressed = self.suppressed.saturating_add(1);
            return None;
        }
        self.written += 1;
        Some(std::mem::take(&mut self.suppressed))
    }
}

/// For each kind.
const EVENTS_PER_SECOND: u32 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d4_ten_events_in_a_second_then_a_count() {
        let mut limit = LogLimit::default();
        let mut admit = |second| limit.admit(Timestamp::from_unix_seconds(second));
        for _ in 0..10 {
            assert_eq!(admit(7), Some(0));
        }
        for _ in 0..3 {
            assert_eq!(admit(7), None);
        }
        assert_eq!(admit(8), Some(3));
        assert_eq!(admit(8), Some(0));
        assert_eq!(admit(7), Some(0), "the clock was set back");
    }
}
