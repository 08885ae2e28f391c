//! The shared replay store.

mod builder;
mod store;

pub use builder::ReplayStoreBuilder;
pub use store::RedisReplayStore;
