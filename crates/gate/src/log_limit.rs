//! A limit for log events that clients cause, or an outage of the upstream: they must not fill the disk. It is that of
//! `sender_constraint` for refusals, whose type is private.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Writes an event of this level, unless 10 of its place were written within the same second. The next one has the number
/// of those that were not written in `suppressed`.
macro_rules! limited {
    ($level:ident, $($event:tt)+) => {{
        static LIMIT: $crate::log_limit::LogLimit = $crate::log_limit::LogLimit::new();
        if let Some(suppressed) = LIMIT.admit(std::time::Instant::now()) {
            let suppressed = (suppressed > 0).then_some(suppressed);
            tracing::$level!(suppressed, $($event)+);
        }
    }};
}

pub(crate) use limited;

/// How many events of one kind were written in the current second.
#[derive(Debug)]
pub(crate) struct LogLimit(Mutex<Second>);

#[derive(Debug)]
struct Second {
    /// `None` before the first event.
    begin: Option<Instant>,
    written: u32,
    suppressed: u64,
}

impl LogLimit {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Second {
            begin: None,
            written: 0,
            suppressed: 0,
        }))
    }

    /// Returns how many events were dropped since the last one that was written; `None` if this one must be dropped too.
    pub(crate) fn admit(&self, now: Instant) -> Option<u64> {
        let mut second = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |begin| now.saturating_duration_since(begin) >= Duration::from_secs(1);
        if second.begin.is_none_or(is_over) {
            (second.begin, second.written) = (Some(now), 0);
        }
        if second.written >= EVENTS_PER_SECOND {
            second.suppressed = second.suppressed.saturating_add(1);
            return None;
        }
        second.written += 1;
        Some(std::mem::take(&mut second.suppressed))
    }
}

const EVENTS_PER_SECOND: u32 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_events_in_a_second_then_a_count() {
        let (limit, now) = (LogLimit::new(), Instant::now());
        for _ in 0..10 {
            assert_eq!(limit.admit(now), Some(0));
        }
        for _ in 0..3 {
            assert_eq!(limit.admit(now + Duration::from_millis(999)), None);
        }
        assert_eq!(limit.admit(now + Duration::from_secs(1)), Some(3));
        assert_eq!(limit.admit(now + Duration::from_secs(1)), Some(0));
    }
}
