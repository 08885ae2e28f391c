//! Compact JWS (RFC 7515) over texts that need not be valid.

use crate::encoding::encode;
use crate::key::SigningKey;

/// A compact JWS over two texts, which need not be JSON.
#[must_use]
pub fn sign_compact(key: &SigningKey, header: &str, payload: &str) -> String {
    let input = format!("{}.{}", encode(header), encode(payload));
    let signature = key.sign(input.as_bytes());
    format!("{input}.{}", encode(signature))
}
