//! Exceptions that code adds and removes.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::exception::{Exception, ExceptionError};
use super::set::{ExceptionSet, Exempted, FindException, MAX_EXCEPTIONS};
use crate::time::{Clock, SystemClock, Timestamp};

/// The exceptions of a guard. Clones share them, and several guards can share one list.
///
/// An exception accepts exactly the unbound tokens of its client, until it ends. The binding of a bound token is always
/// enforced, also for that client, and so is a deny-list. [`Access::exception`](crate::Access::exception) marks the
/// requests, and the log shows each exception when a guard is built, and when it is used for the first time on a day,
/// with the days that remain.
///
/// ```
/// use std::time::Duration;
///
/// use sender_constraint::exceptions::{Exception, Exceptions};
/// use sender_constraint::time::{Clock as _, SystemClock};
///
/// # fn example(builder: sender_constraint::GuardBuilder) -> Result<(), Box<dyn std::error::Error>> {
/// let exceptions = Exceptions::new();
/// let end = SystemClock::default().now().saturating_add(Duration::from_secs(30 * 24 * 60 * 60));
/// let legacy = Exception::new("https://as.example.com", "legacy-batch", end)
///     .with_owner("payments@example.com")
///     .with_reason("gets DPoP with release 7");
/// exceptions.add(legacy)?;
/// let guard = builder.exceptions(exceptions.clone()).build()?;
/// # drop(guard);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Exceptions {
    clock: Arc<dyn Clock>,
    set: Arc<RwLock<ExceptionSet>>,
}

impl Exceptions {
    /// Creates an empty list.
    pub fn new() -> Self {
        Self::with_clock(SystemClock)
    }

    /// Creates an empty list, with the clock against which the end of each new exception is checked.
    pub fn with_clock(clock: impl Clock) -> Self {
        Self {
            clock: Arc::new(clock),
            set: Arc::default(),
        }
    }

    /// Adds an exception, or replaces the one of the same issuer and client. At most 1,000.
    ///
    /// # Errors
    ///
    /// [`ExceptionError`]; the list is unchanged.
    pub fn add(&self, exception: Exception) -> Result<(), ExceptionError> {
        let now = self.clock.now();
        exception.check(now)?;
        if !exception.is_active(now) {
            return Err(ExceptionError::End);
        }
        let mut set = self.write();
        set.drop_ended(now);
        if set.len() >= MAX_EXCEPTIONS && !set.contains(&exception) {
            return Err(ExceptionError::Full {
                limit: MAX_EXCEPTIONS,
            });
        }
        set.insert(exception);
        Ok(())
    }

    /// Removes an exception, from the next request on. Returns whether it was there.
    pub fn remove(&self, issuer: &str, client_id: &str) -> bool {
        self.write().remove(issuer, client_id)
    }

    /// The number of exceptions, with those that have ended and are not yet dropped.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read().len()
    }

    /// Whether there is no exception.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn read(&self) -> RwLockReadGuard<'_, ExceptionSet> {
        // A panic while the lock is held cannot leave a partial change.
        self.set.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, ExceptionSet> {
        self.set.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FindException for Exceptions {
    fn find(&self, issuer: &str, client_id: &str, now: Timestamp) -> Option<Arc<Exempted>> {
        self.read().find(issuer, client_id, now)
    }

    fn active(&self, now: Timestamp) -> Vec<Arc<Exempted>> {
        self.read().active(now)
    }
}

impl Default for Exceptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Exceptions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Exceptions({})", self.len())
    }
}
