//! The overlap when a sender changes its key or certificate: declared by the operator, for a time, and withdrawn at
//! once.
//!
//! RFC 8705 section 6.3 and RFC 9449 section 6 know no such thing: a token is bound to one key, and a client with a new
//! one gets a new token. Where that cannot be done in time, a declared rollover bridges the gap.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};
use std::time::Duration;

use crate::crypto::Digest;
use crate::time::{Clock, SystemClock, Timestamp};

/// Which keys and certificates stand in for which others, until when, and which count no more. Nothing does unless
/// it is declared. Clones share what is declared.
///
/// Certificates go by `x5t#S256`, keys by `jkt`. A rollover covers one step: with A to B and B to C declared, C
/// cannot use tokens of A.
///
/// # Deployment
///
/// This is memory of one process: declare and withdraw on every instance, and again after a restart. It is about
/// clients, not about the certificates of proxies in `TrustedPeers`.
///
/// ```
/// # use sender_constraint::{Digest, proof::Rollovers, time::{Clock as _, SystemClock}};
/// # use std::time::Duration;
/// # let (old, new) = (Digest::sha256(b"old"), Digest::sha256(b"new"));
/// let rollovers = Rollovers::new();
/// let tonight = SystemClock::default().now().saturating_add(Duration::from_secs(8 * 3600));
/// rollovers.allow(old, new, tonight)?;
/// // The old one was stolen: neither it nor its successor can use its tokens any more.
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
    declared: RwLock<Declared>,
    /// Spares the lock to those who declare nothing. Set before the first declaration is there, and for good.
    is_used: AtomicBool,
}

#[derive(Debug, Default)]
struct Declared {
    /// By predecessor and successor: until when.
    until: HashMap<(Digest, Digest), Timestamp>,
    withdrawn: HashSet<Digest>,
}

/// Why a declaration is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RolloverError {
    /// As many as may be.
    #[error("{limit} rollovers or withdrawals are declared already")]
    Full {
        /// How many may be.
        limit: usize,
    },
    /// It would end in the past, or more than 31 days ahead.
    #[error("a rollover ends in the future, and within 31 days")]
    End,
    /// A thing does not succeed itself.
    #[error("predecessor and successor are the same")]
    Itself,
    /// One of them was withdrawn.
    #[error("one of them was withdrawn")]
    Revoked,
}

/// Who showed up for a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Holder {
    /// The one that the token is bound to.
    Named,
    /// Its declared successor.
    Successor,
}

impl Rollovers {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(SystemClock)
    }

    /// None, judged by this clock when they are declared.
    #[must_use]
    pub fn with_clock(clock: impl Clock) -> Self {
        Self {
            clock: Arc::new(clock),
            shared: Arc::default(),
        }
    }

    /// Lets `successor` use tokens bound to `predecessor` until then; declared again, the new end counts.
    ///
    /// # Errors
    ///
    /// [`RolloverError`]; what was declared before is unchanged.
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
        let mut declared = self.change();
        declared.until.retain(|_, end| *end > now);
        if [predecessor, successor]
            .iter()
            .any(|each| declared.withdrawn.contains(each))
        {
            return Err(RolloverError::Revoked);
        }
        let pair = (predecessor, successor);
        if declared.until.len() >= MAX_DECLARED && !declared.until.contains_key(&pair) {
            return Err(RolloverError::Full {
                limit: MAX_DECLARED,
            });
        }
        declared.until.insert(pair, until);
        Ok(())
    }

    /// From the next request on, this key or certificate proves nothing: not for tokens bound to it, and not as
    /// anybody's successor; nor has it successors any more.
    ///
    /// # Errors
    ///
    /// [`RolloverError::Full`]: its rollovers have ended, but it still counts for itself.
    pub fn revoke(&self, thumbprint: Digest) -> Result<(), RolloverError> {
        let mut declared = self.change();
        let concerns = |pair: &(Digest, Digest)| pair.0 == thumbprint || pair.1 == thumbprint;
        declared.until.retain(|pair, _| !concerns(pair));
        if declared.withdrawn.len() >= MAX_WITHDRAWN && !declared.withdrawn.contains(&thumbprint) {
            return Err(RolloverError::Full {
                limit: MAX_WITHDRAWN,
            });
        }
        declared.withdrawn.insert(thumbprint);
        Ok(())
    }

    /// Takes a withdrawal back; rollovers that it ended stay ended.
    pub fn reinstate(&self, thumbprint: &Digest) {
        let mut declared = self.change();
        declared.withdrawn.remove(thumbprint);
    }

    fn change(&self) -> RwLockWriteGuard<'_, Declared> {
        self.shared.is_used.store(true, Ordering::Release);
        let declared = self.shared.declared.write();
        declared.unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether who showed up may use tokens bound to `bound`.
    pub(crate) fn holder(&self, bound: &Digest, shown: &Digest, now: Timestamp) -> Option<Holder> {
        if !self.shared.is_used.load(Ordering::Acquire) {
            return (bound == shown).then_some(Holder::Named);
        }
        let declared = self.shared.declared.read();
        let declared = declared.unwrap_or_else(PoisonError::into_inner);
        if declared.withdrawn.contains(bound) || declared.withdrawn.contains(shown) {
            return None;
        }
        if bound == shown {
            return Some(Holder::Named);
        }
        let until = declared.until.get(&(*bound, *shown))?;
        (now < *until).then_some(Holder::Successor)
    }
}

impl Default for Rollovers {
    fn default() -> Self {
        Self::new()
    }
}

const MAX_OVERLAP: Duration = Duration::from_secs(31 * 24 * 60 * 60);
const MAX_DECLARED: usize = 1024;
const MAX_WITHDRAWN: usize = 65_536;
