//! The [`KeySource`] trait.

use std::fmt;
use std::sync::Arc;

use super::hint::KeyHint;
use super::set::VerificationKey;
use crate::future::MaybeReady;
use crate::skipped_key::SkipReason;
use crate::time::Timestamp;
use crate::unavailable::Unavailable;

/// Supplies the current keys of one issuer.
///
/// # Implementing
///
/// *Security-critical:* returning a key that is not, or no longer, the issuer's.
///
/// *Availability only:* omitting a key. When the issuer does not answer, return [`Unavailable`].
///
/// ```
/// use std::sync::Arc;
///
/// use sender_constraint::Unavailable;
/// use sender_constraint::future::MaybeReady;
/// use sender_constraint::keys::{KeyHint, KeySet, KeySource, VerificationKey};
/// use sender_constraint::time::Timestamp;
///
/// /// Keys that a sidecar writes to shared memory.
/// #[derive(Debug)]
/// struct Mounted(KeySet);
///
/// impl KeySource for Mounted {
///     fn find<'a>(
///         &'a self,
///         hint: &'a KeyHint<'a>,
///         _now: Timestamp,
///     ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
///         MaybeReady::ready(Ok(self.0.matching(hint)))
///     }
///
///     fn is_current(&self, key: &VerificationKey, _now: Timestamp) -> bool {
///         self.0.contains(key)
///     }
/// }
/// ```
pub trait KeySource: fmt::Debug + Send + Sync + 'static {
    /// Returns the keys that may have signed a token with this header; none if the issuer has none.
    ///
    /// Nothing in the token is verified yet: an unauthenticated client chooses the hint.
    fn find<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>>;

    /// Looks for newer keys, after none of those that [`KeySource::find`] returned verified the signature: a key may
    /// have been replaced under its `kid`. Keys that [`KeySource::find`] returned are not tried again. The default
    /// returns none.
    ///
    /// Unauthenticated clients can cause this call with any signature: limit its cost.
    fn find_newer<'a>(
        &'a self,
        _hint: &'a KeyHint<'a>,
        _now: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
        MaybeReady::ready(Ok(Vec::new()))
    }

    /// Whether a key found earlier is still one of the issuer's. Called on every hit of the token cache; it must not
    /// wait, but may start a fetch in the background. `false` only means that the token is verified uncached.
    fn is_current(&self, key: &VerificationKey, now: Timestamp) -> bool;

    /// Why the key set's entry with this `kid` is not used, if there is such an entry: for the text of a refusal. The
    /// default returns `None`.
    fn skip_reason(&self, _kid: &str, _now: Timestamp) -> Option<SkipReason> {
        None
    }

    /// Whether keys are fetched over plain `http` beyond loopback, for profiles
    /// ([`Guard::fapi2`](crate::Guard::fapi2)). The default returns `false`.
    fn uses_insecure_http(&self) -> bool {
        false
    }
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

    fn skip_reason(&self, kid: &str, now: Timestamp) -> Option<SkipReason> {
        (**self).skip_reason(kid, now)
    }

    fn uses_insecure_http(&self) -> bool {
        (**self).uses_insecure_http()
    }
}
