//! `private_key_jwt`: a signed assertion for each request (RFC 7523 sections 2.2 and 3, with the corrections of its
//! update: the issuer is the only audience, and the assertion has a type).

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use serde_json::json;

use super::client_key::ClientKey;
use super::credentials::{ClientCredentials, check_client_id};
use crate::config_error::ConfigError;
use crate::crypto::{encode_bytes, random};
use crate::time::Timestamp;
use crate::unavailable::Unavailable;

/// Authenticates with a private key: every request carries a new assertion that is valid for 60 s.
///
/// The assertion's `aud` is the issuer identifier of the authorization server, as one string: an assertion for one
/// server is of no use at another one. Its `typ` is `client-authentication+jwt`, so that no other JWT of this server is
/// mistaken for it.
///
/// Clones share the key. [`PrivateKeyJwt::replace_key`] replaces it while requests run: publish the new public key at
/// the authorization server first.
///
/// ```
/// use sender_constraint::client_auth::{ClientKey, PrivateKeyJwt};
/// # fn example(jwk: &str, new_jwk: &str) -> Result<(), sender_constraint::ConfigError> {
///
/// let client = PrivateKeyJwt::from_jwk("https://api.example.com", jwk)?;
/// let rotation = client.clone();
///
/// // Later, in the task that watches the key's file:
/// rotation.replace_key(ClientKey::from_jwk(new_jwk)?);
/// # Ok(())
/// # }
/// # assert!(example("", "").is_err());
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct PrivateKeyJwt {
    client_id: String,
    key: Arc<RwLock<Arc<ClientKey>>>,
    typ: &'static str,
}

impl PrivateKeyJwt {
    /// Authenticates as `client_id` with this key.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ClientId`] if the identifier is empty.
    pub fn new(client_id: &str, key: ClientKey) -> Result<Self, ConfigError> {
        Ok(Self {
            client_id: check_client_id(client_id)?,
            key: Arc::new(RwLock::new(Arc::new(key))),
            typ: TYPE,
        })
    }

    /// Authenticates as `client_id` with a private JWK.
    ///
    /// # Errors
    ///
    /// As for [`PrivateKeyJwt::new`] and [`ClientKey::from_jwk`].
    pub fn from_jwk(client_id: &str, json: &str) -> Result<Self, ConfigError> {
        Self::new(client_id, ClientKey::from_jwk(json)?)
    }

    /// Authenticates as `client_id` with a private key in PEM. The assertions have no `kid`: use [`ClientKey::key_id`]
    /// and [`PrivateKeyJwt::new`] if the authorization server needs one.
    ///
    /// # Errors
    ///
    /// As for [`PrivateKeyJwt::new`] and [`ClientKey::from_pem`].
    pub fn from_pem(client_id: &str, pem: &str) -> Result<Self, ConfigError> {
        Self::new(client_id, ClientKey::from_pem(pem)?)
    }

    /// Sets `typ` to `JWT`, for an authorization server that refuses `client-authentication+jwt`. Then only the claims
    /// distinguish the assertion from other JWTs that are signed with the key.
    pub fn use_generic_type(mut self) -> Self {
        self.typ = GENERIC_TYPE;
        self
    }

    /// Signs with this key from now on, in all clones.
    pub fn replace_key(&self, key: ClientKey) {
        *self.key.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
    }

    pub(super) fn client_id(&self) -> &str {
        &self.client_id
    }

    pub(super) fn credentials(
        &self,
        issuer: &str,
        now: Timestamp,
    ) -> Result<ClientCredentials, Unavailable> {
        let assertion = self.assertion(issuer, now).ok_or_else(|| {
            Unavailable::client_authentication("the assertion could not be signed")
        })?;
        Ok(ClientCredentials {
            form: vec![
                ("client_assertion_type", ASSERTION_TYPE.to_owned()),
                ("client_assertion", assertion),
            ],
            basic: None,
        })
    }

    fn assertion(&self, issuer: &str, now: Timestamp) -> Option<String> {
        let key = Arc::clone(&self.key.read().unwrap_or_else(PoisonError::into_inner));
        let claims = json!({
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": issuer,
            "jti": encode_bytes(&random::<16>()?),
            "iat": now.as_unix_seconds(),
            "exp": now.saturating_add(LIFETIME).as_unix_seconds(),
        });
        key.sign(Some(self.typ), &claims.to_string())
    }
}

const TYPE: &str = "client-authentication+jwt";
const GENERIC_TYPE: &str = "JWT";
const LIFETIME: Duration = Duration::from_secs(60);
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
