//! Access tokens and proofs: good as they are made, and every part open to change before signing.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::Digest as _;

use super::{AUDIENCE, ISSUER, Key, NOW};

/// Unpadded base64url.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// An access token before it is signed.
#[derive(Clone)]
pub struct Token {
    pub header: Value,
    pub claims: Value,
    pub key: Key,
}

impl Token {
    /// AT0 of the requirements: good, and bound to nothing. Signed by issuer key `key`, `kid` `k1`.
    pub fn unbound(key: &Key) -> Self {
        Self {
            header: json!({"typ": "at+jwt", "alg": key.alg, "kid": "k1"}),
            claims: json!({
                "iss": ISSUER,
                "aud": AUDIENCE,
                "sub": "alice",
                "client_id": "app",
                "scope": "read write",
                "jti": format!("token-{}", next()),
                "iat": NOW,
                "exp": NOW + 600,
            }),
            key: key.clone(),
        }
    }

    /// AT1: the same, bound to the key `client`.
    pub fn bound(key: &Key, client: &Key) -> Self {
        Self::unbound(key).claim("cnf", json!({"jkt": client.thumbprint()}))
    }

    /// Sets a claim; null removes it.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        set(&mut self.claims, name, value.into());
        self
    }

    /// Sets a header member; null removes it.
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        set(&mut self.header, name, value.into());
        self
    }

    pub fn sign(&self) -> String {
        sign(
            &self.key,
            &self.header.to_string(),
            &self.claims.to_string(),
        )
    }
}

/// A proof before it is signed.
#[derive(Clone)]
pub struct Proof {
    pub header: Value,
    pub claims: Value,
    pub key: Key,
}

impl Proof {
    /// Good for one `GET` of `/a` with `token`.
    pub fn new(client: &Key, token: &str) -> Self {
        Self {
            header: json!({"typ": "dpop+jwt", "alg": client.alg, "jwk": client.jwk()}),
            claims: json!({
                "jti": format!("proof-{}", next()),
                "htm": "GET",
                "htu": "https://rs.example.com/a",
                "iat": NOW,
                "ath": encode(sha2::Sha256::digest(token)),
            }),
            key: client.clone(),
        }
    }

    /// Sets a claim; null removes it.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        set(&mut self.claims, name, value.into());
        self
    }

    /// Sets a header member; null removes it.
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        set(&mut self.header, name, value.into());
        self
    }

    pub fn sign(&self) -> String {
        sign(
            &self.key,
            &self.header.to_string(),
            &self.claims.to_string(),
        )
    }

    /// Signs texts that need not be JSON.
    pub fn sign_texts(&self, header: &str, claims: &str) -> String {
        sign(&self.key, header, claims)
    }
}

/// A compact JWS over two texts.
pub fn sign(key: &Key, header: &str, claims: &str) -> String {
    let input = format!("{}.{}", encode(header), encode(claims));
    let signature = key.sign(input.as_bytes());
    format!("{input}.{}", encode(signature))
}

fn set(object: &mut Value, name: &str, value: Value) {
    let object = object.as_object_mut().expect("an object");
    if value.is_null() {
        object.remove(name);
    } else {
        object.insert(name.to_owned(), value);
    }
}

fn next() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
