//! The promise of a key source.

use std::fmt;
use std::sync::Arc;

use super::hint::KeyHint;
use super::set::VerificationKey;
use crate::answer::Answer;
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

impl<K: KeySource + ?Sized> KeySource for Arc<K> {
    fn find<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        now: Timestamp,
    ) -> Answer<'a, Result<Vec<Arc<VerificationKey>>, KeysUnavailable>> {
        (**self).find(hint, now)
    }

    fn trusts(&self, key: &VerificationKey, now: Timestamp) -> bool {
        (**self).trusts(key, now)
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
