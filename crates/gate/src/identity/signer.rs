//! A short-lived signed token for the upstream (RFC 7519), by ES256 or EdDSA.

use std::fmt;

use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{HeaderValue, StatusCode};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use sender_constraint::time::{Clock as _, SystemClock};
use sender_constraint::{Access, Digest};
use serde_json::{Value, json};

use crate::config::{IdentityToken, SettingError};

/// The key. Its `Debug` does not show it.
pub(super) struct Signer {
    key: Key,
    kid: String,
}

enum Key {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
}

impl Signer {
    pub(super) fn new(settings: &IdentityToken) -> Result<Self, SettingError> {
        let key = settings.key.read(|path| {
            let pem = PrivatePkcs8KeyDer::from_pem_file(path);
            let der = pem.map_err(|error| format!("{path:?}: {error}"))?;
            Key::read(der.secret_pkcs8_der()).ok_or_else(|| {
                format!("{path:?}: expected a private key in PKCS #8, for P-256 or Ed25519")
            })
        })?;
        // RFC 7638
        let kid = Digest::sha256(key.required_members().to_string().as_bytes()).to_string();
        Ok(Self { key, kid })
    }

    /// The public key (RFC 7517).
    pub(super) fn jwk(&self) -> Value {
        let mut jwk = self.key.required_members();
        if let Some(members) = jwk.as_object_mut() {
            members.insert("kid".to_owned(), self.kid.as_str().into());
            members.insert("use".to_owned(), "sig".into());
            members.insert("alg".to_owned(), self.key.alg().into());
        }
        jwk
    }

    /// The token. Its `typ` is no access token's, so that it cannot be used as one.
    pub(super) fn sign(
        &self,
        access: &Access,
        settings: &IdentityToken,
    ) -> Result<HeaderValue, StatusCode> {
        let header = json!({"typ": TYP, "alg": self.key.alg(), "kid": self.kid});
        let claims = claims(access, settings).ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let mut token = format!("{}.{}", encode(&header), encode(&claims));
        let signature = self.key.sign(token.as_bytes());
        let signature = signature.ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(signature));
        let value = HeaderValue::from_str(&token);
        let mut value = value.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// `sender` has what the client proved, not `cnf`: this token is not bound to the client's key.
fn claims(access: &Access, settings: &IdentityToken) -> Option<Value> {
    let now = SystemClock::default().now().as_unix_seconds();
    let lifetime = i64::try_from(settings.lifetime.as_secs()).ok()?;
    let mut jti = [0; 16];
    rand::fill(&mut jti).ok()?;
    let scope: Vec<_> = access.scopes().collect();
    let sender = access.sender();
    Some(json!({
        "iss": settings.issuer,
        "aud": settings.audience,
        "iat": now,
        "exp": now.checked_add(lifetime)?,
        "jti": URL_SAFE_NO_PAD.encode(jti),
        "sub": access.subject(),
        "client_id": access.client_id(),
        "scope": scope.join(" "),
        "token_issuer": access.issuer(),
        "sender": {
            "jkt": sender.jkt().map(ToString::to_string),
            "x5t#S256": sender.x5t_s256().map(ToString::to_string),
        },
    }))
}

impl Key {
    fn read(der: &[u8]) -> Option<Self> {
        if let Ok(key) = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der) {
            return Some(Self::P256(key));
        }
        let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).ok()?;
        Some(Self::Ed25519(key))
    }

    const fn alg(&self) -> &'static str {
        match self {
            Self::Ed25519(_) => "EdDSA",
            Self::P256(_) => "ES256",
        }
    }

    /// In the order of RFC 7638 section 3, which is that of `serde_json`.
    fn required_members(&self) -> Value {
        match self {
            Self::Ed25519(key) => {
                let x = URL_SAFE_NO_PAD.encode(key.public_key());
                json!({"crv": "Ed25519", "kty": "OKP", "x": x})
            }
            Self::P256(key) => {
                // SEC 1, uncompressed: 4, x, y.
                let point = key.public_key().as_ref();
                let (x, y) = (point.get(1..33), point.get(33..65));
                let encode = |half: Option<&[u8]>| URL_SAFE_NO_PAD.encode(half.unwrap_or_default());
                json!({"crv": "P-256", "kty": "EC", "x": encode(x), "y": encode(y)})
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let signature = match self {
            Self::Ed25519(key) => key.try_sign(message).ok()?,
            Self::P256(key) => key.sign(&SystemRandom::new(), message).ok()?,
        };
        Some(signature.as_ref().to_vec())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Signer")
            .field("alg", &self.key.alg())
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}

const TYP: &str = "gate-identity+jwt";
