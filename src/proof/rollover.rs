//! The overlap when a sender changes its key or certificate: the operator allows it for a limited time.
//!
//! RFC 8705 section 6.3 and RFC 9449 section 6 define no rollover: a token is bound to one key, and a client with a new
//! key requests a new token. Where that is not possible in time, an allowed rollover lets the new one use the tokens of
//! the old one for a time.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};
use std::time::Duration;

use crate::crypto::Digest;
use crate::time::{Clock, SystemClock, Timestamp};

/// The allowed rollovers. Empty until the operator adds something. Clones share the same state.
///
/// Certificates are identified by `x5t#S256`, keys by `jkt`. A rollover covers one step: with A to B and B to C
/// allowed, C cannot use tokens of A.
///
/// A stolen key is denied by a [`DenyList`](crate::GuardBuilder::deny_list): for tokens bound to it, whoever presents
/// them, and as a successor.
///
/// # Deployment
///
/// The state is the memory of one process: allow on every instance, and again after a restart. It applies to
/// clients, not to the certificates of proxies in `TrustedPeers`.
///
/// ```
/// # use sender_constraint::{Digest, proof::Rollovers, time::{Clock as _, SystemClock}};
/// # use std::time::Duration;
/// # let (old, new) = (Digest::sha256(b"old"), Digest::sha256(b"new"));
/// let rollovers = Rollovers::new();
/// let tonight = SystemClock::default().now().saturating_add(Duration::from_secs(8 * 3600));
/// rollovers.allow(old, new, tonight)?;
/// // The client has a token for its new key.
/// assert!(rollovers.end(&old, &new));
/// # Ok::<(), sender_constraint::proof::RolloverError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rollovers {
    clock: Arc<dyn Clock>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    /// The end of each rollover, by predecessor and successor.
    entries: RwLock<Entries>,
    /// Avoids the lock while nothing is allowed. Set before the first entry is added, and never reset.
    is_used: AtomicBool,
}

type Entries = HashMap<(Digest, Digest), Timestamp>;

/// Why a rollover is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RolloverError {
    /// The rollover would end in the past, or more than 31 days ahead.
    #[error("a rollover must end in the future, within 31 days")]
    End,
    /// The limit is reached.
    #[error("the limit of {limit} rollovers is reached")]
    Full {
        /// The limit.
        limit: usize,
    },
    /// Predecessor and successor are the same.
    #[error("predecessor and successor are the same")]
    Itself,
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
        entries.retain(|_, end| *end > now);
        let pair = (predecessor, successor);
        if entries.len() >= MAX_ROLLOVERS && !entries.contains_key(&pair) {
            return Err(RolloverError::Full {
                limit: MAX_ROLLOVERS,
            });
        }
        entries.insert(pair, until);
        Ok(())
    }

    /// Ends a rollover from the next request on. Returns whether it was allowed.
    pub fn end(&self, predecessor: &Digest, successor: &Digest) -> bool {
        self.change().remove(&(*predecessor, *successor)).is_some()
    }

    fn change(&self) -> RwLockWriteGuard<'_, Entries> {
        self.shared.is_used.store(true, Ordering::Release);
        let entries = self.shared.entries.write();
        entries.unwrap_or_else(PoisonError::into_inner)
    }

    /// How the presented key or certificate may use tokens bound to `bound`, if at all.
    pub(crate) fn holder(&self, bound: &Digest, shown: &Digest, now: Timestamp) -> Option<Holder> {
        if bound == shown {
            return Some(Holder::Named);
        }
        if !self.shared.is_used.load(Ordering::Acquire) {
            return None;
        }
        let entries = self.shared.entries.read();
        let entries = entries.unwrap_or_else(PoisonError::into_inner);
        let until = entries.get(&(*bound, *shown))?;
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
