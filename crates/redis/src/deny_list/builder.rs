//! The settings of the shared deny-list.

use std::sync::Arc;
use std::time::Duration;

use sender_constraint::revocation::DenyList;
use sender_constraint::time::{Clock, SystemClock};

use super::list::RedisDenyList;
use super::reader::Intervals;
use crate::config_error::{
    ConfigError, check_runtime, duration_in_range, size_in_range, usable_prefix,
};
use crate::connect_error::ConnectError;
use crate::link::{Limits, Link};
use crate::server::Servers;

/// Settings of a [`RedisDenyList`].
///
/// ```
/// use std::time::Duration;
///
/// use sender_constraint_redis::{RedisDenyList, Servers};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let runtime = tokio::runtime::Runtime::new()?;
/// # let _entered = runtime.enter();
/// // Starts without Redis: until it was read, each request is refused with 503.
/// let denied = RedisDenyList::builder(Servers::single("redis://127.0.0.1:1")?)
///     .max_entries(100_000)?
///     .timeout(Duration::from_secs(1))?
///     .connect_lazy()?;
/// assert!(!denied.status().is_current);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder connects to nothing"]
pub struct DenyListBuilder {
    servers: Servers,
    limits: Limits,
    settings: Settings,
}

#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) prefix: String,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) default_life: Duration,
    pub(super) max_entries: usize,
    pub(super) intervals: Intervals,
}

impl Settings {
    /// An empty list with these settings; their ranges are those of the list.
    pub(super) fn local(&self) -> DenyList {
        let list = DenyList::with_clock(Arc::clone(&self.clock));
        let list = list.clone().max_entries(self.max_entries).unwrap_or(list);
        list.clone().default_life(self.default_life).unwrap_or(list)
    }
}

impl DenyListBuilder {
    pub(super) fn new(servers: Servers) -> Self {
        Self {
            servers,
            limits: Limits {
                timeout: DEFAULT_TIMEOUT,
                timeout_setting: "`DenyListBuilder::timeout`",
                max_waiting: MAX_WRITERS,
                max_waiting_setting: "fewer concurrent calls",
                records_proofs: false,
            },
            settings: Settings {
                prefix: DEFAULT_PREFIX.to_owned(),
                clock: Arc::new(SystemClock::default()),
                default_life: DEFAULT_LIFE,
                max_entries: DEFAULT_MAX_ENTRIES,
                intervals: Intervals {
                    changes: DEFAULT_INTERVAL,
                    all: DEFAULT_FULL_INTERVAL,
                },
            },
        }
    }

    /// Sets the beginning of all keys: `sc:deny` by default. Instances with the same prefix share the list, whatever
    /// their origins.
    ///
    /// # Errors
    ///
    /// [`ConfigError::KeyPrefix`] unless it has 1 to 64 printable ASCII characters, without `{` and `}`.
    pub fn key_prefix(mut self, prefix: &str) -> Result<Self, ConfigError> {
        self.settings.prefix = usable_prefix(prefix)?;
        Ok(self)
    }

    /// Sets the clock against which ends are checked: that of the guard.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.settings.clock = Arc::new(clock);
        self
    }

    /// Sets how long an entry without an end of its own denies: 24 hours by default, from 1 minute to 10 years. No less
    /// than the longest life of an access token.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn default_life(mut self, life: Duration) -> Result<Self, ConfigError> {
        let setting = "`DenyListBuilder::default_life`";
        self.settings.default_life = duration_in_range(setting, life, MIN_LIFE, MAX_LIFE)?;
        Ok(self)
    }

    /// Sets the limit of entries, in Redis and at this instance: 1,000,000 by default, from 1 to 10,000,000. The same at
    /// all instances.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] outside this range.
    pub fn max_entries(mut self, limit: usize) -> Result<Self, ConfigError> {
        let setting = "`DenyListBuilder::max_entries`";
        self.settings.max_entries = size_in_range(setting, limit, 1, MAX_MAX_ENTRIES)?;
        Ok(self)
    }

    /// Sets the interval in which changes are read: 200 ms by default, from 20 ms to 500 ms. An entry takes effect at
    /// other instances after this interval and the time of one read.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn interval(mut self, interval: Duration) -> Result<Self, ConfigError> {
        let setting = "`DenyListBuilder::interval`";
        let interval = duration_in_range(setting, interval, MIN_INTERVAL, MAX_INTERVAL)?;
        self.settings.intervals.changes = interval;
        Ok(self)
    }

    /// Sets the interval in which all entries are read again, in case a failover lost changes: 60 s by default, from 1 s
    /// to 1 day. Each read transfers about 150 bytes for each entry.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn full_interval(mut self, interval: Duration) -> Result<Self, ConfigError> {
        let setting = "`DenyListBuilder::full_interval`";
        let interval = duration_in_range(setting, interval, MIN_FULL_INTERVAL, MAX_FULL_INTERVAL)?;
        self.settings.intervals.all = interval;
        Ok(self)
    }

    /// Sets how long one command waits for Redis: 500 ms by default, from 1 ms to 30 s.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn timeout(mut self, limit: Duration) -> Result<Self, ConfigError> {
        let setting = self.limits.timeout_setting;
        self.limits.timeout = duration_in_range(setting, limit, MIN_TIMEOUT, MAX_TIMEOUT)?;
        Ok(self)
    }

    /// Connects, checks the server and reads all entries.
    ///
    /// # Errors
    ///
    /// [`ConnectError`] if the server cannot be reached, used or read.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime, as all of Tokio.
    pub async fn connect(self) -> Result<RedisDenyList, ConnectError> {
        let link = Link::connect(self.servers, self.limits).await?;
        RedisDenyList::read(link, self.settings).await
    }

    /// Connects and reads in the background: requests are refused with 503 until all entries were read once.
    ///
    /// # Errors
    ///
    /// [`ConfigError::NoRuntime`] outside of a Tokio runtime.
    pub fn connect_lazy(self) -> Result<RedisDenyList, ConfigError> {
        check_runtime()?;
        let link = Link::lazy(self.servers, self.limits);
        Ok(RedisDenyList::unread(link, self.settings))
    }
}

const DEFAULT_PREFIX: &str = "sc:deny";
const DEFAULT_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
const MIN_LIFE: Duration = Duration::from_secs(60);
const MAX_LIFE: Duration = Duration::from_secs(10 * 366 * 24 * 60 * 60);
const DEFAULT_MAX_ENTRIES: usize = 1_000_000;
const MAX_MAX_ENTRIES: usize = 10_000_000;
const DEFAULT_INTERVAL: Duration = Duration::from_millis(200);
const MIN_INTERVAL: Duration = Duration::from_millis(20);
const MAX_INTERVAL: Duration = Duration::from_millis(500);
const DEFAULT_FULL_INTERVAL: Duration = Duration::from_secs(60);
const MIN_FULL_INTERVAL: Duration = Duration::from_secs(1);
const MAX_FULL_INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);
const DEFAULT_TIMEOUT: Duration = Duration::from_millis(500);
const MIN_TIMEOUT: Duration = Duration::from_millis(1);
const MAX_TIMEOUT: Duration = Duration::from_secs(30);
const MAX_WRITERS: usize = 1_000;
