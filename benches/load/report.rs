//! What came back, and when.

use std::collections::BTreeMap;
use std::time::Duration;

/// Why a run is over before all requests are sent.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum End {
    Interrupted,
    OutOfTime,
}

#[derive(Default)]
pub(crate) struct Report {
    latencies: Vec<Duration>,
    /// By status and reason.
    verdicts: BTreeMap<String, usize>,
    /// What ended connections before their time.
    troubles: BTreeMap<String, usize>,
}

impl Report {
    pub(crate) fn count(&mut self, latency: Duration, verdict: &str) {
        self.latencies.push(latency);
        match self.verdicts.get_mut(verdict) {
            Some(count) => *count += 1,
            None => {
                self.verdicts.insert(verdict.to_owned(), 1);
            }
        }
    }

    pub(crate) fn count_trouble(&mut self, trouble: String) {
        *self.troubles.entry(trouble).or_default() += 1;
    }

    pub(crate) fn has_troubles(&self) -> bool {
        !self.troubles.is_empty()
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        for (verdict, count) in other.verdicts {
            *self.verdicts.entry(verdict).or_default() += count;
        }
        for (trouble, count) in other.troubles {
            *self.troubles.entry(trouble).or_default() += count;
        }
    }

    pub(crate) fn print(&mut self, elapsed: Duration) {
        self.latencies.sort_unstable();
        let count = self.latencies.len();
        let seconds = elapsed.as_secs_f64();
        let rate = f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / seconds;
        println!("{count} requests in {seconds:.2} s: {rate:.0} per second");
        for (name, thousandths) in PERCENTILES.into_iter().filter(|_| count > 0) {
            let index = (count * thousandths / 1000).min(count.saturating_sub(1));
            let latency = self.latencies.get(index).copied().unwrap_or_default();
            println!("  {name:<6} {:>9.3} ms", latency.as_secs_f64() * 1e3);
        }
        for (verdict, count) in &self.verdicts {
            println!("  {count:>8}  {verdict}");
        }
        for (trouble, count) in &self.troubles {
            println!("  {count:>8}  connections lost: {trouble}");
        }
    }
}

const PERCENTILES: [(&str, usize); 5] = [
    ("p50", 500),
    ("p90", 900),
    ("p99", 990),
    ("p99.9", 999),
    ("max", 1000),
];
