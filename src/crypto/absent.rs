//! No backend in this build: every algorithm is refused when it is configured, so no key is ever prepared.

use super::bad_key::BadKey;
use super::material::{PublicKey, Scheme};

/// A key that cannot exist.
#[derive(Debug)]
pub(crate) enum PreparedKey {}

impl PreparedKey {
    /// Whether this build verifies the scheme.
    pub(crate) const fn supports(_scheme: Scheme) -> bool {
        false
    }

    pub(crate) const fn new(_scheme: Scheme, _key: &PublicKey) -> Result<Self, BadKey> {
        Err(BadKey::Scheme)
    }

    pub(crate) const fn verifies(&self, _message: &[u8], _signature: &[u8]) -> bool {
        match *self {}
    }

    pub(crate) const fn heap_bytes(&self) -> usize {
        match *self {}
    }

    #[cfg(feature = "sender-tables")]
    pub(crate) const fn point(&self) -> Option<PublicKey> {
        match *self {}
    }
}
