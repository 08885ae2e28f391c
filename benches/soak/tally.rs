//! What became of honest requests.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hdrhistogram::Histogram;

/// Shared by the requests of one program.
pub(crate) struct Tally(Mutex<Counts>);

#[derive(Clone)]
pub(crate) struct Counts {
    pub(crate) answered: u64,
    /// Not sent, because there was no connection and none could be opened.
    pub(crate) unconnected: Failures,
    pub(crate) failed: Failures,
    /// In microseconds, from the time at which a request was due.
    latencies: Histogram<u64>,
}

/// How many, by what was wrong.
#[derive(Clone, Default)]
pub(crate) struct Failures(BTreeMap<String, u64>);

impl Tally {
    pub(crate) fn new() -> Result<Self, String> {
        let latencies = Histogram::new_with_bounds(1, MAX_MICROSECONDS, 3);
        Ok(Self(Mutex::new(Counts {
            answered: 0,
            unconnected: Failures::default(),
            failed: Failures::default(),
            latencies: latencies.map_err(|error| error.to_string())?,
        })))
    }

    pub(crate) fn answer(&self, latency: Duration) {
        let mut counts = self.lock();
        counts.answered += 1;
        let microseconds = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        counts.latencies.saturating_record(microseconds);
    }

    pub(crate) fn no_connection(&self, trouble: String) {
        self.lock().unconnected.add(trouble);
    }

    pub(crate) fn fail(&self, trouble: String) {
        self.lock().failed.add(trouble);
    }

    pub(crate) fn counts(&self) -> Counts {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counts {
    /// In milliseconds.
    pub(crate) fn quantile(&self, quantile: f64) -> f64 {
        let microseconds = self.latencies.value_at_quantile(quantile);
        Duration::from_micros(microseconds).as_secs_f64() * 1e3
    }
}

impl Failures {
    fn add(&mut self, trouble: String) {
        let is_full = self.0.len() >= MAX_FAILURES && !self.0.contains_key(&trouble);
        let name = if is_full { OTHERS.to_owned() } else { trouble };
        *self.0.entry(name).or_default() += 1;
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// In parentheses, if there are any.
    pub(crate) fn names(&self) -> String {
        let names = self.0.iter().map(|(name, count)| format!("{count} {name}"));
        let names: Vec<_> = names.collect();
        match names.is_empty() {
            true => String::new(),
            false => format!(" ({})", names.join("; ")),
        }
    }
}

const MAX_MICROSECONDS: u64 = 120_000_000;
const MAX_FAILURES: usize = 20;
const OTHERS: &str = "others";
