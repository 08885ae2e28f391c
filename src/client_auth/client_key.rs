//! The private key that signs the client assertions, or the metadata, of this server.

use std::fmt;

use crate::config_error::ConfigError;
use crate::crypto::{PrivateKey, Signer};
use crate::jose::{Algorithm, PrivateJwk, sign_compact, signing_algorithm};

/// A private key for client assertions, or for signed metadata
/// ([`ProtectedResource::sign`](crate::metadata::ProtectedResource::sign)): P-256 (`ES256`), Ed25519 (`EdDSA`) or RSA
/// of 2048 to 8192 bits (`PS256`).
///
/// Use it for one of these and for nothing else. Its `Debug` shows the algorithm and the `kid` only.
///
/// ```
/// use sender_constraint::client_auth::ClientKey;
///
/// # fn example(pem: &str) -> Result<(), sender_constraint::ConfigError> {
/// // `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`
/// let key = ClientKey::from_pem(pem)?.key_id("2026-01");
/// # drop(key);
/// # Ok(())
/// # }
/// # assert!(example("").is_err());
/// ```
#[must_use]
pub struct ClientKey {
    signer: Signer,
    algorithm: Algorithm,
    kid: Option<String>,
}

impl ClientKey {
    /// Reads a private JWK (RFC 7517), with its `kid`. Its `alg` `Ed25519` is used in place of `EdDSA` (RFC 9864).
    ///
    /// # Errors
    ///
    /// [`ConfigError::PrivateKey`] for a public key, another type of key, or an RSA key that is too small or too large.
    pub fn from_jwk(json: &str) -> Result<Self, ConfigError> {
        let jwk = PrivateJwk::from_json(json).map_err(ConfigError::PrivateKey)?;
        let mut key = Self::of(&jwk.key)?;
        if jwk.is_fully_specified {
            key.algorithm = Algorithm::Ed25519;
        }
        Ok(Self {
            kid: jwk.kid,
            ..key
        })
    }

    /// Reads a private key from PEM: `PRIVATE KEY` (PKCS #8), `EC PRIVATE KEY` or `RSA PRIVATE KEY`, not encrypted.
    ///
    /// # Errors
    ///
    /// As for [`ClientKey::from_jwk`], and unless the text has exactly one private key.
    pub fn from_pem(pem: &str) -> Result<Self, ConfigError> {
        Self::of(&PrivateKey::from_pem(pem).map_err(ConfigError::PrivateKey)?)
    }

    fn of(key: &PrivateKey) -> Result<Self, ConfigError> {
        let signer = Signer::new(key).map_err(ConfigError::PrivateKey)?;
        Ok(Self {
            algorithm: signing_algorithm(&signer),
            signer,
            kid: None,
        })
    }

    /// Sets the `kid` under which the authorization server knows the public key.
    pub fn key_id(mut self, kid: &str) -> Self {
        self.kid = Some(kid.to_owned());
        self
    }

    /// The `alg` of its signatures.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// A JWS over these claims; `None` if the backend fails.
    pub(crate) fn sign(&self, typ: Option<&str>, claims: &str) -> Option<String> {
        let mut header = serde_json::Map::new();
        header.insert("alg".to_owned(), self.algorithm.name().into());
        let optional = [("typ", typ), ("kid", self.kid.as_deref())];
        for (name, value) in optional {
            header.extend(value.map(|value| (name.to_owned(), value.into())));
        }
        let header = serde_json::Value::Object(header).to_string();
        sign_compact(&self.signer, &header, claims)
    }
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientKey")
            .field("algorithm", &self.algorithm)
            .field("kid", &self.kid)
            .finish_non_exhaustive()
    }
}
