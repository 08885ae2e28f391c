//! Keys of issuers: fixed, fetched, rotated, unavailable.

mod clock_steps;
#[cfg(feature = "http-client")]
mod discovery;
#[cfg(feature = "http-client")]
mod newer;
mod outage;
#[cfg(feature = "http-client")]
mod plain_http;
#[cfg(feature = "http-client")]
mod remote;
#[cfg(feature = "http-client")]
mod rotation;
#[cfg(feature = "http-client")]
mod skipped;
mod static_keys;
#[cfg(feature = "http-client")]
mod status;
mod useless;
