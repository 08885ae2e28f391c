//! How long a key is kept.

use std::time::Duration;

use sender_constraint::replay::UsedProof;
use sender_constraint::time::{Clock as _, SystemClock, Timestamp};

use super::check::FailedCheck;
use super::probe::{Expiry, LIFE_SECONDS, Probe, at};

pub(super) async fn check(probe: Probe) -> Result<(), FailedCheck> {
    match probe.expiry {
        Expiry::GuardClock => by_guard_clock(&probe).await,
        Expiry::OwnClock { margin } => by_own_clock(&probe, margin).await,
    }
}

async fn by_guard_clock(probe: &Probe) -> Result<(), FailedCheck> {
    let proof = probe.proof("first");
    let step = "insert a key that expires after 70 s";
    probe.expect_fresh(step, &proof).await?;
    for second in 1..=LIFE_SECONDS {
        let now = probe.at(second);
        // Longer and shorter lives, so that a store which drops several entries together does.
        for (name, life) in [("long", 10 + LIFE_SECONDS), ("short", 1)] {
            let key = probe.key(format!("{name} {second}"));
            let expires_at = now.saturating_add(Duration::from_secs(life));
            let between = UsedProof::new(key, key, expires_at, now);
            let step = format!("insert another key {second} s later");
            probe.expect_fresh(step, &between).await?;
        }
        let step = format!("insert the key again after {second} of its 70 s");
        probe.expect_replayed(step, &at(proof, now)).await?;
    }
    let now = probe.at(LIFE_SECONDS + 1);
    let expires_at = now.saturating_add(Duration::from_secs(LIFE_SECONDS));
    let again = UsedProof::new(proof.key, proof.principal, expires_at, now);
    let step = "insert the key for a new proof, a second after it expired";
    probe.expect_fresh(step, &again).await?;
    let step = "insert that new proof again, at its last moment";
    probe.expect_replayed(step, &at(again, expires_at)).await
}

async fn by_own_clock(probe: &Probe, margin: Duration) -> Result<(), FailedCheck> {
    let clock = SystemClock::default();
    let now = clock.now();
    let expires_at = now.saturating_add(SHORT_LIFE);
    let key = probe.key("short");
    let proof = UsedProof::new(key, key, expires_at, now);
    let step = "insert a key that expires after 2 s";
    probe.expect_fresh(step, &proof).await?;
    let step = "insert the key again at once";
    probe.expect_replayed(step, &proof).await?;

    let dropped_at = expires_at.saturating_add(margin);
    let last = dropped_at.saturating_sub(BEFORE_END);
    wait_until(last).await;
    let step = format!("insert the key again {BEFORE_END:?} before `expires_at` and {margin:?}");
    probe
        .expect_replayed(step, &at(proof, last.min(expires_at)))
        .await?;

    wait_until(dropped_at.saturating_add(AFTER_END)).await;
    let now = clock.now();
    let again = UsedProof::new(key, key, now.saturating_add(SHORT_LIFE), now);
    let step = format!("insert the key {AFTER_END:?} after `expires_at` and {margin:?}");
    probe.expect_fresh(step, &again).await
}

async fn wait_until(time: Timestamp) {
    let wait = time.saturating_duration_since(SystemClock::default().now());
    tokio::time::sleep(wait).await;
}

const SHORT_LIFE: Duration = Duration::from_secs(2);
const BEFORE_END: Duration = Duration::from_millis(500);
/// For stores that count whole seconds.
const AFTER_END: Duration = Duration::from_secs(2);
