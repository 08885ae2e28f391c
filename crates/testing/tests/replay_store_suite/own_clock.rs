//! Stores that drop entries by a clock of their own. These tests wait, since the suite cannot set that clock.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use sender_constraint::Digest;
use sender_constraint::future::MaybeReady;
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore, UsedProof};
use sender_constraint_testing::replay_store::{Outcome, ReplayStoreSuite, StoreCheck};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn store_with_a_clock_of_its_own_passes() {
    let report = suite(MARGIN).run().await;
    report.assert_passed();
    assert_eq!(report.outcome(StoreCheck::Expiry), Some(&Outcome::Passed));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn store_without_a_margin_fails() {
    let report = suite(Duration::ZERO).run().await;
    let failures: Vec<_> = report.failures().map(ToString::to_string).collect();
    assert_eq!(failures.len(), 1, "{report}");
    assert_eq!(
        failures[0],
        "expiry: insert the key again 500ms before `expires_at` and 1s: expected Ok(Replayed), found Ok(Fresh)"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checks_that_wait_can_be_skipped() {
    let report = suite(Duration::ZERO).skip_waiting().run().await;
    report.assert_passed();
    let skipped: Vec<_> = report.skipped().collect();
    assert!(skipped.contains(&StoreCheck::Expiry), "{report}");
    assert!(!skipped.contains(&StoreCheck::ClockSteps), "{report}");
}

fn suite(added: Duration) -> ReplayStoreSuite {
    ReplayStoreSuite::new(move || Lives(added, Mutex::default()))
        .expires_by_own_clock(MARGIN)
        .entries(5000)
}

/// Keeps a key for a span, as `SET .. PX` does, to which it adds this much.
#[derive(Debug)]
struct Lives(Duration, Mutex<HashMap<Digest, Instant>>);

impl ReplayStore for Lives {
    fn insert<'a>(
        &'a self,
        proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        let life = proof.expires_at.saturating_duration_since(proof.now) + self.0;
        let now = Instant::now();
        let mut entries = self.1.lock().unwrap();
        if entries.get(&proof.key).is_some_and(|until| *until >= now) {
            return MaybeReady::ready(Ok(Insertion::Replayed));
        }
        entries.insert(proof.key, now + life);
        MaybeReady::ready(Ok(Insertion::Fresh))
    }
}

const MARGIN: Duration = Duration::from_secs(1);
