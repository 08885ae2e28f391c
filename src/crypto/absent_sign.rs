//! A build without a backend signs nothing: every private key is refused at configuration.

use super::key_error::KeyError;
use super::private_key::PrivateKey;
use super::private_key_error::PrivateKeyError;
use super::public_key::SignatureScheme;

/// A signer that cannot exist.
#[derive(Debug)]
pub(crate) enum Signer {}

impl Signer {
    pub(crate) const fn new(_key: &PrivateKey) -> Result<Self, PrivateKeyError> {
        Err(PrivateKeyError::Key(KeyError::SignatureScheme))
    }

    pub(crate) const fn scheme(&self) -> SignatureScheme {
        match *self {}
    }

    pub(crate) const fn sign(&self, _message: &[u8]) -> Option<Vec<u8>> {
        match *self {}
    }
}
