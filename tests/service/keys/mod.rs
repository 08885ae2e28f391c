//! Keys of issuers: fixed, fetched, rotated, unavailable.

mod clock_steps;
#[cfg(feature = "remote-keys")]
mod discovery;
mod fixed;
#[cfg(feature = "remote-keys")]
mod outage;
#[cfg(feature = "remote-keys")]
mod remote;
#[cfg(feature = "remote-keys")]
mod rotation;
mod useless;
