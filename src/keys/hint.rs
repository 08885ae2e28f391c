//! What an unverified token says of the key that signed it.

use crate::jose::Algorithm;
use crate::time::Timestamp;

/// What an unverified token says of its key.
#[derive(Clone, Copy, Debug)]
pub struct KeyHint<'a> {
    kid: Option<&'a str>,
    algorithm: Algorithm,
    issued_at: Option<Timestamp>,
}

impl<'a> KeyHint<'a> {
    /// A key for `algorithm`, of this `kid` if the token names one.
    #[must_use]
    pub const fn new(kid: Option<&'a str>, algorithm: Algorithm) -> Self {
        Self {
            kid,
            algorithm,
            issued_at: None,
        }
    }

    /// The same for a token with this `iat`.
    #[must_use]
    pub const fn with_issued_at(self, issued_at: Option<Timestamp>) -> Self {
        Self { issued_at, ..self }
    }

    /// The unverified `iat`: whether the key may be newer than what is known of the issuer.
    #[must_use]
    pub const fn issued_at(&self) -> Option<Timestamp> {
        self.issued_at
    }

    /// The `kid`: a name to compare with, nothing else.
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
