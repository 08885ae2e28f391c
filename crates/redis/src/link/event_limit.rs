//! A limit for events that a server which comes and goes would repeat.

use std::time::Duration;

use tokio::time::Instant;

/// One event in each interval.
#[derive(Debug, Default)]
pub(super) struct EventLimit {
    last: Option<Instant>,
    suppressed: u64,
}

impl EventLimit {
    /// The number of events that were dropped since the last one, if there were any; `None` if this one is dropped too.
    #[expect(
        clippy::option_option,
        reason = "the field of an event is absent if there is nothing to report"
    )]
    pub(super) fn admit(&mut self, now: Instant) -> Option<Option<u64>> {
        let is_soon = |last: Instant| now.saturating_duration_since(last) < INTERVAL;
        if self.last.is_some_and(is_soon) {
            self.suppressed = self.suppressed.saturating_add(1);
            return None;
        }
        self.last = Some(now);
        let suppressed = std::mem::take(&mut self.suppressed);
        Some((suppressed > 0).then_some(suppressed))
    }
}

/// Between two events of a kind.
const INTERVAL: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_event_of_a_kind_in_ten_seconds_then_a_count() {
        let mut limit = EventLimit::default();
        let start = Instant::now();
        assert_eq!(limit.admit(start), Some(None));
        assert_eq!(limit.admit(start), None);
        assert_eq!(
            limit.admit(start + INTERVAL - Duration::from_nanos(1)),
            None
        );
        assert_eq!(limit.admit(start + INTERVAL), Some(Some(2)));
        assert_eq!(limit.admit(start + INTERVAL * 2), Some(None));
    }
}
