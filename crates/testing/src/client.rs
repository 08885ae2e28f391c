//! A client with a key of its own, and the DPoP proofs that it signs (RFC 9449 section 4.2).

use std::sync::Arc;

use http::Request;
use sender_constraint::time::{Clock, SystemClock};
use serde_json::{Value, json};
use sha2::Digest as _;

use crate::encoding::{encode, set, unique};
use crate::jws::sign_compact;
use crate::key::SigningKey;

/// A client that proves possession of its key.
///
/// ```
/// use sender_constraint_testing::{Client, Issuer};
///
/// let (issuer, client) = (Issuer::new("https://as.example.com"), Client::new());
/// let token = issuer.token("https://api.example.com").bound_to(client.key()).sign();
/// let request = client.request("GET", "https://api.example.com/accounts?page=2", &token);
/// assert_eq!(request.uri(), "/accounts?page=2");
/// assert!(request.headers().contains_key("dpop"));
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    key: SigningKey,
    clock: Arc<dyn Clock>,
}

impl Client {
    /// A client with a new ES256 key.
    #[must_use]
    pub fn new() -> Self {
        Self::with_key(SigningKey::es256())
    }

    /// A client with this key.
    #[must_use]
    pub fn with_key(key: SigningKey) -> Self {
        Self {
            key,
            clock: Arc::new(SystemClock::default()),
        }
    }

    /// Signs proofs by this clock.
    #[must_use]
    pub fn with_clock(self, clock: impl Clock) -> Self {
        Self {
            clock: Arc::new(clock),
            ..self
        }
    }

    /// The key that signs.
    #[must_use]
    pub const fn key(&self) -> &SigningKey {
        &self.key
    }

    /// A valid proof for one request of this method and URL, with `token`.
    pub fn proof(&self, method: &str, url: &str, token: &str) -> Proof {
        Proof {
            header: json!({"typ": "dpop+jwt", "alg": self.key.alg(), "jwk": self.key.jwk()}),
            claims: json!({
                "jti": unique(),
                "htm": method,
                "htu": url.split(['?', '#']).next(),
                "iat": self.clock.now().as_unix_seconds(),
                "ath": encode(sha2::Sha256::digest(token)),
            }),
            key: self.key.clone(),
        }
    }

    /// An honest request: `token`, and a proof for it. Its target is the path of `url`, as HTTP/1.1 sends it.
    ///
    /// # Panics
    ///
    /// If method, URL or token cannot stand in a request.
    #[must_use]
    pub fn request(&self, method: &str, url: &str, token: &str) -> Request<()> {
        let proof = self.proof(method, url, token).sign();
        self.request_with(method, url, token, &proof)
    }

    /// The same with a proof of the test's own.
    ///
    /// # Panics
    ///
    /// As [`Client::request`].
    #[must_use]
    pub fn request_with(&self, method: &str, url: &str, token: &str, proof: &str) -> Request<()> {
        let (_, rest) = url.split_once("://").expect("an absolute URL");
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let path = if path.is_empty() { "/" } else { path };
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", host)
            .header("authorization", format!("DPoP {token}"))
            .header("dpop", proof)
            .body(())
            .expect("a request")
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

/// A proof before it is signed. Change what the test is about.
#[derive(Clone, Debug)]
#[must_use = "a proof does nothing until it is signed"]
#[non_exhaustive]
pub struct Proof {
    /// The JOSE header.
    pub header: Value,
    /// The claims.
    pub claims: Value,
    /// The key that signs.
    pub key: SigningKey,
}

impl Proof {
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

    /// Signs with another key than the one in `jwk`.
    pub fn signed_by(self, key: &SigningKey) -> Self {
        Self {
            key: key.clone(),
            ..self
        }
    }

    /// The compact JWS.
    #[must_use]
    pub fn sign(&self) -> String {
        self.sign_texts(&self.header.to_string(), &self.claims.to_string())
    }

    /// A compact JWS over these texts, which need not be JSON.
    #[must_use]
    pub fn sign_texts(&self, header: &str, claims: &str) -> String {
        sign_compact(&self.key, header, claims)
    }
}
