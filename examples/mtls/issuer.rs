//! The authorization server: issues access tokens, bound to the certificate that a client authenticated with.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::KeyPair;
use sender_constraint::keys::StaticKeys;
use sender_constraint::{ConfigError, Digest};
use serde_json::{Value, json};

/// The issuer identifier.
pub(crate) const ISSUER: &str = "https://as.example.com";
/// The name of the service in the tokens that are meant for it.
pub(crate) const AUDIENCE: &str = "https://api.example.com";

pub(crate) struct Issuer {
    key: KeyPair,
}

impl Issuer {
    pub(crate) fn new() -> Result<Self, rcgen::Error> {
        let key = KeyPair::generate()?;
        Ok(Self { key })
    }

    /// What verifies its tokens. A service elsewhere fetches this: see the example `quickstart`.
    pub(crate) fn keys(&self) -> Result<StaticKeys, ConfigError> {
        let (_uncompressed, point) = self.key.public_key_raw().split_at(1);
        let (x, y) = point.split_at(point.len() / 2);
        let [x, y] = [x, y].map(|coordinate| URL_SAFE_NO_PAD.encode(coordinate));
        let jwk = json!({"kty": "EC", "crv": "P-256", "x": x, "y": y});
        StaticKeys::from_json(&json!({"keys": [jwk]}).to_string())
    }

    /// A token for the holder of this certificate and nobody else (RFC 8705 section 3.1), or for whoever has it.
    pub(crate) fn token(&self, certificate: Option<&[u8]>) -> jsonwebtoken::errors::Result<String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.expect("a clock after 1970").as_secs();
        let mut claims = json!({
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "alice",
            "client_id": "app",
            "jti": "token-1",
            "iat": now,
            "exp": now + 300,
        });
        if let (Some(der), Some(claims)) = (certificate, claims.as_object_mut()) {
            claims.insert("cnf".to_owned(), confirmation(der));
        }
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some("at+jwt".to_owned());
        let key = EncodingKey::from_ec_der(&self.key.serialize_der());
        encode(&header, &claims, &key)
    }
}

fn confirmation(der: &[u8]) -> Value {
    json!({"x5t#S256": Digest::sha256(der).to_string()})
}
