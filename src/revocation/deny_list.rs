//! A deny-list in memory: bounded, shared by guards, in effect from the next request on.

use std::fmt;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::check::{Revocation, RevocationError, TokenUse};
use super::entry::{Entry, Kind};
use super::records::{Record, Records};
use crate::config_error::{ConfigError, in_range, size_in_range};
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use crate::time::{Clock, SystemClock, Timestamp};

/// Denies tokens, clients, subjects, keys and issuers at once. Clones share the entries, and several guards can share
/// one list.
///
/// An entry is in effect from the next request on, also for tokens in a cache, and ends by itself. While the list is
/// empty, a request costs one atomic load; otherwise some look-ups in hash tables. The list keeps a keyed hash of each
/// entry and no text: it cannot list its entries, and [`DenyList::contains`] asks for one. 1,000,000 entries take up 52
/// MB.
///
/// # Deployment
///
/// The list is the memory of one process: add an entry on every instance, and again after a restart. The crate
/// `sender-constraint-redis` has one that instances share.
///
/// The end of an entry is a point in time of the guard's clock. An entry keeps its place for an hour after its end, so
/// a clock that was ahead by less and is set back finds it again. An instance whose clock was wrong by more than that
/// may lose entries, or give them a wrong default end: add them again.
///
/// ```
/// use sender_constraint::revocation::{DenyList, Entry};
///
/// # fn example(builder: sender_constraint::GuardBuilder) -> Result<(), Box<dyn std::error::Error>> {
/// let list = DenyList::new();
/// let guard = builder.deny_list(list.clone()).build()?;
///
/// let stolen = Entry::token("https://as.example.com", "e1j3V_bKic8-LAEB");
/// list.deny(stolen.clone())?;
/// assert!(list.contains(&stolen));
/// assert!(list.lift(&stolen));
/// # drop(guard);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct DenyList {
    clock: Arc<dyn Clock>,
    default_life: Duration,
    max_entries: usize,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    entries: RwLock<Entries>,
    /// Avoids the lock while the list is empty. Changed under the lock.
    is_used: AtomicBool,
}

#[derive(Default)]
struct Entries {
    records: Records,
    /// When so many entries are there, those that have ended are dropped.
    drop_at: usize,
    /// When that was done last.
    dropped: Option<Timestamp>,
}

/// Why an entry is refused. The list is unchanged.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DenyError {
    /// A name of the entry is empty.
    #[error("an entry of a deny-list must name something: its issuer or name is empty")]
    Empty,
    /// The entry would end in the past, or more than ten years ahead.
    #[error("an entry of a deny-list must end in the future, within ten years")]
    End,
    /// The limit is reached: nothing is denied in addition.
    #[error(
        "the deny-list holds its limit of {limit} entries; configure with `DenyList::max_entries`"
    )]
    Full {
        /// The limit.
        limit: usize,
    },
    /// `issued_before` for an entry that names neither a subject nor a client.
    #[error("`issued_before` applies to entries for a subject or a client only")]
    IssuedBefore,
}

impl DenyList {
    /// Creates an empty list.
    pub fn new() -> Self {
        Self::with_clock(SystemClock)
    }

    /// Creates an empty list, with the clock against which the end of each new entry is checked and the default end
    /// counted.
    pub fn with_clock(clock: impl Clock) -> Self {
        Self {
            clock: Arc::new(clock),
            default_life: DEFAULT_LIFE,
            max_entries: DEFAULT_MAX_ENTRIES,
            shared: Arc::default(),
        }
    }

    /// Sets how long an entry without [`Entry::until`] denies: 24 hours by default, from 1 minute to 10 years.
    ///
    /// Choose no less than the longest life of an access token: a denied token that outlives its entry is accepted.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn default_life(mut self, life: Duration) -> Result<Self, ConfigError> {
        let setting = "the default life of deny-list entries";
        self.default_life = in_range(setting, life, MIN_LIFE, MAX_LIFE)?;
        Ok(self)
    }

    /// Sets the limit of entries: 1,000,000 by default, from 1 to 10,000,000.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] outside this range.
    pub fn max_entries(mut self, limit: usize) -> Result<Self, ConfigError> {
        let setting = "the limit of deny-list entries";
        self.max_entries = size_in_range(setting, limit, 1, MAX_MAX_ENTRIES)?;
        Ok(self)
    }

    /// Adds an entry, in effect from the next request on. An entry that is there already is never shortened: it keeps
    /// the later of both ends and the later `issued_before`. To shorten it, lift it first.
    ///
    /// # Errors
    ///
    /// [`DenyError`]; the list is unchanged, and what the entry names is not denied.
    pub fn deny(&self, entry: Entry) -> Result<(), DenyError> {
        let now = self.clock.now();
        let kind = check_names(&entry)?;
        let until = entry
            .until
            .unwrap_or_else(|| now.saturating_add(self.default_life));
        if until <= now || until > now.saturating_add(MAX_LIFE) {
            return Err(DenyError::End);
        }
        let record = Record::new(Some(until), entry.issued_before).ok_or(DenyError::End)?;
        let mut entries = self.write();
        entries.make_space(now, self.max_entries);
        let is_new = !entries.records.contains(kind, &entry);
        if is_new && entries.records.len() >= self.max_entries {
            return Err(DenyError::Full {
                limit: self.max_entries,
            });
        }
        entries.records.insert(kind, &entry, record);
        self.shared.is_used.store(true, Ordering::Release);
        Ok(())
    }

    /// Removes an entry, whatever its end; with `issued_before`, whatever the time in it. Returns whether it was there.
    pub fn lift(&self, entry: &Entry) -> bool {
        let Some(kind) = entry.kind() else {
            return false;
        };
        let mut entries = self.write();
        let was_there = entries.records.remove(kind, entry);
        let is_used = !entries.records.is_empty();
        self.shared.is_used.store(is_used, Ordering::Release);
        was_there
    }

    /// Whether the list has an entry like this one, whatever its end; one that has ended may still be counted.
    #[must_use]
    pub fn contains(&self, entry: &Entry) -> bool {
        let kind = entry.kind();
        kind.is_some_and(|kind| self.read().records.contains(kind, entry))
    }

    /// The number of entries, with those that have ended and are not yet dropped.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read().records.len()
    }

    /// Whether the list has no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.shared.is_used.load(Ordering::Acquire)
    }

    fn read(&self) -> RwLockReadGuard<'_, Entries> {
        // A panic while the lock is held cannot leave a partial change.
        let entries = self.shared.entries.read();
        entries.unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Entries> {
        let entries = self.shared.entries.write();
        entries.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    /// Drops entries that ended some time ago: rarely enough that an insertion stays cheap on average.
    fn make_space(&mut self, now: Timestamp, limit: usize) {
        let length = self.records.len();
        if length < self.drop_at.max(MIN_DROP_AT).min(limit) {
            return;
        }
        // A list full of live entries must not be searched for every entry that it refuses.
        let is_recent = |last: Timestamp| now >= last && now < last.saturating_add(DROP_INTERVAL);
        if self.dropped.is_some_and(is_recent) {
            return;
        }
        self.dropped = Some(now);
        self.records.drop_ended(now.saturating_sub(KEPT_AFTER_END));
        self.drop_at = self.records.len().saturating_mul(2);
    }
}

/// The kind of an entry that could match a token.
fn check_names(entry: &Entry) -> Result<Kind, DenyError> {
    if entry.has_empty_name() {
        return Err(DenyError::Empty);
    }
    entry.kind().ok_or(DenyError::IssuedBefore)
}

impl Revocation for DenyList {
    fn check(&self, token_use: &TokenUse<'_>, now: Timestamp) -> Result<(), RevocationError> {
        if self.is_empty() {
            return Ok(());
        }
        match self.read().records.denial(token_use, now) {
            Some(denial) => Err(denial.into()),
            None => Ok(()),
        }
    }
}

impl Default for DenyList {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows the number of entries only.
impl fmt::Debug for DenyList {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DenyList({} entries)", self.len())
    }
}

const DEFAULT_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
const MIN_LIFE: Duration = Duration::from_secs(60);
const MAX_LIFE: Duration = Duration::from_secs(10 * 366 * 24 * 60 * 60);
const DEFAULT_MAX_ENTRIES: usize = 1_000_000;
const MAX_MAX_ENTRIES: usize = 10_000_000;
/// For a clock that was ahead.
const KEPT_AFTER_END: Duration = Duration::from_secs(60 * 60);
const MIN_DROP_AT: usize = 1024;
const DROP_INTERVAL: Duration = Duration::from_secs(60);
