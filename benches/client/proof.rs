//! DPoP proofs (RFC 9449 section 4.2), with at most one fault.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::fill;
use sender_constraint::Digest;
use serde_json::json;

use super::key::{Key, encode};

/// What is wrong with a request.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Fault {
    None,
    Replayed,
    Stale,
    Method,
    Uri,
    Token,
}

impl Fault {
    pub(crate) const fn number(number: usize) -> Self {
        match number % 5 {
            0 => Self::Replayed,
            1 => Self::Stale,
            2 => Self::Method,
            3 => Self::Uri,
            _ => Self::Token,
        }
    }
}

/// A proof for one request. [`Fault::Replayed`] makes no difference: it is for the sender to send one twice.
pub(crate) fn proof(key: &Key, token: &str, method: &str, uri: &str, fault: Fault) -> String {
    let other = |wanted: Fault, good: &str, bad: &str| {
        let text = if fault == wanted { bad } else { good };
        text.to_owned()
    };
    let ath = Digest::sha256(other(Fault::Token, token, "another").as_bytes());
    let age = if fault == Fault::Stale { 3600 } else { 0 };
    key.sign(
        &json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": key.jwk()}),
        &json!({
            "jti": random(),
            "htm": other(Fault::Method, method, "PUT"),
            "htu": other(Fault::Uri, uri, &format!("{uri}/other")),
            "iat": now() - age,
            "ath": ath.to_string(),
        }),
    )
}

#[expect(
    clippy::expect_used,
    reason = "without random numbers there is no load"
)]
pub(crate) fn random() -> String {
    let mut bytes = [0; 16];
    fill(&mut bytes).expect("random bytes");
    encode(bytes)
}

/// In seconds since 1970.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}
