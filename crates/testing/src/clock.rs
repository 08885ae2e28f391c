//! A clock that shows one time until a test sets another.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sender_constraint::time::{Clock, Timestamp};

/// A clock for tests. Clones share the time, so one can be given to the guard, to keys and to the [`Issuer`](crate::Issuer).
///
/// ```
/// use sender_constraint::time::Clock as _;
/// use sender_constraint_testing::FixedClock;
///
/// let clock = FixedClock::at(1_767_225_600);
/// let shared = clock.clone();
/// clock.advance(60);
/// assert_eq!(shared.now().as_unix_seconds(), 1_767_225_660);
/// ```
#[derive(Clone, Debug)]
pub struct FixedClock(Arc<AtomicU64>);

impl FixedClock {
    /// A clock that shows this Unix time, in seconds.
    #[must_use]
    pub fn at(seconds: u64) -> Self {
        Self(Arc::new(AtomicU64::new(seconds)))
    }

    /// Sets the time, forwards or backwards.
    pub fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::SeqCst);
    }

    /// Moves the time forwards.
    pub fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_seconds(self.0.load(Ordering::SeqCst))
    }
}
