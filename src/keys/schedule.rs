//! The intervals between fetches.

use std::time::Duration;

use crate::time::Timestamp;

/// When key sets are fetched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    /// The shortest time between two fetches for unknown keys, and the longest back-off.
    pub(super) cool_down: Duration,
    /// How long a set is used without a successful fetch.
    pub(super) max_staleness: Duration,
}

impl Schedule {
    /// The shortest time between two fetches for unknown keys of young tokens.
    pub(super) fn young_interval(&self) -> Duration {
        (self.cool_down / 10).max(SHORTEST)
    }

    /// The shortest time between two fetches for unknown keys.
    pub(super) fn between_looks(&self, is_young: bool) -> Duration {
        if is_young {
            self.young_interval()
        } else {
            self.cool_down
        }
    }

    /// How long a set counts as fresh, by its `max-age`.
    pub(super) fn fresh_for(&self, max_age: Option<Duration>) -> Duration {
        let most = MAX_FRESH.min(self.max_staleness / 2);
        max_age.unwrap_or(DEFAULT_FRESH).max(MIN_FRESH).min(most)
    }
}

/// Whether `span` has passed since `last`, or the clock was set back by more than `tolerance`: waiting for it to catch
/// up could take too long.
pub(super) fn has_passed(
    last: Option<Timestamp>,
    span: Duration,
    now: Timestamp,
    tolerance: Duration,
) -> bool {
    last.is_none_or(|last| {
        now.saturating_duration_since(last) >= span
            || last.saturating_duration_since(now) > tolerance
    })
}

const DEFAULT_FRESH: Duration = Duration::from_secs(15 * 60);
const MIN_FRESH: Duration = Duration::from_secs(5 * 60);
const MAX_FRESH: Duration = Duration::from_secs(24 * 60 * 60);
/// The shortest wait between two fetches, and the shortest `Retry-After`.
pub(super) const SHORTEST: Duration = Duration::from_secs(1);
