//! Several requests at once.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use sender_constraint::replay::{Insertion, UsedProof};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::check::FailedCheck;
use super::probe::{Inserted, Probe};

/// Of equal proofs at once, one is fresh.
pub(super) async fn atomic(probe: Probe) -> Result<(), FailedCheck> {
    for round in 0..ROUNDS {
        let results = at_once(&probe, round).await;
        let count = |wanted: Inserted| results.iter().filter(|found| **found == wanted).count();
        let (fresh, replayed) = (count(Ok(Insertion::Fresh)), count(Ok(Insertion::Replayed)));
        if (fresh, replayed) == (1, AT_ONCE - 1) {
            continue;
        }
        let errors = results.iter().filter_map(|found| found.as_ref().err());
        let first = errors.map(ToString::to_string).next();
        return Err(probe.failed(
            format!("round {round}: {AT_ONCE} concurrent inserts of one key"),
            format!("1 fresh, {} replayed", AT_ONCE - 1),
            format!(
                "{fresh} fresh, {replayed} replayed, {} errors ({})",
                AT_ONCE - fresh - replayed,
                first.unwrap_or_else(|| "none".to_owned())
            ),
        ));
    }
    Ok(())
}

async fn at_once(probe: &Probe, round: usize) -> Vec<Inserted> {
    let start = Arc::new(Barrier::new(AT_ONCE));
    let mut inserts = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (probe, start) = (probe.clone(), Arc::clone(&start));
        inserts.spawn(async move {
            let proof = probe.proof(round);
            start.wait().await;
            probe.insert(&proof).await
        });
    }
    inserts.join_all().await
}

/// Inserts that are dropped, between others that are not.
pub(super) async fn dropped(probe: Probe) -> Result<(), FailedCheck> {
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let probe = probe.clone();
        tasks.spawn(async move { drop_between(&probe, task).await });
    }
    tasks.join_all().await.into_iter().collect()
}

async fn drop_between(probe: &Probe, task: usize) -> Result<(), FailedCheck> {
    for round in 0..ROUNDS {
        let used = probe.proof(format!("{task} {round} used"));
        let step = "insert a key, while others are dropped";
        probe.expect_fresh(step, &used).await?;
        let dropped = probe.proof(format!("{task} {round} dropped"));
        begin(probe, &dropped, 1 + round % 10).await;
        let step = "insert that key again, after an insert of another key was dropped";
        probe.expect_replayed(step, &used).await?;
        begin(probe, &used, 1 + round % 10).await;
        let new = probe.proof(format!("{task} {round} new"));
        let step = "insert a new key, after an insert of a used one was dropped";
        probe.expect_fresh(step, &new).await?;
    }
    Ok(())
}

/// Begins an insert, and drops it after so many polls.
async fn begin(probe: &Probe, proof: &UsedProof, polls: usize) {
    let mut insert = pin!(probe.insert(proof));
    for _ in 0..polls {
        let is_ready = poll_fn(|context| Poll::Ready(insert.as_mut().poll(context).is_ready()));
        if is_ready.await {
            return;
        }
        tokio::task::yield_now().await;
    }
}

const AT_ONCE: usize = 100;
const ROUNDS: usize = 20;
const TASKS: usize = 4;
