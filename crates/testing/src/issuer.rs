//! The authorization server, in memory: its keys, and the access tokens that it issues (RFC 9068).

use std::sync::Arc;

use sender_constraint::keys::StaticKeys;
use sender_constraint::time::{Clock, SystemClock};
use serde_json::{Value, json};

use crate::encoding::{set, unique};
use crate::jws::sign_compact;
use crate::key::SigningKey;

/// An authorization server.
///
/// ```
/// use sender_constraint_testing::{Issuer, SigningKey};
///
/// let issuer = Issuer::new("https://as.example.com");
/// let token = issuer.token("https://api.example.com").claim("scope", "accounts:read");
/// // Signed by a key that the issuer does not publish.
/// let forged = token.clone().signed_by(&SigningKey::es256()).sign();
/// assert_ne!(token.sign(), forged);
/// ```
#[derive(Clone, Debug)]
pub struct Issuer {
    name: String,
    key: SigningKey,
    clock: Arc<dyn Clock>,
}

impl Issuer {
    /// The issuer `name` with a new ES256 key of the `kid` `k1`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            key: SigningKey::es256(),
            clock: Arc::new(SystemClock::default()),
        }
    }

    /// Signs with this key.
    #[must_use]
    pub fn with_key(self, key: SigningKey) -> Self {
        Self { key, ..self }
    }

    /// Issues tokens by this clock.
    #[must_use]
    pub fn with_clock(self, clock: impl Clock) -> Self {
        Self {
            clock: Arc::new(clock),
            ..self
        }
    }

    /// The issuer identifier.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key that signs.
    #[must_use]
    pub const fn key(&self) -> &SigningKey {
        &self.key
    }

    /// The key set that it publishes.
    #[must_use]
    pub fn jwks(&self) -> Value {
        json!({"keys": [self.key.published(KEY_ID)]})
    }

    /// The key set for a verifier.
    ///
    /// # Panics
    ///
    /// If the crate under test has no backend for the key.
    #[must_use]
    pub fn keys(&self) -> StaticKeys {
        StaticKeys::from_json(&self.jwks().to_string()).expect("a usable key")
    }

    /// A valid token for `audience`, good for ten minutes and bound to nothing.
    pub fn token(&self, audience: &str) -> Token {
        let now = self.clock.now().as_unix_seconds();
        Token {
            header: json!({"typ": "at+jwt", "alg": self.key.alg(), "kid": KEY_ID}),
            claims: json!({
                "iss": self.name,
                "aud": audience,
                "sub": "alice",
                "client_id": "app",
                "scope": "read write",
                "jti": unique(),
                "iat": now,
                "exp": now + LIFETIME,
            }),
            key: self.key.clone(),
        }
    }

    /// A JWT of this header and these claims, with `alg` and `kid` of the issuer's key: an access token of another
    /// product, or another kind of JWT. Nothing else is added, not even `iss`.
    ///
    /// ```
    /// use sender_constraint_testing::Issuer;
    /// use serde_json::json;
    ///
    /// let issuer = Issuer::new("https://as.example.com");
    /// let id_token = issuer.jwt(json!({"typ": "JWT"}), json!({"iss": issuer.name(), "aud": "app", "nonce": "n"}));
    /// assert_eq!(id_token.header["kid"], "k1");
    /// assert_eq!(id_token.sign().split('.').count(), 3);
    /// ```
    ///
    /// # Panics
    ///
    /// If the header is not an object.
    pub fn jwt(&self, mut header: Value, claims: Value) -> Token {
        set(&mut header, "alg", self.key.alg().into());
        set(&mut header, "kid", KEY_ID.into());
        Token {
            header,
            claims,
            key: self.key.clone(),
        }
    }
}

/// An access token before it is signed. Change what the test is about.
#[derive(Clone, Debug)]
#[must_use = "a token does nothing until it is signed"]
#[non_exhaustive]
pub struct Token {
    /// The JOSE header.
    pub header: Value,
    /// The claims.
    pub claims: Value,
    /// The key that signs.
    pub key: SigningKey,
}

impl Token {
    /// Binds the token to this key (`cnf.jkt`, RFC 9449 section 6.1).
    pub fn bound_to(self, key: &SigningKey) -> Self {
        self.confirmation("jkt", key.thumbprint())
    }

    /// Binds the token to the certificate with this DER (`cnf.x5t#S256`, RFC 8705 section 3.1).
    pub fn bound_to_certificate(self, der: &[u8]) -> Self {
        use sha2::Digest as _;
        let digest = crate::encoding::encode(sha2::Sha256::digest(der));
        self.confirmation("x5t#S256", digest)
    }

    /// Adds a member to `cnf`: a token can be bound both ways.
    fn confirmation(mut self, member: &str, thumbprint: String) -> Self {
        let mut cnf = self.claims.get("cnf").cloned().unwrap_or_else(|| json!({}));
        set(&mut cnf, member, thumbprint.into());
        set(&mut self.claims, "cnf", cnf);
        self
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

    /// Signs with another key than the issuer's.
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

const KEY_ID: &str = "k1";
const LIFETIME: i64 = 600;
