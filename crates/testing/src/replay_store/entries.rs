//! Many entries at a time. The suite computes the keys from numbers, and keeps none.

use std::sync::Arc;

use sender_constraint::replay::{Insertion, UsedProof};
use tokio::task::JoinSet;

use super::check::FailedCheck;
use super::probe::Probe;

pub(super) async fn check(probe: Probe, count: usize) -> Result<(), FailedCheck> {
    let probe = Arc::new(probe);
    each(&probe, count, 1, Insertion::Fresh).await?;
    each(&probe, count, SAMPLED, Insertion::Replayed).await
}

/// Inserts every `step`th key from several tasks.
async fn each(
    probe: &Arc<Probe>,
    count: usize,
    step: usize,
    expected: Insertion,
) -> Result<(), FailedCheck> {
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let probe = Arc::clone(probe);
        let numbers = (task * step..count).step_by(TASKS * step);
        tasks.spawn(async move {
            for number in numbers {
                insert(&probe, number, count, expected).await?;
            }
            Ok(())
        });
    }
    tasks.join_all().await.into_iter().collect()
}

async fn insert(
    probe: &Probe,
    number: usize,
    count: usize,
    expected: Insertion,
) -> Result<(), FailedCheck> {
    let key = probe.numbered_key(number);
    // Each has few enough for any share per principal.
    let principal = probe.numbered_key(number % PRINCIPALS);
    let proof = UsedProof::new(key, principal, probe.at(LIFE_SECONDS), probe.start);
    let found = probe.insert(&proof).await;
    if found == Ok(expected) {
        return Ok(());
    }
    let again = match expected {
        Insertion::Fresh => "",
        Insertion::Replayed => " again",
    };
    Err(probe.failed(
        format!("insert key {number} of {count}{again}"),
        format!("Ok({expected:?})"),
        format!("{found:?}"),
    ))
}

/// Longer than the check takes.
const LIFE_SECONDS: u64 = 1800;
const PRINCIPALS: usize = 10_000;
const SAMPLED: usize = 101;
const TASKS: usize = 64;
