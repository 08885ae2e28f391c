//! Outgoing HTTP.

#[cfg(feature = "reqwest")]
mod reqwest;
