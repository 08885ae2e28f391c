//! A shared replay store and a shared deny-list in Redis or Valkey for [`sender-constraint`](sender_constraint).
//!
//! A copied request must be refused by every instance of a service, not only by the one that accepted the original:
//! instances that share an origin share a [`RedisReplayStore`]. It works with a single server, with the primary that
//! Sentinels watch and with a Cluster, of Redis 7.0 or later or of Valkey, over TCP, TLS or a socket. A token that one
//! instance denies is denied by all that share a [`RedisDenyList`].
//!
//! ```
//! use sender_constraint::Guard;
//! use sender_constraint::proof::Dpop;
//! use sender_constraint::token::JwtVerifier;
//! use sender_constraint_redis::{RedisReplayStore, Servers};
//!
//! # async fn example(tokens: JwtVerifier) -> Result<(), Box<dyn std::error::Error>> {
//! let servers = Servers::single("redis://127.0.0.1:6379")?;
//! let store = RedisReplayStore::builder(servers).connect().await?;
//! let dpop = Dpop::new("https://api.example.com")?.replay_store(store);
//! let guard = Guard::builder(tokens).dpop(dpop).build()?;
//! # drop(guard);
//! # Ok(())
//! # }
//! ```
//!
//! # What Redis must be
//!
//! * Version 7.0 or later, or Valkey: the store needs `SET` with `NX` and `GET`.
//! * `maxmemory-policy noeviction`, which is the default: another policy drops used proofs, and is refused.
//! * Reachable by the instances only, with a password or a user of its own: whoever can write to it can make used proofs
//!   fresh again, and lift what is denied.
//!
//! # Attacks
//!
//! | attack | stopped by | shown in |
//! |---|---|---|
//! | copied request, replayed at another instance | one atomic command for each proof | `tests/redis/replay.rs` |
//! | one hundred copies at once, at several instances | the same | `tests/redis/replay.rs` |
//! | replay while Redis is down, hangs, is full or fails over | 503, nothing is accepted without an answer | `tests/redis/outages.rs`, `tests/redis/failover.rs` |
//! | replay after an entry was evicted | eviction policies are refused, at start and later | `tests/redis/refused.rs`, `tests/redis/outages.rs` |
//! | stolen token, used at instances that have not read the entry | each reads the shared deny-list every 200 ms | `tests/redis/deny_list.rs` |
//! | Redis emptied so that instances forget what is denied | they keep what they have read, and alarm | `tests/redis/deny_list.rs` |
//! | replay at an instance whose clock lags | entries outlive their proofs | `tests/redis/replay.rs` |
//!
//! # What it does not do
//!
//! * It does not survive the loss of writes: proofs that a failover or a restart lost are accepted once more, see
//!   [`RedisReplayStore`].
//! * A deny-list in Redis is as durable as Redis is: switch its persistence on, see [`RedisDenyList`].
//! * It does not limit the entries of one principal: a [`FilteredStore`](sender_constraint::replay::FilteredStore) around
//!   it does.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `tls` | yes | `rediss://` by rustls; unless the application installed a crypto provider, aws-lc-rs becomes that of the process |
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// What a server answers must never end a task by a panic.
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::get_unwrap,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::todo,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

mod config_error;
mod connect_error;
mod deny_list;
mod failure;
mod link;
mod random;
mod replay;
mod server;

pub use config_error::ConfigError;
pub use connect_error::ConnectError;
pub use deny_list::{DenyListBuilder, DenyListStatus, RedisDenyList, WriteError};
pub use replay::{RedisReplayStore, ReplayStoreBuilder};
pub use server::Servers;
