//! The entries of a key set that are not used, each with its reason (RFC 7517 section 5).

use std::fmt;

use crate::crypto::KeyError;
use crate::excerpt::Excerpt;

/// An entry of a JWK set that is not used.
///
/// ```
/// use sender_constraint::keys::{KeySet, SkipReason};
///
/// let set = KeySet::from_json(br#"{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"k1"}]}"#)?;
/// let [skipped] = set.skipped() else { panic!() };
/// assert_eq!(skipped.reason(), &SkipReason::Symmetric);
/// assert_eq!(skipped.to_string(), r#""k1" is a symmetric key"#);
/// # Ok::<(), sender_constraint::keys::KeySetError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SkippedKey {
    position: usize,
    kid: Option<Excerpt>,
    reason: SkipReason,
}

impl SkippedKey {
    pub(crate) const fn new(position: usize, kid: Option<Excerpt>, reason: SkipReason) -> Self {
        Self {
            position,
            kid,
            reason,
        }
    }

    /// The position in the array `keys`; the first is 0.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }

    /// The `kid`, if the entry has one that can be read.
    #[must_use]
    pub const fn kid(&self) -> Option<&Excerpt> {
        self.kid.as_ref()
    }

    /// Why the entry is not used.
    #[must_use]
    pub const fn reason(&self) -> &SkipReason {
        &self.reason
    }
}

impl fmt::Display for SkippedKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kid {
            Some(kid) => write!(formatter, "{kid} {}", self.reason),
            None => write!(formatter, "entry {} {}", self.position, self.reason),
        }
    }
}

/// Why an entry of a JWK set is not used. `Display` continues a sentence that begins with the entry.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SkipReason {
    /// Its `alg` is not a signature algorithm for this type of key (RFC 7517 section 4.4).
    #[error("has an `alg` that is not a supported signature algorithm for this type of key")]
    Algorithm,
    /// The key itself is refused: its encoding, its point, or its size.
    #[error("is refused: {0}")]
    Key(KeyError),
    /// Its `kid` is not a string (RFC 7517 section 4.5).
    #[error("has a `kid` that is not a string")]
    KeyId,
    /// Not a strict JSON object with members of the right types.
    #[error("is not a JWK")]
    Malformed,
    /// A member that the key type requires is missing.
    #[error("has no member `{0}`")]
    Missing(&'static str),
    /// It is a private key, which must not be published: replace it.
    #[error("is a private key")]
    Private,
    /// Its `use` or `key_ops` is not for signatures (RFC 7517 sections 4.2 and 4.3).
    #[error("is not for verifying signatures by its `use` or `key_ops`")]
    Purpose,
    /// It is a symmetric key, which would make every verifier an issuer.
    #[error("is a symmetric key")]
    Symmetric,
    /// No supported algorithm uses the key type or curve.
    #[error("has an unsupported type or curve, {0}")]
    Type(Excerpt),
}

/// The first few skipped entries and the number of all, for errors and logs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Summary<'a>(pub(crate) &'a [SkippedKey]);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(skipped) = self;
        write!(formatter, "{} skipped", skipped.len())?;
        for (index, key) in skipped.iter().take(MAX_SHOWN).enumerate() {
            let separator = if index == 0 { ": " } else { ", " };
            write!(formatter, "{separator}{key}")?;
        }
        match skipped.len().saturating_sub(MAX_SHOWN) {
            0 => Ok(()),
            more => write!(formatter, " and {more} more"),
        }
    }
}

const MAX_SHOWN: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jose_11_summary_shows_four_entries_and_a_count() {
        let key = |position| SkippedKey::new(position, None, SkipReason::Malformed);
        let shown = |count| Summary(&(0..count).map(key).collect::<Vec<_>>()).to_string();
        assert_eq!(shown(0), "0 skipped");
        assert_eq!(shown(1), "1 skipped: entry 0 is not a JWK");
        assert!(shown(4).ends_with(", entry 3 is not a JWK"), "{}", shown(4));
        assert!(shown(5).ends_with(", entry 3 is not a JWK and 1 more"));
        assert!(shown(128).ends_with(" and 124 more"));
    }
}
