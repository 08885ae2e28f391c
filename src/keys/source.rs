//! The promise of a key source.

use std::fmt;
use std::sync::Arc;

use super::hint::KeyHint;
use super::set::VerificationKey;
use crate::future::MaybeReady;
use crate::time::Timestamp;
use crate::unavailable::Unavailable;

/// Knows the current keys of one issuer.
///
/// # What a mistake costs
///
/// A key that is not the issuer's, or no longer, is a hole. A key that is missing is a nuisance. What
/// cannot be known because the issuer does not answer is [`Unavailable`].
pub trait KeySource: fmt::Debug + Send + Sync + 'static {
    /// The keys that a token of this header may be signed with; none if the issuer has none.
    ///
    /// Nothing of the token is verified yet: a stranger chooses the hint.
    fn find<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>>;

    /// The keys again, after none of those that [`KeySource::find`] returned verified the signature: a key may have been replaced
    /// under its `kid`. Whoever has nothing newer returns no keys, as this does by default.
    ///
    /// Strangers cause this call with any signature; limit what it costs.
    fn find_newer<'a>(
        &'a self,
        _hint: &'a KeyHint<'a>,
        _now: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
        MaybeReady::ready(Ok(Vec::new()))
    }

    /// Whether a key found earlier is still one of the issuer's. Asked for every token that was verified
    /// before; must not wait. `false` only means that the token is verified anew.
    fn is_current(&self, key: &VerificationKey, now: Timestamp) -> bool;
}

impl<K: KeySource + ?Sized> KeySource for Arc<K> {
    fn find<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
        (**self).find(hint, now)
    }

    fn find_newer<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
        (**self).find_newer(hint, now)
    }

    fn is_current(&self, key: &VerificationKey, now: Timestamp) -> bool {
        (**self).is_current(key, now)
    }
}
