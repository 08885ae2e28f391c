//! The used proofs, and the deny-list that several gates share.

use std::fmt;
use std::sync::Arc;

use sender_constraint::config::GuardConfig;
use sender_constraint::replay::ReplayStore;
use sender_constraint::revocation::Revocation;

use super::issuers::Fetching;
use super::parts::Parts;
use super::redis;
use crate::config::{Config, SettingError};

/// The memory of used proofs outlives every reload: with a new one, proofs could be used again.
pub(super) async fn replay_store(
    config: &Config,
    settings: &GuardConfig,
    fetching: Fetching,
    before: Option<&Parts>,
) -> Result<Arc<dyn ReplayStore>, SettingError> {
    let replay = &config.replay;
    if let Some(before) = before {
        if before.config.replay == *replay {
            return Ok(Arc::clone(&before.store));
        }
        let reason = "`[replay]` cannot change while serving: a new memory would accept used proofs again; restart";
        let refused = replay
            .refuse(reason)
            .or_else(|| before.config.replay.refuse_removed(reason));
        return Err(refused.unwrap_or_else(|| config.proofs.origin.refuse(reason)));
    }
    let memory = settings.memory_store();
    let memory = memory.map_err(|error| config.places.locate(&error))?;
    match &replay.redis {
        None => Ok(Arc::new(memory)),
        Some(servers) => {
            let accepts = replay.accept_once_per_node_during_outages.is_some();
            redis::replay_store(servers, memory, accepts, fetching).await
        }
    }
}

/// The list that other gates change as well.
#[derive(Clone)]
pub(super) struct SharedDenyList(pub(super) Arc<dyn Revocation>);

impl fmt::Debug for SharedDenyList {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SharedDenyList(..)")
    }
}

/// The list of `before` where its settings are unchanged.
pub(super) async fn deny_list(
    config: &Config,
    fetching: Fetching,
    before: Option<&Parts>,
) -> Result<Option<SharedDenyList>, SettingError> {
    let Some(servers) = &config.deny else {
        return Ok(None);
    };
    if let Some(before) = before
        && before.config.deny == config.deny
    {
        return Ok(before.deny_list.clone());
    }
    let list = redis::deny_list(servers, fetching).await?;
    Ok(list.map(SharedDenyList))
}
