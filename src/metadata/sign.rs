//! Signs the metadata of a resource with a key of the operator (RFC 9728 section 2.2).

use std::sync::Arc;

use super::resource::ProtectedResource;
use super::signature::Signature;
use crate::client_auth::ClientKey;

impl ProtectedResource {
    /// `signed_metadata`: the members as claims of a JWT, signed when the guard is built, with this `iss`, which is the
    /// identifier of the resource unless another party attests to them. Clients that support it prefer it to the plain
    /// members.
    ///
    /// Use the key for nothing else: no type is registered for this JWT, and it has none. It has `iat`, and does not
    /// expire.
    ///
    /// ```
    /// use sender_constraint::client_auth::ClientKey;
    /// use sender_constraint::metadata::ProtectedResource;
    ///
    /// # fn example(pem: &str) -> Result<(), sender_constraint::ConfigError> {
    /// let identifier = "https://api.example.com";
    /// let key = ClientKey::from_pem(pem)?.key_id("metadata-2026");
    /// let resource = ProtectedResource::new(identifier)?.sign(identifier, key);
    /// # drop(resource);
    /// # Ok(())
    /// # }
    /// # assert!(example("").is_err());
    /// ```
    pub fn sign(mut self, issuer: impl Into<String>, key: ClientKey) -> Self {
        self.signature = Some(Signature {
            issuer: issuer.into(),
            signer: Arc::new(move |claims| key.sign(None, claims)),
        });
        self
    }
}
