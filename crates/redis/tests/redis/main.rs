//! The stores on real servers, which each test starts on loopback.
//!
//! `REDIS_SERVER` is the path of the program, `redis-server` by default; `valkey-server` serves as well. The tests are
//! ignored unless they are asked for, as `tests/interop/redis.sh` does.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail by panic"
)]

mod deny_list;
mod events;
mod failover;
mod layouts;
#[path = "../common/lines.rs"]
mod lines;
mod outages;
mod processes;
mod proofs;
mod proxy;
mod refused;
mod replay;
mod server;
mod suite;
mod tls;
