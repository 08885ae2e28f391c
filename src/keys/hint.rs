//! What an unverified token says of the key that signed it.

use crate::jose::Algorithm;

/// What a token's header says of its key.
#[derive(Clone, Copy, Debug)]
pub struct KeyHint<'a> {
    kid: Option<&'a str>,
    algorithm: Algorithm,
}

impl<'a> KeyHint<'a> {
    /// A key for `algorithm`, of this `kid` if the token names one.
    #[must_use]
    pub const fn new(kid: Option<&'a str>, algorithm: Algorithm) -> Self {
        Self { kid, algorithm }
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
