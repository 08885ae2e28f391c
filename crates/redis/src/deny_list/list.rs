//! The shared deny-list: entries in Redis, and a copy in memory that requests are checked against.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use sender_constraint::Unavailable;
use sender_constraint::revocation::{Entry, Revocation, RevocationError, TokenUse};
use sender_constraint::time::Timestamp;
use tokio::task::JoinHandle;

use super::builder::{DenyListBuilder, Settings};
use super::entries::Keys;
use super::reader::{Reader, Shared, never_read};
use super::status::DenyListStatus;
use super::write_error::WriteError;
use crate::connect_error::ConnectError;
use crate::link::Link;
use crate::random::random_text;
use crate::server::Servers;

/// Denies tokens, clients, subjects, keys and issuers at all instances that share it. Clones share one connection.
///
/// Requests are checked in memory. Each instance reads the changes every 200 ms and all entries every minute, so an entry
/// that one adds denies at every other one within a second. Entries end by themselves, and survive restarts.
///
/// ```
/// use sender_constraint::revocation::Entry;
/// use sender_constraint_redis::{RedisDenyList, Servers};
///
/// # async fn example(builder: sender_constraint::GuardBuilder) -> Result<(), Box<dyn std::error::Error>> {
/// let list = RedisDenyList::builder(Servers::single("redis://127.0.0.1:6379")?).connect().await?;
/// let guard = builder.revocation(list.clone()).build()?;
///
/// list.deny(Entry::client("https://as.example.com", "app")).await?;
/// assert!(list.status().is_current);
/// # drop(guard);
/// # Ok(())
/// # }
/// ```
///
/// # Deployment
///
/// While Redis cannot be read, the entries of the last read stay in effect and new ones are not seen: an `error` event,
/// repeated every minute, and [`DenyListStatus::is_current`]. An instance that has read nothing yet refuses all requests
/// with 503.
///
/// A Redis that lost its data, or went back to older data, makes no instance forget: each keeps what it has read until it
/// ends. An `error` event and [`DenyListStatus::lost_by_redis`] report it, since instances that start later do not have
/// these entries: add them again. A failover can lose an entry of the last moment without a trace; the instances that had
/// read it keep it. To survive restarts of Redis, its persistence must be on (`appendonly yes`).
///
/// The clocks of the instances decide when an entry ends. [`RedisDenyList::lift`] reaches an instance unless it could not
/// read for 100,000 changes; then the entry denies there until it ends, or the instance restarts.
#[derive(Clone)]
pub struct RedisDenyList(Arc<Inner>);

struct Inner {
    shared: Arc<Shared>,
    settings: Settings,
    reader: JoinHandle<()>,
}

impl RedisDenyList {
    /// A list on these servers.
    pub fn builder(servers: Servers) -> DenyListBuilder {
        DenyListBuilder::new(servers)
    }

    /// The list after its first read.
    pub(super) async fn read(link: Link, settings: Settings) -> Result<Self, ConnectError> {
        let shared = shared(link, &settings);
        let mut reader = Reader::new(Arc::clone(&shared), settings.intervals);
        reader.read().await?;
        Ok(Self::with(shared, reader, settings))
    }

    /// The list before it.
    pub(super) fn unread(link: Link, settings: Settings) -> Self {
        let shared = shared(link, &settings);
        let reader = Reader::new(Arc::clone(&shared), settings.intervals);
        Self::with(shared, reader, settings)
    }

    fn with(shared: Arc<Shared>, reader: Reader, settings: Settings) -> Self {
        Self(Arc::new(Inner {
            shared,
            settings,
            reader: tokio::spawn(reader.run()),
        }))
    }

    /// Adds an entry: in effect at this instance at once, and at the others within a second after this returns. An entry
    /// that is there already is never shortened.
    ///
    /// # Errors
    ///
    /// [`WriteError`]. With [`WriteError::Full`] and [`WriteError::Unconfirmed`] the entry is in effect at this instance,
    /// as long as it runs.
    pub async fn deny(&self, entry: Entry) -> Result<(), WriteError> {
        let Inner {
            shared, settings, ..
        } = &*self.0;
        let now = shared.clock.now();
        let until = entry
            .ends_at()
            .unwrap_or_else(|| now.saturating_add(settings.default_life));
        let entry = entry.until(until);
        shared.local.deny(entry.clone())?;
        let identity = random_text().ok_or_else(|| {
            WriteError::Unconfirmed("the system has no random numbers".to_owned())
        })?;
        let identity = u128::from_be_bytes(identity).to_string();
        let limit = settings.max_entries;
        let command = shared.keys.deny(&entry, until, &identity, now, limit);
        let added: Result<bool, _> = shared.link.call(&command).await;
        match added {
            Ok(true) => {
                shared.has_entries.store(true, Ordering::Release);
                Ok(())
            }
            Ok(false) => Err(WriteError::Full { limit }),
            Err(failure) => Err(WriteError::Unconfirmed(failure.to_string())),
        }
    }

    /// Removes an entry, whatever its end; with `issued_before`, whatever the time in it. Returns whether Redis had it.
    ///
    /// # Errors
    ///
    /// [`WriteError::Unconfirmed`]; the entry is in effect at this instance as before.
    pub async fn lift(&self, entry: &Entry) -> Result<bool, WriteError> {
        let shared = &self.0.shared;
        let lifted = shared.link.call(&shared.keys.lift(entry)).await;
        let was_there = lifted.map_err(|failure| WriteError::Unconfirmed(failure.to_string()))?;
        shared.local.lift(entry);
        Ok(was_there)
    }

    /// Whether an entry like this one is in effect at this instance, whatever its end.
    #[must_use]
    pub fn contains(&self, entry: &Entry) -> bool {
        self.0.shared.local.contains(entry)
    }

    /// How current the list of this instance is.
    #[must_use]
    pub fn status(&self) -> DenyListStatus {
        let shared = &self.0.shared;
        DenyListStatus {
            entries: shared.local.len(),
            unusable: usize::try_from(shared.unusable.load(Ordering::Relaxed))
                .unwrap_or(usize::MAX),
            ..shared.status().clone()
        }
    }
}

impl Revocation for RedisDenyList {
    fn check(&self, token_use: &TokenUse<'_>, now: Timestamp) -> Result<(), RevocationError> {
        let shared = &self.0.shared;
        shared.local.check(token_use, now)?;
        if shared.was_read.load(Ordering::Acquire) {
            return Ok(());
        }
        Err(Unavailable::revocation(never_read(&shared.status())).into())
    }
}

/// Shows the number of entries only.
impl fmt::Debug for RedisDenyList {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "RedisDenyList({} entries)",
            self.0.shared.local.len()
        )
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

fn shared(link: Link, settings: &Settings) -> Arc<Shared> {
    Arc::new(Shared {
        link,
        keys: Keys::new(&settings.prefix),
        local: settings.local(),
        clock: Arc::clone(&settings.clock),
        was_read: AtomicBool::new(false),
        has_entries: AtomicBool::new(false),
        status: std::sync::Mutex::default(),
        unusable: AtomicU64::new(0),
    })
}
