//! How old a proof is by its `iat`.

use std::time::{SystemTime, UNIX_EPOCH};

use super::presented::Decoded;

/// Seconds from `iat` to now, to the tenth: transport, queues and the difference of the clocks together. Negative if
/// the clock of the client is ahead.
pub(crate) fn age_of(proof: &Decoded) -> Option<f64> {
    let issued_at = proof.claim("iat")?.as_f64()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let age = now.as_secs_f64() - issued_at;
    Some((age * 10.0).round() / 10.0)
}
