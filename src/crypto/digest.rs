//! SHA-256 and what is compared with it: one type for `jkt`, `ath`, `x5t#S256` and cache keys.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use super::base64url;

/// 32 bytes of SHA-256, compared in constant time and shown as base64url.
#[derive(Clone, Copy)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The SHA-256 of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut hasher = Hasher::default();
        hasher.update(bytes);
        hasher.finish()
    }

    /// Reads 43 characters of strict base64url, as in `jkt` (RFC 9449 section 6.1) and `ath` (section 4.2).
    #[must_use]
    pub fn from_base64url(text: &str) -> Option<Self> {
        base64url::decode_array(text.as_bytes()).map(Self)
    }

    /// A digest that somebody else computed.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// SHA-256 over several pieces.
#[derive(Default)]
pub(crate) struct Hasher(Sha256);

impl Hasher {
    pub(crate) fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// Adds a piece with its length before it: no two lists of pieces come to the same bytes.
    pub(crate) fn update_framed(&mut self, piece: &[u8]) {
        self.update(&u64::try_from(piece.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.update(piece);
    }

    pub(crate) fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Digest {}

impl std::hash::Hash for Digest {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write(&self.0);
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&base64url::encode(&self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vec_02_hash_of_the_rfc_9449_token() {
        let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
        let ath = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo";
        assert_eq!(Digest::of(token.as_bytes()).to_string(), ath);
        assert_eq!(
            Digest::from_base64url(ath),
            Some(Digest::of(token.as_bytes()))
        );
        assert_eq!(Digest::from_base64url(&format!("{ath}=")), None);
        assert_ne!(Digest::from_base64url(ath), Some(Digest::of(b"other")));
    }
}
