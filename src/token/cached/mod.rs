//! Caches the results of any token verifier, and limits its calls (RFC 7662 section 4).

mod calls;
mod results;
mod verifier;

pub use verifier::Cached;
