//! The settings of the replay store.

use std::time::Duration;

use super::store::RedisReplayStore;
use crate::config_error::{
    ConfigError, check_runtime, duration_in_range, size_in_range, usable_prefix,
};
use crate::connect_error::ConnectError;
use crate::link::{Limits, Link};
use crate::server::Servers;

/// Settings of a [`RedisReplayStore`].
///
/// ```
/// use std::time::Duration;
///
/// use sender_constraint_redis::{RedisReplayStore, Servers};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let runtime = tokio::runtime::Runtime::new()?;
/// # let _entered = runtime.enter();
/// // Starts without Redis, and refuses requests with 503 until it is there.
/// let store = RedisReplayStore::builder(Servers::single("redis://127.0.0.1:1")?)
///     .key_prefix("orders:replay:")?
///     .clock_difference(Duration::from_secs(10))?
///     .timeout(Duration::from_millis(200))?
///     .max_waiting(2000)?
///     .connect_lazy()?;
/// assert_eq!(format!("{store:?}"), "RedisReplayStore(orders:replay:)");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder connects to nothing"]
pub struct ReplayStoreBuilder {
    servers: Servers,
    prefix: String,
    clock_difference: Duration,
    limits: Limits,
}

impl ReplayStoreBuilder {
    pub(super) fn new(servers: Servers) -> Self {
        Self {
            servers,
            prefix: DEFAULT_PREFIX.to_owned(),
            clock_difference: DEFAULT_CLOCK_DIFFERENCE,
            limits: Limits {
                timeout: DEFAULT_TIMEOUT,
                timeout_setting: "`ReplayStoreBuilder::timeout`",
                max_waiting: DEFAULT_MAX_WAITING,
                max_waiting_setting: "`ReplayStoreBuilder::max_waiting`",
                records_proofs: true,
            },
        }
    }

    /// Sets the beginning of all keys: `sc:replay:` by default.
    ///
    /// The rest of a key is a digest of the proof's key, method, target URI and `jti`, so services with different origins
    /// may share a prefix. Instances of one origin must share it: with different ones, each accepts the same proof once.
    ///
    /// # Errors
    ///
    /// [`ConfigError::KeyPrefix`] unless it has 1 to 64 printable ASCII characters, without `{` and `}`.
    pub fn key_prefix(mut self, prefix: &str) -> Result<Self, ConfigError> {
        self.prefix = usable_prefix(prefix)?;
        Ok(self)
    }

    /// Sets how much longer than its proof an entry is kept: 30 s by default, from 1 s to 1 hour.
    ///
    /// It must not be less than the largest difference between the clocks of two instances of the service, and between
    /// the clocks of two Redis servers: an instance whose clock lags behind accepts a proof for longer than the instance
    /// that recorded it assumed, and a promoted replica ends entries by its own clock.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn clock_difference(mut self, most: Duration) -> Result<Self, ConfigError> {
        let setting = "`ReplayStoreBuilder::clock_difference`";
        self.clock_difference =
            duration_in_range(setting, most, MIN_CLOCK_DIFFERENCE, MAX_CLOCK_DIFFERENCE)?;
        Ok(self)
    }

    /// Sets how long a request waits for Redis: 500 ms by default, from 1 ms to 30 s. Then it is refused with 503. The
    /// guard has a limit of its own, `Dpop::replay_timeout`, of 1 s: the shorter one counts.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn timeout(mut self, limit: Duration) -> Result<Self, ConfigError> {
        let setting = self.limits.timeout_setting;
        self.limits.timeout = duration_in_range(setting, limit, MIN_TIMEOUT, MAX_TIMEOUT)?;
        Ok(self)
    }

    /// Sets how many requests may wait for Redis at a time: 10,000 by default, from 1 to 1,000,000. Others are refused
    /// with 503 at once.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] outside this range.
    pub fn max_waiting(mut self, calls: usize) -> Result<Self, ConfigError> {
        let setting = self.limits.max_waiting_setting;
        self.limits.max_waiting = size_in_range(setting, calls, 1, MAX_MAX_WAITING)?;
        Ok(self)
    }

    /// Connects, and checks the server: its version, its role and that it evicts nothing.
    ///
    /// Needs a Tokio runtime with time and I/O enabled; the connection is kept by a task of this runtime.
    ///
    /// # Errors
    ///
    /// [`ConnectError`] if the server cannot be reached, or cannot be used.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime, as all of Tokio.
    pub async fn connect(self) -> Result<RedisReplayStore, ConnectError> {
        let link = Link::connect(self.servers, self.limits).await?;
        Ok(RedisReplayStore::new(
            link,
            self.prefix,
            self.clock_difference,
        ))
    }

    /// Connects in the background: requests are refused with 503 until the server can be used.
    ///
    /// # Errors
    ///
    /// [`ConfigError::NoRuntime`] outside of a Tokio runtime.
    pub fn connect_lazy(self) -> Result<RedisReplayStore, ConfigError> {
        check_runtime()?;
        let link = Link::lazy(self.servers, self.limits);
        Ok(RedisReplayStore::new(
            link,
            self.prefix,
            self.clock_difference,
        ))
    }
}

const DEFAULT_PREFIX: &str = "sc:replay:";
const DEFAULT_CLOCK_DIFFERENCE: Duration = Duration::from_secs(30);
const MIN_CLOCK_DIFFERENCE: Duration = Duration::from_secs(1);
const MAX_CLOCK_DIFFERENCE: Duration = Duration::from_secs(60 * 60);
const DEFAULT_TIMEOUT: Duration = Duration::from_millis(500);
const MIN_TIMEOUT: Duration = Duration::from_millis(1);
const MAX_TIMEOUT: Duration = Duration::from_secs(30);
const DEFAULT_MAX_WAITING: usize = 10_000;
const MAX_MAX_WAITING: usize = 1_000_000;
