//! `--redis`: used proofs and a deny-list that instances share.

use std::sync::Arc;

use sender_constraint::replay::{FilteredStore, MemoryStore};
use sender_constraint_redis::{ConfigError, RedisDenyList, RedisReplayStore, Servers};

use super::at::at;
use super::options::SharedState;
use super::shared::Shared;

pub(crate) async fn connect(options: &SharedState) -> Result<Shared, String> {
    if options.redis.is_empty() {
        return Ok(Shared::default());
    }
    let servers = servers(options).map_err(at("--redis"))?;
    let store = RedisReplayStore::builder(servers.clone());
    let store = store.connect().await.map_err(at("--redis"))?;
    // What this instance accepted is refused by it even if Redis loses it.
    let store = FilteredStore::new(store, MemoryStore::default());
    let list = RedisDenyList::builder(servers);
    let list = list.connect().await.map_err(at("--redis"))?;
    Ok(Shared {
        replay: Some(Arc::new(store)),
        denied: Some(Arc::new(list)),
    })
}

/// Without connecting.
pub(crate) fn check(options: &SharedState) -> Result<(), String> {
    if options.redis.is_empty() {
        return Ok(());
    }
    servers(options).map(drop).map_err(at("--redis"))
}

fn servers(options: &SharedState) -> Result<Servers, ConfigError> {
    match (&options.redis_sentinel, options.redis.as_slice()) {
        (Some(primary), sentinels) => Servers::sentinel(primary, sentinels),
        (None, [single]) => Servers::single(single),
        (None, nodes) => Servers::cluster(nodes),
    }
}
