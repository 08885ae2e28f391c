//! A store that cannot take another proof: it refuses.

use std::time::Duration;

use sender_constraint::replay::{Insertion, ReplayError};
use tokio::time::timeout;

use super::check::FailedCheck;
use super::probe::Probe;

pub(super) async fn full(probe: Probe, capacity: usize) -> Result<(), FailedCheck> {
    let mut held = 0;
    let refused = loop {
        if held > capacity {
            let step = format!("insert {held} keys into a store for {capacity}");
            return Err(probe.failed(step, "an error", "Ok(Fresh) for each"));
        }
        match probe.insert(&probe.proof(held)).await {
            Ok(Insertion::Fresh) => held += 1,
            Ok(Insertion::Replayed) => {
                let step = format!("insert the new key {held} into a store for {capacity}");
                return Err(probe.failed(step, "Ok(Fresh) or an error", "Ok(Replayed)"));
            }
            Err(_) => break probe.proof(held),
        }
    };
    for number in 0..held {
        let step = format!("insert key {number} of {held} again, when the store is full");
        probe.expect_replayed(step, &probe.proof(number)).await?;
    }
    match probe.insert(&refused).await {
        Ok(Insertion::Fresh) => {
            let step = "insert the refused key again, when the store is full";
            Err(probe.failed(step, "an error", "Ok(Fresh)"))
        }
        Ok(Insertion::Replayed) | Err(_) => Ok(()),
    }
}

pub(super) async fn unreachable(probe: Probe) -> Result<(), FailedCheck> {
    let proof = probe.proof("unreachable");
    for _ in 0..2 {
        match timeout(LONGEST_WAIT, probe.insert(&proof)).await {
            // The guard refuses too, when its timeout has passed.
            Err(_) | Ok(Err(ReplayError::Unavailable(_))) => {}
            Ok(found) => {
                let step = "insert a key into a store that is unreachable";
                let expected = "Err(Unavailable), or no answer";
                return Err(probe.failed(step, expected, format!("{found:?}")));
            }
        }
    }
    Ok(())
}

/// The default timeout of a guard is 1 s.
const LONGEST_WAIT: Duration = Duration::from_secs(3);
