//! The suite: which stores, and which checks.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sender_constraint::replay::ReplayStore;
use tokio::runtime::{Handle, RuntimeFlavor};

use super::check::{FailedCheck, StoreCheck};
use super::probe::{Expiry, Probe};
use super::report::{Outcome, SuiteReport};
use super::{clock_steps, concurrent, entries, expiry, keys, limits};

/// Runs the checks of [`StoreCheck`] on a [`ReplayStore`].
///
/// Each check creates a store. Stores over one server may share their entries, since each check uses keys of its own. The
/// Tokio runtime must have several threads.
///
/// ```
/// use sender_constraint::replay::MemoryStore;
/// use sender_constraint_testing::replay_store::{ReplayStoreSuite, StoreCheck};
///
/// # fn small() -> MemoryStore { MemoryStore::new(1024).expect("a capacity") }
/// #[tokio::main(flavor = "multi_thread", worker_threads = 4)]
/// async fn main() {
///     let report = ReplayStoreSuite::new(MemoryStore::default)
///         .full(1024, small)
///         .skip(StoreCheck::Unreachable, "it is in this process")
/// #       .entries(10_000)
///         .run()
///         .await;
///     report.assert_passed();
/// }
/// ```
///
/// A store on another machine, which drops entries by its own clock:
///
/// ```no_run
/// # use std::sync::Arc;
/// # use std::time::Duration;
/// # use sender_constraint::replay::{MemoryStore, ReplayStore};
/// # use sender_constraint_testing::replay_store::ReplayStoreSuite;
/// # fn connect(_: &str) -> Arc<dyn ReplayStore> { Arc::new(MemoryStore::default()) }
/// # async fn example() {
/// let store = connect("127.0.0.1:6379");
/// ReplayStoreSuite::new(move || Arc::clone(&store))
///     .expires_by_own_clock(Duration::from_secs(2))
///     .unreachable(|| connect("127.0.0.1:1"))
///     .entries(100_000)
///     .run()
///     .await
///     .assert_passed();
/// # }
/// ```
///
/// It does not measure the memory of the store, and cannot show that a two-step store is atomic: it can only find that
/// it is not.
#[derive(Clone)]
#[must_use = "a suite does nothing until `run`"]
pub struct ReplayStoreSuite {
    store: Make,
    full: Option<(usize, Make)>,
    unreachable: Option<Make>,
    expiry: Expiry,
    skip_waiting: bool,
    entries: usize,
    skipped: Vec<(StoreCheck, &'static str)>,
}

/// Creates a store.
type Make = Arc<dyn Fn() -> Arc<dyn ReplayStore> + Send + Sync>;

impl ReplayStoreSuite {
    /// Checks the stores that `store` creates, each of which has space for [`ReplayStoreSuite::entries`] proofs.
    ///
    /// The store drops entries by [`UsedProof::now`](sender_constraint::replay::UsedProof::now), and may keep them up to
    /// a second longer; see [`ReplayStoreSuite::expires_by_own_clock`] for others.
    pub fn new<S: ReplayStore>(store: impl Fn() -> S + Send + Sync + 'static) -> Self {
        Self {
            store: make(store),
            full: None,
            unreachable: None,
            expiry: Expiry::GuardClock,
            skip_waiting: false,
            entries: 1_000_000,
            skipped: Vec::new(),
        }
    }

    /// The store drops entries by a clock of its own, `margin` after
    /// [`UsedProof::expires_at`](sender_constraint::replay::UsedProof::expires_at).
    ///
    /// [`StoreCheck::Expiry`] then waits by the system's clock: 4 s and the margin. It also fails if the margin is not
    /// added, so configure the store under test with a short one, of 2 s for example.
    pub const fn expires_by_own_clock(mut self, margin: Duration) -> Self {
        self.expiry = Expiry::OwnClock { margin };
        self
    }

    /// Skips the checks that wait, see [`ReplayStoreSuite::expires_by_own_clock`].
    pub const fn skip_waiting(mut self) -> Self {
        self.skip_waiting = true;
        self
    }

    /// Runs [`StoreCheck::Full`] on a store that is empty and holds at most `capacity` proofs.
    pub fn full<S: ReplayStore>(
        mut self,
        capacity: usize,
        store: impl Fn() -> S + Send + Sync + 'static,
    ) -> Self {
        self.full = Some((capacity, make(store)));
        self
    }

    /// Runs [`StoreCheck::Unreachable`] on a store whose server cannot be reached.
    pub fn unreachable<S: ReplayStore>(
        mut self,
        store: impl Fn() -> S + Send + Sync + 'static,
    ) -> Self {
        self.unreachable = Some(make(store));
        self
    }

    /// Sets the number of proofs of [`StoreCheck::ManyEntries`]: 1,000,000 by default.
    pub const fn entries(mut self, count: usize) -> Self {
        self.entries = count;
        self
    }

    /// Does not run this check. The report names the reason.
    pub fn skip(mut self, check: StoreCheck, reason: &'static str) -> Self {
        self.skipped.push((check, reason));
        self
    }

    /// Runs the checks one after the other, whether or not others failed.
    ///
    /// # Panics
    ///
    /// On a Tokio runtime of one thread, where inserts are not concurrent, and outside of one.
    pub async fn run(&self) -> SuiteReport {
        assert!(
            Handle::current().runtime_flavor() != RuntimeFlavor::CurrentThread,
            "the suite needs `#[tokio::test(flavor = \"multi_thread\")]`: inserts are not concurrent on one thread"
        );
        let mut outcomes = Vec::new();
        for check in StoreCheck::ALL {
            let outcome = match self.reason_to_skip(check) {
                Some(reason) => Outcome::Skipped(reason),
                None => match self.check(check).await {
                    Ok(()) => Outcome::Passed,
                    Err(failed) => Outcome::Failed(failed),
                },
            };
            outcomes.push((check, outcome));
        }
        SuiteReport::new(outcomes)
    }

    fn reason_to_skip(&self, check: StoreCheck) -> Option<&'static str> {
        let mut skipped = self.skipped.iter();
        if let Some((_, reason)) = skipped.find(|(skipped, _)| *skipped == check) {
            return Some(reason);
        }
        let waits = matches!(self.expiry, Expiry::OwnClock { .. }) && check == StoreCheck::Expiry;
        match check {
            _ if waits && self.skip_waiting => Some("it waits, and `skip_waiting` was called"),
            StoreCheck::Full if self.full.is_none() => Some("no store: call `full`"),
            StoreCheck::Unreachable if self.unreachable.is_none() => {
                Some("no store: call `unreachable`")
            }
            _ => None,
        }
    }

    async fn check(&self, check: StoreCheck) -> Result<(), FailedCheck> {
        let probe = |store: &Make| Probe::new(store(), check, self.expiry);
        match check {
            StoreCheck::Atomic => concurrent::atomic(probe(&self.store)).await,
            StoreCheck::ClockSteps => clock_steps::check(|| probe(&self.store)).await,
            StoreCheck::DroppedInserts => concurrent::dropped(probe(&self.store)).await,
            StoreCheck::Expiry => expiry::check(probe(&self.store)).await,
            StoreCheck::Full => match &self.full {
                Some((capacity, store)) => limits::full(probe(store), *capacity).await,
                None => Ok(()),
            },
            StoreCheck::HasSeen => keys::has_seen(probe(&self.store)).await,
            StoreCheck::Keys => keys::check(probe(&self.store)).await,
            StoreCheck::ManyEntries => entries::check(probe(&self.store), self.entries).await,
            StoreCheck::Unreachable => match &self.unreachable {
                Some(store) => limits::unreachable(probe(store)).await,
                None => Ok(()),
            },
        }
    }
}

impl fmt::Debug for ReplayStoreSuite {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ReplayStoreSuite")
            .field("expiry", &self.expiry)
            .field("entries", &self.entries)
            .field("skipped", &self.skipped)
            .finish_non_exhaustive()
    }
}

fn make<S: ReplayStore>(store: impl Fn() -> S + Send + Sync + 'static) -> Make {
    Arc::new(move || Arc::new(store()))
}
