//! The guard's clock is set forwards and backwards.

use std::time::Duration;

use sender_constraint::replay::{Insertion, UsedProof};
use sender_constraint::time::Timestamp;

use super::check::FailedCheck;
use super::probe::{Expiry, Probe, at};

pub(super) async fn check(probe: impl Fn() -> Probe) -> Result<(), FailedCheck> {
    for seed in 0..HISTORIES {
        let history = History::new(probe(), seed);
        match history.probe.expiry {
            Expiry::GuardClock => history.of_one_guard().await?,
            Expiry::OwnClock { .. } => history.of_several_guards().await?,
        }
    }
    Ok(())
}

struct History {
    probe: Probe,
    seed: u64,
    random: Random,
    accepted: Vec<(u64, Timestamp)>,
}

impl History {
    const fn new(probe: Probe, seed: u64) -> Self {
        Self {
            probe,
            seed,
            random: Random(seed << 32),
            accepted: Vec::new(),
        }
    }

    /// Seconds, minutes and hours, forwards and backwards, and back to times at which accepted proofs are acceptable.
    async fn of_one_guard(mut self) -> Result<(), FailedCheck> {
        let mut now = self.probe.at(10 * 3600);
        for _ in 0..STEPS {
            now = self.step_from(now);
            let number = self.random.below(60);
            let expires_at = later(now, self.random.below(80));
            let is_known = self.accepted.contains(&(number, expires_at));
            let proof = self.proof(number, expires_at, now);
            if !is_known && self.probe.insert(&proof).await == Ok(Insertion::Fresh) {
                self.accepted.push((number, expires_at));
            }
            for (number, expires_at) in &self.accepted {
                if now <= *expires_at && *expires_at <= later(now, 80) {
                    self.refuses(*number, *expires_at, now).await?;
                }
            }
        }
        Ok(())
    }

    fn step_from(&mut self, now: Timestamp) -> Timestamp {
        let span = match self.random.below(4) {
            0 => 3,
            1 => 80,
            2 => 150,
            _ => 4000,
        };
        let span = self.random.below(span);
        match self.random.below(10) {
            0..6 => later(now, self.random.below(20)),
            6 | 7 => later(now, span),
            8 => earlier(now, span),
            _ => {
                let back = self.random.below(80);
                let any = self.random.below(1 + count(&self.accepted));
                let any = usize::try_from(any).unwrap_or(0);
                let known = self.accepted.get(any);
                known.map_or(now, |(_, expires_at)| earlier(*expires_at, back))
            }
        }
    }

    /// No time passes for the store, whatever the guards believe.
    async fn of_several_guards(mut self) -> Result<(), FailedCheck> {
        let expires_at = self.probe.at(300);
        for number in 0..5 {
            let now = self.probe.at(self.random.below(200));
            let first = self.proof(number, expires_at, now);
            let step = format!("insert key {number} of history {}", self.seed);
            self.probe.expect_fresh(step, &first).await?;
            for _ in 0..10 {
                let now = earlier(expires_at, self.random.below(400));
                self.refuses(number, expires_at, now).await?;
            }
        }
        Ok(())
    }

    async fn refuses(
        &self,
        number: u64,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), FailedCheck> {
        let proof = self.proof(number, expires_at, self.probe.start);
        let found = self.probe.insert(&at(proof, now)).await;
        if found != Ok(Insertion::Fresh) {
            return Ok(());
        }
        let step = format!(
            "history {}: insert a used key again, {:?} before it expires, after the clock was set",
            self.seed,
            expires_at.saturating_duration_since(now)
        );
        let expected = "Ok(Replayed) or an error";
        Err(self.probe.failed(step, expected, format!("{found:?}")))
    }

    fn proof(&self, number: u64, expires_at: Timestamp, now: Timestamp) -> UsedProof {
        let key = self.probe.key(format!("{} {number}", self.seed));
        UsedProof::new(key, key, expires_at, now)
    }
}

/// The same numbers in each run (splitmix64).
struct Random(u64);

impl Random {
    const fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

const fn later(time: Timestamp, seconds: u64) -> Timestamp {
    time.saturating_add(Duration::from_secs(seconds))
}

const fn earlier(time: Timestamp, seconds: u64) -> Timestamp {
    time.saturating_sub(Duration::from_secs(seconds))
}

fn count<T>(list: &[T]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}

const HISTORIES: u64 = 30;
const STEPS: usize = 200;
