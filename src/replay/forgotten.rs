//! Which proofs were dropped, represented by the times until which they could be accepted.

use std::time::Duration;

use crate::time::Timestamp;

/// From `lowest` to `highest`, inclusive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interval {
    pub(super) lowest: Timestamp,
    pub(super) highest: Timestamp,
}

impl Interval {
    pub(super) const fn of(time: Timestamp) -> Self {
        Self {
            lowest: time,
            highest: time,
        }
    }

    /// The smallest interval that includes both.
    pub(super) fn with(self, other: Self) -> Self {
        Self {
            lowest: self.lowest.min(other.lowest),
            highest: self.highest.max(other.highest),
        }
    }

    fn contains(self, time: Timestamp) -> bool {
        self.lowest <= time && time <= self.highest
    }

    fn overlaps(self, other: Self) -> bool {
        self.lowest <= other.highest && other.lowest <= self.highest
    }
}

/// A few intervals, in order and disjoint, that include the expiry time of each proof that was ever dropped.
///
/// They are in the past, except after a clock that ran ahead was set back.
#[derive(Debug, Default)]
pub(super) struct Forgotten(Vec<Interval>);

impl Forgotten {
    pub(super) fn contains(&self, until: Timestamp) -> bool {
        self.0.iter().any(|interval| interval.contains(until))
    }

    pub(super) fn add(&mut self, dropped: Interval) {
        let overlapping = self.0.extract_if(.., |known| known.overlaps(dropped));
        let dropped = overlapping.fold(dropped, Interval::with);
        let place = self
            .0
            .partition_point(|known| known.highest < dropped.lowest);
        self.0.insert(place, dropped);
        if self.0.len() > MAX_INTERVALS {
            self.merge_two();
        }
    }

    /// Merges the two closest intervals if their distance is about that of consecutive generations, otherwise the two
    /// lowest: a long gap is kept because the clock may have skipped it, and may be set back into it.
    fn merge_two(&mut self) {
        let gaps = self.0.windows(2).enumerate();
        let gaps = gaps.filter_map(|(at, pair)| match pair {
            [low, high] => Some((high.lowest.saturating_duration_since(low.highest), at)),
            _ => None,
        });
        let closest = gaps.min().filter(|(gap, _)| *gap <= SHORT_GAP);
        let at = closest.map_or(0, |(_, at)| at);
        let low = self.0.remove(at);
        if let Some(high) = self.0.get_mut(at) {
            *high = high.with(low);
        }
    }
}

const MAX_INTERVALS: usize = 8;
const SHORT_GAP: Duration = Duration::from_secs(600);
