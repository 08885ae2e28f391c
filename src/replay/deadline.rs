//! The deadline for a replay store: a store that hangs must not hold requests.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::timeout;

use super::store::{Insertion, ReplayError};
use crate::future::MaybeReady;
use crate::unavailable::Unavailable;

/// Returns the store's result, or an error once `limit` has passed, which names the setting of the limit.
pub(crate) async fn within(
    limit: Duration,
    setting: &'static str,
    answer: MaybeReady<'_, Result<Insertion, ReplayError>>,
) -> Result<Insertion, ReplayError> {
    if answer.is_ready() {
        return answer.await;
    }
    if Handle::try_current().is_err() {
        // Without a timer the request could wait forever.
        let reason = "there is no Tokio runtime with a timer to limit the call";
        return Err(Unavailable::replay_store(reason).into());
    }
    let answered = timeout(limit, answer).await;
    answered.unwrap_or_else(|_| {
        let reason = format!("no answer within {limit:?}; configure with {setting}");
        Err(Unavailable::replay_store(reason).into())
    })
}
