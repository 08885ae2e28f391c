//! What an unverified token reveals about its signing key.

use crate::jose::Algorithm;
use crate::time::Timestamp;

/// What an unverified token reveals about its signing key.
#[derive(Clone, Copy, Debug)]
pub struct KeyHint<'a> {
    kid: Option<&'a str>,
    algorithm: Algorithm,
    issued_at: Option<Timestamp>,
}

impl<'a> KeyHint<'a> {
    /// A hint for a key of `algorithm`, and of this `kid` if the token has one.
    #[must_use]
    pub const fn new(kid: Option<&'a str>, algorithm: Algorithm) -> Self {
        Self {
            kid,
            algorithm,
            issued_at: None,
        }
    }

    /// Adds the token's `iat`.
    #[must_use]
    pub const fn with_issued_at(self, issued_at: Option<Timestamp>) -> Self {
        Self { issued_at, ..self }
    }

    /// The unverified `iat`: shows whether the key may be newer than the fetched set.
    #[must_use]
    pub const fn issued_at(&self) -> Option<Timestamp> {
        self.issued_at
    }

    /// The `kid`: only for comparison.
    #[must_use]
    pub const fn kid(&self) -> Option<&'a str> {
        self.kid
    }

    /// The token's algorithm, which is one of those allowed for the issuer.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
