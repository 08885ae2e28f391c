//! The promise of a key source.

use std::fmt;
use std::sync::Arc;

use super::set::VerificationKey;
use crate::answer::Answer;
use crate::jose::Algorithm;
use crate::time::Timestamp;

/// Knows the current keys of one issuer.
///
/// # What a mistake costs
///
/// A key that is not the issuer's, or no longer, is a hole. A key that is missing is a nuisance. What
/// cannot be known because the issuer does not answer is [`KeysUnavailable`].
pub trait KeySource: fmt::Debug + Send + Sync + 'static {
    /// The keys that a token of this header may be signed with; none if the issuer has none.
    ///
    /// Nothing of the token is verified yet: a stranger chooses the hint.
    fn find<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        now: Timestamp,
    ) -> Answer<'a, Result<Vec<Arc<VerificationKey>>, KeysUnavailable>>;

    /// Whether a key found earlier is still one of the issuer's. Asked for every token that was verified
    /// before; must not wait. `false` only means that the token is verified anew.
    fn trusts(&self, key: &VerificationKey, now: Timestamp) -> bool;
}

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

/// The keys of an issuer cannot be had at present: our trouble, answered with 503.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{reason}")]
pub struct KeysUnavailable {
    reason: String,
}

impl KeysUnavailable {
    /// With a reason for the log.
    #[must_use]
    pub fn because(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }
}
