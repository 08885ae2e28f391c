//! A build without a backend: every algorithm is refused at configuration, so no key is ever prepared.

use super::key_error::KeyError;
use super::public_key::{PublicKey, SignatureScheme};

/// A key that cannot exist.
#[derive(Debug)]
pub(crate) enum PreparedKey {}

impl PreparedKey {
    /// Whether this build verifies the scheme.
    pub(crate) const fn supports(_scheme: SignatureScheme) -> bool {
        false
    }

    pub(crate) const fn new(_scheme: SignatureScheme, _key: &PublicKey) -> Result<Self, KeyError> {
        Err(KeyError::SignatureScheme)
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

/// There is no source of random bytes either.
pub(crate) const fn random<const N: usize>() -> Option<[u8; N]> {
    None
}
