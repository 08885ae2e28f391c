//! A secret that nonces are authenticated with.

use std::fmt;

use crate::config_error::{ConfigError, NonceSecretError};
use crate::crypto::{Digest, decode, hmac_sha256, random};

/// A secret of 256 bits that authenticates nonces. `Debug` shows nothing of it.
///
/// With a leaked secret, an attacker can forge nonces for each origin that uses it, and generate proofs in advance with
/// a client's key. The secret alone gives no access.
///
/// ```
/// use sender_constraint::proof::NonceSecret;
///
/// // Made by: openssl rand -base64 32 | tr '+/' '-_' | tr -d =
/// let secret = NonceSecret::from_base64url("kq8Yc0lJv1cZcGqN0v0h3n6vSg3o0rC9xTqI2m8uXhE")?;
/// # drop(secret);
/// # Ok::<(), sender_constraint::ConfigError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct NonceSecret {
    bytes: [u8; SECRET_BYTES],
    /// The first byte of each nonce, so that usually one MAC is computed to verify it.
    hint: u8,
}

impl NonceSecret {
    /// Generates a secret, for a service of one process.
    ///
    /// # Errors
    ///
    /// [`ConfigError::NonceSecret`] if the system has no random bytes, and in a build without a crypto backend.
    pub fn random() -> Result<Self, ConfigError> {
        let bytes = random().ok_or(ConfigError::NonceSecret(NonceSecretError::NoRandomBytes))?;
        Self::from_bytes(bytes)
    }

    /// Takes 32 random bytes that the instances of a service share.
    ///
    /// # Errors
    ///
    /// [`ConfigError::NonceSecret`] if all bytes are equal. No other weak value is detected: use random bytes, not a
    /// password.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, ConfigError> {
        let [first, ..] = bytes;
        if bytes.iter().all(|byte| *byte == first) {
            return Err(ConfigError::NonceSecret(NonceSecretError::EqualBytes));
        }
        let hint = hmac_sha256(&bytes, &[HINT_LABEL]);
        let [hint, ..] = *hint.as_bytes();
        Ok(Self { bytes, hint })
    }

    /// Like [`NonceSecret::from_bytes`], from base64url without padding: 43 characters.
    ///
    /// # Errors
    ///
    /// [`ConfigError::NonceSecret`] if the text is not base64url, or not of 32 bytes, or all bytes are equal. The error
    /// does not show the text.
    pub fn from_base64url(text: &str) -> Result<Self, ConfigError> {
        let bytes = decode(text.as_bytes());
        let bytes = bytes.ok_or(ConfigError::NonceSecret(NonceSecretError::Base64Url))?;
        let length = bytes.len();
        let bytes = <[u8; SECRET_BYTES]>::try_from(bytes);
        Self::from_bytes(
            bytes.map_err(|_| ConfigError::NonceSecret(NonceSecretError::Length(length)))?,
        )
    }

    pub(super) const fn hint(&self) -> u8 {
        self.hint
    }

    /// The MAC of a nonce. RFC 9449 section 9: a nonce is of one resource server, which the origin identifies.
    ///
    /// All pieces but the last have a fixed length, so no two nonces are authenticated by the same text.
    pub(super) fn mac<const N: usize>(&self, head: &[u8; N], origin: &str) -> Digest {
        hmac_sha256(&self.bytes, &[NONCE_LABEL, head, origin.as_bytes()])
    }

    /// Whether both are the same, compared in constant time.
    pub(super) fn is(&self, other: &Self) -> bool {
        Digest::from_bytes(self.bytes) == Digest::from_bytes(other.bytes)
    }
}

impl fmt::Debug for NonceSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("NonceSecret(..)")
    }
}

const SECRET_BYTES: usize = 32;
/// The version of the format is in the label: a nonce of another version does not verify.
const NONCE_LABEL: &[u8] = b"sender-constraint nonce 1\0";
const HINT_LABEL: &[u8] = b"sender-constraint nonce hint 1\0";
