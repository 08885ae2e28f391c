//! SHA-256 digests: one type for `jkt`, `ath`, `x5t#S256` and cache keys.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use super::base64url;
use super::sha256::sha256;

/// A SHA-256 digest, compared in constant time and displayed as base64url.
///
/// ```
/// use sender_constraint::Digest;
///
/// let digest = Digest::sha256(b"abc");
/// assert_eq!(digest.to_string(), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
/// assert_eq!(Digest::from_base64url(&digest.to_string()), Some(digest));
/// ```
#[derive(Clone, Copy)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Computes the SHA-256 of `bytes`.
    #[must_use]
    pub fn sha256(bytes: &[u8]) -> Self {
        Self(sha256(bytes))
    }

    /// Parses 43 characters of strict base64url, as in `jkt` (RFC 9449 section 6.1) and `ath` (section 4.2).
    #[must_use]
    pub fn from_base64url(text: &str) -> Option<Self> {
        base64url::decode_array(text.as_bytes()).map(Self)
    }

    /// Wraps a digest that was computed elsewhere.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Whether these are the first bytes, compared in constant time: a truncated MAC.
    pub(crate) fn begins_with<const N: usize>(&self, bytes: &[u8; N]) -> bool {
        let start = self.0.first_chunk::<N>();
        start.is_some_and(|start| start.as_slice().ct_eq(bytes.as_slice()).into())
    }

    fn words(&self) -> impl Iterator<Item = u64> {
        let (words, _) = self.0.as_chunks();
        words.iter().map(|word| u64::from_le_bytes(*word))
    }
}

/// SHA-256 over several pieces, which are buffered first: each call of the hash function has a fixed cost.
pub(crate) struct Hasher {
    gathered: [u8; GATHERED_BYTES],
    length: usize,
    /// The hash of what did not fit.
    hash: Option<Sha256>,
}

impl Hasher {
    pub(crate) fn update(&mut self, piece: &[u8]) {
        let end = self.length.saturating_add(piece.len());
        if let Some(place) = self.gathered.get_mut(self.length..end) {
            place.copy_from_slice(piece);
            self.length = end;
            return;
        }
        let hash = self.hash.get_or_insert_default();
        hash.update(self.gathered.get(..self.length).unwrap_or_default());
        hash.update(piece);
        self.length = 0;
    }

    /// Adds a piece, preceded by its length: no two lists of pieces result in the same bytes.
    ///
    /// The length has four bytes: that exceeds the length of any header, and saves one block compared with eight.
    pub(crate) fn update_framed(&mut self, piece: &[u8]) {
        self.update(&u32::try_from(piece.len()).unwrap_or(u32::MAX).to_be_bytes());
        self.update(piece);
    }

    pub(crate) fn finish(self) -> Digest {
        let rest = self.gathered.get(..self.length).unwrap_or_default();
        Digest(match self.hash {
            None => sha256(rest),
            Some(hash) => hash.chain_update(rest).finalize().into(),
        })
    }
}

impl Default for Hasher {
    fn default() -> Self {
        Self {
            gathered: [0; GATHERED_BYTES],
            length: 0,
            hash: None,
        }
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        // A single comparison in constant time instead of one for each byte.
        let pairs = self.words().zip(other.words());
        let difference = pairs.fold(0, |all, (one, other)| all | (one ^ other));
        difference.ct_eq(&0).into()
    }
}

impl Eq for Digest {}

impl std::hash::Hash for Digest {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        let (halves, _) = self.0.as_chunks();
        for half in halves {
            state.write_u128(u128::from_le_bytes(*half));
        }
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

/// What is hashed for a usual proof, and for the thumbprint of an elliptic-curve key.
const GATHERED_BYTES: usize = 192;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_hashed_as_one_text() {
        let text: Vec<u8> = (0..=255).cycle().take(2000).collect();
        for size in [1, 7, 64, 191, 192, 193, 400, 2000] {
            let mut hasher = Hasher::default();
            for piece in text.chunks(size) {
                hasher.update(piece);
            }
            assert_eq!(hasher.finish(), Digest::sha256(&text), "pieces of {size}");
        }
        let mut framed = Hasher::default();
        framed.update_framed(b"ab");
        framed.update_framed(b"");
        assert_eq!(framed.finish(), Digest::sha256(b"\0\0\0\x02ab\0\0\0\0"));
    }

    #[test]
    fn every_byte_of_a_digest_counts() {
        let one = Digest::sha256(b"one");
        assert_eq!(one, Digest::from_bytes(*one.as_bytes()));
        for place in 0..32 {
            let mut other = *one.as_bytes();
            other[place] ^= 1;
            assert_ne!(one, Digest::from_bytes(other), "byte {place}");
        }
    }

    #[test]
    fn vec_02_hash_of_the_rfc_9449_token() {
        let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
        let ath = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo";
        assert_eq!(Digest::sha256(token.as_bytes()).to_string(), ath);
        assert_eq!(
            Digest::from_base64url(ath),
            Some(Digest::sha256(token.as_bytes()))
        );
        assert_eq!(Digest::from_base64url(&format!("{ath}=")), None);
        assert_ne!(Digest::from_base64url(ath), Some(Digest::sha256(b"other")));
    }
}
