//! The overlap when a sender changes its key or certificate: the operator allows it for a limited time, and can revoke
//! a key at once.
//!
//! RFC 8705 section 6.3 and RFC 9449 section 6 define no rollover: a token is bound to one key, and a client with a new
//! key requests a new token. Where that is not possible in time, an allowed rollover lets the new one use the tokens of the old one for a time.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};
use std::time::Duration;

use crate::crypto::Digest;
use crate::time::{Clock, SystemClock, Timestamp};

/// The allowed rollovers and the revoked keys and certificates. Empty until the operator adds something. Clones share
/// the same state.
///
/// Certificates are identified by `x5t#S256`, keys by `jkt`. A rollover covers one step: with A to B and B to C
/// allowed, C cannot use tokens of A.
///
/// # Deployment
///
/// The state is the memory of one process: allow and revoke on every instance, and again after a restart. It applies to
/// clients, not to the certificates of proxies in `TrustedPeers`.
///
/// ```
/// # use sender_constraint::{Digest, proof::Rollovers, time::{Clock as _, SystemClock}};
/// # use std::time::Duration;
/// # let (old, new) = (Digest::sha256(b"old"), Digest::sha256(b"new"));
/// let rollovers = Rollovers::new();
/// let tonight = SystemClock::default().now().saturating_add(Duration::from_secs(8 * 3600));
/// rollovers.allow(old, new, tonight)?;
/// // The old key was stolen: neither it nor its successor can use its tokens any more.
/// rollovers.revoke(old)?;
/// # Ok::<(), sender_constraint::proof::RolloverError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rollovers {
    clock: Arc<dyn Clock>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    entries: RwLock<Entries>,
    /// Avoids the lock while nothing is allowed or revoked. Set before the first entry is added, and never reset.
    is_used: AtomicBool,
}

#[derive(Debug, Default)]
struct Entries {
    /// The end of each rollover, by predecessor and successor.
    until: HashMap<(Digest, Digest), Timestamp>,
    revoked: HashSet<Digest>,
}

/// Why a rollover or revocation is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RolloverError {
    /// The rollover would end in the past, or more than 31 days ahead.
    #[error("a rollover must end in the future, within 31 days")]
    End,
    /// The limit is reached.
    #[error("the limit of {limit} rollovers or revocations is reached")]
    Full {
        /// The limit.
        limit: usize,
    },
    /// Predecessor and successor are the same.
    #[error("predecessor and successor are the same")]
    Itself,
    /// The predecessor or the successor was revoked.
    #[error("the predecessor or the successor was revoked")]
    Revoked,
}

/// How the presented key or certificate relates to the token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Holder {
    /// The token is bound to it.
    Named,
    /// It is the allowed successor.
    Successor,
}

impl Rollovers {
    /// Creates an empty set of rollovers.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(SystemClock)
    }

    /// Creates an empty set of rollovers, with the clock against which the end of each new rollover is checked.
    #[must_use]
    pub fn with_clock(clock: impl Clock) -> Self {
        Self {
            clock: Arc::new(clock),
            shared: Arc::default(),
        }
    }

    /// Lets `successor` use tokens bound to `predecessor` until `until`. A repeated call replaces the end.
    ///
    /// # Errors
    ///
    /// [`RolloverError`]; existing rollovers are unchanged.
    pub fn allow(
        &self,
        predecessor: Digest,
        successor: Digest,
        until: Timestamp,
    ) -> Result<(), RolloverError> {
        let now = self.clock.now();
        if until <= now || until > now.saturating_add(MAX_OVERLAP) {
            return Err(RolloverError::End);
        }
        if predecessor == successor {
            return Err(RolloverError::Itself);
        }
        let mut entries = self.change();
        entries.until.retain(|_, end| *end > now);
        if [predecessor, successor]
            .iter()
            .any(|each| entries.revoked.contains(each))
        {
            return Err(RolloverError::Revoked);
        }
        let pair = (predecessor, successor);
        if entries.until.len() >= MAX_ROLLOVERS && !entries.until.contains_key(&pair) {
            return Err(RolloverError::Full {
                limit: MAX_ROLLOVERS,
            });
        }
        entries.until.insert(pair, until);
        Ok(())
    }

    /// From the next request on, refuses this key or certificate: for tokens bound to it, and as a successor. Its own
    /// successors lose their rollovers too.
    ///
    /// # Errors
    ///
    /// [`RolloverError::Full`]: its rollovers have ended, but it is still accepted for tokens bound to it.
    pub fn revoke(&self, thumbprint: Digest) -> Result<(), RolloverError> {
        let mut entries = self.change();
        let concerns = |pair: &(Digest, Digest)| pair.0 == thumbprint || pair.1 == thumbprint;
        entries.until.retain(|pair, _| !concerns(pair));
        if entries.revoked.len() >= MAX_REVOKED && !entries.revoked.contains(&thumbprint) {
            return Err(RolloverError::Full { limit: MAX_REVOKED });
        }
        entries.revoked.insert(thumbprint);
        Ok(())
    }

    /// Undoes a revocation; rollovers that it ended stay ended.
    pub fn reinstate(&self, thumbprint: &Digest) {
        let mut entries = self.change();
        entries.revoked.remove(thumbprint);
    }

    fn change(&self) -> RwLockWriteGuard<'_, Entries> {
        self.shared.is_used.store(true, Ordering::Release);
        let entries = self.shared.entries.write();
        entries.unwrap_or_else(PoisonError::into_inner)
    }

    /// How the presented key or certificate may use tokens bound to `bound`, if at all.
    pub(crate) fn holder(&self, bound: &Digest, shown: &Digest, now: Timestamp) -> Option<Holder> {
        if !self.shared.is_used.load(Ordering::Acquire) {
            return (bound == shown).then_some(Holder::Named);
        }
        let entries = self.shared.entries.read();
        let entries = entries.unwrap_or_else(PoisonError::into_inner);
        if entries.revoked.contains(bound) || entries.revoked.contains(shown) {
            return None;
        }
        if bound == shown {
            return Some(Holder::Named);
        }
        let until = entries.until.get(&(*bound, *shown))?;
        (now < *until).then_some(Holder::Successor)
    }
}

impl Default for Rollovers {
    fn default() -> Self {
        Self::new()
    }
}

const MAX_OVERLAP: Duration = Duration::from_secs(31 * 24 * 60 * 60);
const MAX_ROLLOVERS: usize = 1024;
const MAX_REVOKED: usize = 65_536;
