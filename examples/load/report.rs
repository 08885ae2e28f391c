//! What came back, and when.

use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Default)]
pub(crate) struct Report {
    latencies: Vec<Duration>,
    /// By status and reason.
    verdicts: BTreeMap<String, usize>,
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

    pub(crate) fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        for (verdict, count) in other.verdicts {
            *self.verdicts.entry(verdict).or_default() += count;
        }
    }

    pub(crate) fn print(mut self, elapsed: Duration) {
        self.latencies.sort_unstable();
        let count = self.latencies.len();
        let seconds = elapsed.as_secs_f64();
        let rate = f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / seconds;
        println!("{count} requests in {seconds:.2} s: {rate:.0} per second");
        for (name, thousandths) in PERCENTILES {
            let index = (count * thousandths / 1000).min(count.saturating_sub(1));
            let latency = self.latencies.get(index).copied().unwrap_or_default();
            println!("  {name:<6} {:>9.3} ms", latency.as_secs_f64() * 1e3);
        }
        for (verdict, count) in &self.verdicts {
            println!("  {count:>8}  {verdict}");
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
