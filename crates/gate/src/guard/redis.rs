//! What several gates share in Redis or Valkey: used proofs, and a deny-list.

use std::sync::Arc;

use sender_constraint::replay::{FilteredStore, MemoryStore, ReplayStore};
use sender_constraint::revocation::Revocation;
use sender_constraint_redis::{ConnectError, RedisDenyList, RedisReplayStore, Servers};

use super::issuers::Fetching;
use crate::config::{Redis, SettingError};

/// The shared store. `filter` still refuses what this gate accepted, also if Redis loses it.
pub(super) async fn replay_store(
    redis: &Redis,
    filter: MemoryStore,
    accepts_in_outages: bool,
    fetching: Fetching,
) -> Result<Arc<dyn ReplayStore>, SettingError> {
    let mut builder = RedisReplayStore::builder(servers(redis)?);
    if let Some(prefix) = &redis.key_prefix {
        builder = prefix.read(|prefix| builder.key_prefix(prefix))?;
    }
    if fetching == Fetching::Never {
        return Ok(Arc::new(filter));
    }
    let store = match builder.clone().connect().await {
        // The outage that the setting is for, at start.
        Err(ConnectError::Unavailable(reason)) if accepts_in_outages => {
            tracing::error!(reason, "Redis cannot be reached: `replay.redis`");
            redis.first.read(|_| builder.connect_lazy())?
        }
        connected => connected.map_err(|error| redis.refuse(error))?,
    };
    let store = FilteredStore::new(store, filter);
    Ok(if accepts_in_outages {
        Arc::new(store.accept_once_per_node_during_outages())
    } else {
        Arc::new(store)
    })
}

/// The shared deny-list; `None` where the network is not used.
pub(super) async fn deny_list(
    redis: &Redis,
    fetching: Fetching,
) -> Result<Option<Arc<dyn Revocation>>, SettingError> {
    let mut builder = RedisDenyList::builder(servers(redis)?);
    if let Some(prefix) = &redis.key_prefix {
        builder = prefix.read(|prefix| builder.key_prefix(prefix))?;
    }
    if fetching == Fetching::Never {
        return Ok(None);
    }
    let list = builder.connect().await;
    Ok(Some(Arc::new(list.map_err(|error| redis.refuse(error))?)))
}

fn servers(redis: &Redis) -> Result<Servers, SettingError> {
    let urls = std::iter::once(&redis.first).chain(&redis.others);
    let urls = urls.map(|url| url.value.as_str());
    let servers = match (&redis.sentinel, redis.others.as_slice()) {
        (Some(primary), _) => Servers::sentinel(&primary.value, urls),
        (None, []) => Servers::single(redis.first.value.as_str()),
        (None, _) => Servers::cluster(urls),
    };
    let servers = servers.map_err(|error| redis.refuse(error))?;
    match &redis.ca {
        None => Ok(servers),
        Some(file) => file.read(|path: &String| {
            let pem = std::fs::read(path).map_err(|error| format!("{path:?}: {error}"))?;
            let servers = servers.root_certificates(&pem);
            servers.map_err(|error| error.to_string())
        }),
    }
}
