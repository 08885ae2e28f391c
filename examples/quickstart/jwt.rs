//! JSON Web Tokens signed with ES256: what the issuer makes access tokens of, and the client its proofs.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A JWT before it is signed, open to every change that an attacker might make.
pub(crate) struct Jwt {
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

impl Jwt {
    pub(crate) fn sign(&self, key: &SigningKey) -> String {
        let message = self.unsigned();
        let signature: Signature = key.sign(message.as_bytes());
        format!("{message}.{}", encode(signature.to_bytes()))
    }

    /// Header and claims, without the dot and the signature behind them.
    pub(crate) fn unsigned(&self) -> String {
        let [header, claims] = [&self.header, &self.claims].map(|part| encode(part.to_string()));
        format!("{header}.{claims}")
    }
}

/// The same token or proof, but for the first character of its signature.
pub(crate) fn tampered(jws: &str) -> String {
    let (message, signature) = jws.rsplit_once('.').expect("a signature");
    let (first, rest) = signature.split_at(1);
    let other = if first == "A" { "B" } else { "A" };
    format!("{message}.{other}{rest}")
}

/// The public half of a key (RFC 7517).
pub(crate) fn public_jwk(key: &SigningKey) -> Value {
    let (x, y) = coordinates(key);
    json!({"kty": "EC", "crv": "P-256", "x": x, "y": y})
}

/// The name of a key: a hash of its public half (RFC 7638).
pub(crate) fn thumbprint(key: &SigningKey) -> String {
    let (x, y) = coordinates(key);
    sha256(&format!(
        r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#
    ))
}

pub(crate) fn sha256(text: &str) -> String {
    encode(Sha256::digest(text))
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    since_epoch.expect("a clock after 1970").as_secs()
}

fn coordinates(key: &SigningKey) -> (String, String) {
    let point = key.verifying_key().to_sec1_point(false);
    let coordinate = |bytes: Option<_>| encode(bytes.expect("an uncompressed point"));
    (coordinate(point.x()), coordinate(point.y()))
}
