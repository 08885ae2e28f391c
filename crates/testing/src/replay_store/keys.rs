//! The key alone decides, and `has_seen` may only say what is known.

use std::time::Duration;

use sender_constraint::replay::UsedProof;

use super::check::FailedCheck;
use super::probe::Probe;

pub(super) async fn check(probe: Probe) -> Result<(), FailedCheck> {
    for number in 0..KEYS {
        let step = format!("insert key {number} of {KEYS} unequal ones");
        probe.expect_fresh(step, &probe.proof(number)).await?;
    }
    let used = probe.proof(0);
    probe.expect_replayed("insert a key again", &used).await?;
    let other = probe.key("another principal");
    let by_other = UsedProof::new(used.key, other, used.expires_at, used.now);
    let step = "insert a used key for another principal";
    probe.expect_replayed(step, &by_other).await?;
    let later = used.expires_at.saturating_add(Duration::from_secs(1));
    let later = UsedProof::new(used.key, used.principal, later, used.now);
    let step = "insert a used key with a later `expires_at`";
    probe.expect_replayed(step, &later).await?;
    let of_busy = UsedProof::new(other, used.principal, used.expires_at, used.now);
    let step = "insert another key for a principal that has one";
    probe.expect_fresh(step, &of_busy).await
}

pub(super) async fn has_seen(probe: Probe) -> Result<(), FailedCheck> {
    let proof = probe.proof("has_seen");
    let over = proof.expires_at.saturating_add(Duration::from_secs(1));
    let refuses = |step: &str| Err(probe.failed(step, "false", "true"));
    if probe.store.has_seen(&proof.key, proof.now) {
        return refuses("`has_seen` of a key that was never inserted");
    }
    let step = "insert a key after `has_seen`, which records nothing";
    probe.expect_fresh(step, &proof).await?;
    if probe.store.has_seen(&proof.key, over) {
        return refuses("`has_seen` a second after `expires_at`, when the `jti` is free again");
    }
    let unused = probe.key("unused");
    if probe.store.has_seen(&unused, proof.now) {
        return refuses("`has_seen` of an unused key, after another one was used");
    }
    Ok(())
}

const KEYS: usize = 1000;
