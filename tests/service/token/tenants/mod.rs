//! Issuers that a rule allows at run time: which are accepted, for how long, and what a flood of names costs.

mod advertised;
mod answers;
mod flood;
mod joined;
#[cfg(feature = "http-client")]
mod keys;
mod pattern;
mod settings;
mod world;
