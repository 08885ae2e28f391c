//! From the configuration to a guard: every setting is checked by the library before anything is served.

mod build;
mod certificates;
mod files;
mod introspection;
mod issuers;
mod nonces;
mod parts;
mod readiness;
#[cfg_attr(not(feature = "redis"), path = "no_redis.rs")]
mod redis;
mod settings;
mod shared;

pub(crate) use parts::Parts;
