//! The authorization server: access tokens of RFC 9068, bound to a key by `cnf.jkt` (RFC 9449 section 6.1).

use sender_constraint::Digest;
use serde_json::json;

use super::key::Key;
use super::proof::{now, random};

pub(crate) struct Issuer {
    pub(crate) name: String,
    pub(crate) audience: String,
    key: Key,
}

/// What differs from token to token.
pub(crate) struct Claims<'a> {
    pub(crate) subject: &'a str,
    pub(crate) kid: &'a str,
    pub(crate) expires_at: u64,
}

impl Issuer {
    pub(crate) const KID: &'static str = "k1";

    pub(crate) fn new(name: &str, audience: &str) -> Self {
        Self {
            name: name.to_owned(),
            audience: audience.to_owned(),
            key: Key::new(),
        }
    }

    pub(crate) fn jwks(&self) -> String {
        let mut jwk = self.key.jwk();
        if let Some(jwk) = jwk.as_object_mut() {
            jwk.insert("kid".to_owned(), Self::KID.into());
        }
        json!({"keys": [jwk]}).to_string()
    }

    /// A token of this subject for the holder of `client`, good for `lifetime` seconds.
    pub(crate) fn token(&self, client: &Key, subject: &str, lifetime: u64) -> String {
        let claims = Claims {
            subject,
            kid: Self::KID,
            expires_at: now() + lifetime,
        };
        self.token_with(client, &claims)
    }

    pub(crate) fn token_with(&self, client: &Key, claims: &Claims<'_>) -> String {
        let jkt = Digest::sha256(client.jwk().to_string().as_bytes()).to_string();
        let body = json!({
            "iss": self.name, "aud": self.audience, "sub": claims.subject,
            "client_id": format!("client-of-{}", claims.subject), "jti": random(), "iat": now(),
            "exp": claims.expires_at, "cnf": {"jkt": jkt},
        });
        let header = json!({"typ": "at+jwt", "alg": "ES256", "kid": claims.kid});
        self.key.sign(&header, &body)
    }
}
