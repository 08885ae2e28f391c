//! Reads the entries of Redis: all of them at first and after a new connection, then the changes.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sender_constraint::revocation::{DenyError, DenyList};
use sender_constraint::time::Clock;
use tokio::time::{Instant, sleep};

use super::entries::{Keys, PAGE, Stored, has_before, named};
use super::status::DenyListStatus;
use crate::failure::Failure;
use crate::link::Link;

/// What the list and its reader share.
pub(super) struct Shared {
    pub(super) link: Link,
    pub(super) keys: Keys,
    pub(super) local: DenyList,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) was_read: AtomicBool,
    /// Whether Redis had an entry: one that was read, or that this instance has written.
    pub(super) has_entries: AtomicBool,
    pub(super) status: Mutex<DenyListStatus>,
    pub(super) unusable: AtomicU64,
}

impl Shared {
    pub(super) fn status(&self) -> MutexGuard<'_, DenyListStatus> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How often Redis is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Intervals {
    pub(super) changes: Duration,
    pub(super) all: Duration,
}

pub(super) struct Reader {
    shared: Arc<Shared>,
    intervals: Intervals,
    /// The last change that was read, and with which connection.
    position: Option<(String, u64)>,
    /// When all entries were read last.
    all_read: Option<Instant>,
    /// The identity of the data in Redis, once there was any.
    identity: Option<String>,
    failures: u64,
}

/// The members of an element of the stream.
type Change = (String, Vec<String>);

impl Reader {
    pub(super) const fn new(shared: Arc<Shared>, intervals: Intervals) -> Self {
        Self {
            shared,
            intervals,
            position: None,
            all_read: None,
            identity: None,
            failures: 0,
        }
    }

    pub(super) async fn run(mut self) {
        loop {
            let result = self.read().await;
            self.report(result);
            sleep(self.intervals.changes).await;
        }
    }

    /// Reads what is due.
    pub(super) async fn read(&mut self) -> Result<(), Failure> {
        let number = self.shared.link.number();
        let is_recent = self
            .all_read
            .is_some_and(|read| read.elapsed() < self.intervals.all);
        match self.position.clone() {
            Some((after, known)) if is_recent && number == Some(known) => {
                self.read_changes(after, known).await
            }
            _ => self.read_all(number.unwrap_or(0)).await,
        }?;
        let now = self.shared.clock.now();
        let mut status = self.shared.status();
        (status.is_current, status.last_read, status.failure) = (true, Some(now), None);
        drop(status);
        self.shared.was_read.store(true, Ordering::Release);
        Ok(())
    }

    /// Entries are added, never removed: what Redis has lost stays in effect here until it ends.
    async fn read_all(&mut self, number: u64) -> Result<(), Failure> {
        self.check_identity().await?;
        // Before the entries: changes during the read are read again.
        let last: Vec<Change> = self
            .shared
            .link
            .call(&self.shared.keys.read_last_change())
            .await?;
        self.shared.unusable.store(0, Ordering::Relaxed);
        let mut cursor = 0;
        loop {
            let page = self.shared.keys.read_page(cursor);
            let (next, entries): (u64, Vec<(String, String)>) =
                self.shared.link.call(&page).await?;
            self.add_page(entries).await?;
            if next == 0 {
                break;
            }
            cursor = next;
        }
        let last = last
            .into_iter()
            .next()
            .map_or_else(|| BEGINNING.to_owned(), |(id, _)| id);
        self.position = Some((last, number));
        self.all_read = Some(Instant::now());
        Ok(())
    }

    async fn add_page(&self, entries: Vec<(String, String)>) -> Result<(), Failure> {
        let names: Vec<_> = entries
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| has_before(name))
            .collect();
        let mut before: Vec<Option<String>> = Vec::new();
        if !names.is_empty() {
            before = self
                .shared
                .link
                .call(&self.shared.keys.read_before(&names))
                .await?;
        }
        let mut before = before.into_iter();
        for (name, until) in entries {
            let before = if has_before(&name) {
                before.next().flatten()
            } else {
                None
            };
            let before = before.unwrap_or_default();
            self.add(&Stored {
                name,
                until,
                before,
            });
        }
        Ok(())
    }

    async fn read_changes(&mut self, mut after: String, number: u64) -> Result<(), Failure> {
        loop {
            let command = self.shared.keys.read_changes(&after);
            let changes: Vec<Change> = self.shared.link.call(&command).await?;
            let is_last = changes.len() < PAGE;
            for (id, members) in changes {
                self.apply(&members);
                after = id;
            }
            self.position = Some((after.clone(), number));
            if is_last {
                break;
            }
        }
        // After the changes: data without them may be other data.
        self.check_identity().await?;
        if self.position.is_none() {
            return self.read_all(number).await;
        }
        Ok(())
    }

    /// Whether Redis still has the data that it had. If not, everything is read again.
    async fn check_identity(&mut self) -> Result<(), Failure> {
        let has_entries = self.shared.has_entries.load(Ordering::Acquire);
        let command = self.shared.keys.read_identity();
        let identity: Option<String> = self.shared.link.call(&command).await?;
        let is_lost = match &self.identity {
            Some(known) => identity.as_ref() != Some(known),
            None => identity.is_none() && has_entries,
        };
        if is_lost {
            self.report_loss();
        }
        self.identity = identity;
        Ok(())
    }

    fn report_loss(&mut self) {
        self.position = None;
        self.shared.has_entries.store(false, Ordering::Release);
        self.shared.status().lost_by_redis = Some(self.shared.clock.now());
        tracing::error!(
            entries = self.shared.local.len(),
            "Redis has lost the entries of the shared deny-list: this instance keeps its own until they end, instances \
             that start now do not have them; add them again"
        );
    }

    fn apply(&self, members: &[String]) {
        match members {
            [deny, name, until, end, before, time]
                if deny == "deny" && until == "until" && before == "before" =>
            {
                let (name, until, before) = (name.clone(), end.clone(), time.clone());
                self.add(&Stored {
                    name,
                    until,
                    before,
                });
            }
            [lift, name] if lift == "lift" => match named(name) {
                Some(entry) => drop(self.shared.local.lift(&entry)),
                None => self.unusable("its form is not known to this version"),
            },
            _ => self.unusable("its form is not known to this version"),
        }
    }

    fn add(&self, stored: &Stored) {
        let Some(entry) = stored.entry() else {
            return self.unusable("its form is not known to this version");
        };
        match self.shared.local.deny(entry) {
            Ok(()) => self.shared.has_entries.store(true, Ordering::Release),
            // It has ended.
            Err(DenyError::End) => {}
            Err(error) => self.unusable(&error.to_string()),
        }
    }

    fn unusable(&self, reason: &str) {
        let count = self.shared.unusable.fetch_add(1, Ordering::Relaxed);
        if count == 0 {
            tracing::error!(
                reason,
                "an entry of the shared deny-list is not in effect at this instance"
            );
        }
    }

    /// Alarms at the first failure and once a minute.
    fn report(&mut self, result: Result<(), Failure>) {
        let Err(failure) = result else {
            if self.failures > 0 {
                tracing::info!("the shared deny-list is read again");
            }
            self.failures = 0;
            return;
        };
        let interval = u64::try_from(self.intervals.changes.as_millis()).unwrap_or(u64::MAX);
        let repeat = (ALARM_MILLIS / interval.max(1)).max(1);
        if self.failures.is_multiple_of(repeat) {
            tracing::error!(
                reason = %failure,
                entries = self.shared.local.len(),
                "the shared deny-list cannot be read: known entries stay in effect, new ones are not seen"
            );
        }
        self.failures = self.failures.saturating_add(1);
        let mut status = self.shared.status();
        (status.is_current, status.failure) = (false, Some(failure.to_string()));
    }
}

/// The reason of a refusal while no list is known.
pub(super) fn never_read(status: &DenyListStatus) -> String {
    let reason = status
        .failure
        .as_deref()
        .unwrap_or("the first read is under way");
    format!("the shared deny-list was not read yet: {reason}")
}

/// Before the first element of a stream.
const BEGINNING: &str = "0-0";
const ALARM_MILLIS: u64 = 60_000;
