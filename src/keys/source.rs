//! The promise of a key source.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

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

    /// The keys again, after none of those that [`KeySource::find`] returned verified the signature: a key may have been replaced
    /// under its `kid`. Whoever has nothing newer returns no keys, as this does by default.
    ///
    /// Strangers cause this call with any signature; limit what it costs.
    fn find_newer<'a>(
        &'a self,
        _hint: &'a KeyHint<'a>,
        _now: Timestamp,
    ) -> Answer<'a, Result<Vec<Arc<VerificationKey>>, KeysUnavailable>> {
        Answer::known(Ok(Vec::new()))
    }

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

    fn find_newer<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        now: Timestamp,
    ) -> Answer<'a, Result<Vec<Arc<VerificationKey>>, KeysUnavailable>> {
        (**self).find_newer(hint, now)
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
    retry_after: Option<Duration>,
}

impl KeysUnavailable {
    /// With a reason for the log.
    #[must_use]
    pub fn because(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            retry_after: None,
        }
    }

    /// The same, with the time after which the keys may be available: the client is told in `Retry-After`.
    #[must_use]
    pub fn with_retry_after(self, wait: Duration) -> Self {
        Self {
            retry_after: Some(wait),
            ..self
        }
    }

    /// When to try again, if that is known.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}
