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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dpop_60_forgotten_times_stay_in_a_few_intervals_in_order_and_apart() {
        let mut forgotten = Forgotten::default();
        let mut dropped = Vec::new();
        let overlapping = [(10, 20), (15, 30), (5, 12), (30, 40), (100, 110), (0, 200)];
        let distant = (0..100_u64).map(|n| {
            // In no order.
            let start = n * 37 % 100 * DAY;
            (start, start + n)
        });
        for (lowest, highest) in overlapping.into_iter().chain(distant) {
            let [lowest, highest] = [lowest, highest].map(at);
            forgotten.add(Interval { lowest, highest });
            dropped.extend([lowest, highest]);
            assert!(forgotten.0.len() <= 8, "{forgotten:?}");
            let mut pairs = forgotten.0.windows(2);
            assert!(
                pairs.all(|pair| pair[0].highest < pair[1].lowest),
                "{forgotten:?}"
            );
            assert!(dropped.iter().all(|time| forgotten.contains(*time)));
        }
    }

    #[test]
    fn dpop_60_ninth_interval_merges_the_two_lowest() {
        let mut forgotten = days(8);
        assert!((1..8).all(|day| !is_forgotten_after(&forgotten, day)));
        forgotten.add(Interval::of(at(9 * DAY)));
        assert!(is_forgotten_after(&forgotten, 1));
        assert!((2..9).all(|day| !is_forgotten_after(&forgotten, day)));
    }

    #[test]
    fn dpop_60_ninth_interval_merges_two_of_about_the_same_time() {
        for (gap, is_close) in [(600, true), (601, false)] {
            let mut forgotten = days(8);
            forgotten.add(Interval::of(at(8 * DAY + gap)));
            assert_eq!(forgotten.contains(at(8 * DAY + 1)), is_close, "{gap}");
            assert_eq!(is_forgotten_after(&forgotten, 1), !is_close, "{gap}");
        }
    }

    /// One time of each day, from the first on.
    fn days(count: u64) -> Forgotten {
        let mut forgotten = Forgotten::default();
        for day in 1..=count {
            forgotten.add(Interval::of(at(day * DAY)));
        }
        forgotten
    }

    /// Whether a time between that of this day and the next one is forgotten.
    fn is_forgotten_after(forgotten: &Forgotten, day: u64) -> bool {
        forgotten.contains(at(day * DAY + DAY / 2))
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix_seconds(seconds)
    }

    const DAY: u64 = 86_400;
}
