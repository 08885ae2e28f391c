//! Why a configuration is refused, before any connection.

use std::time::Duration;

/// An invalid configuration. No text shows a password.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A certificate or private key cannot be read.
    #[error("{setting}: expected PEM with {expected}: {reason}")]
    Certificate {
        /// The setting.
        setting: &'static str,
        /// What the PEM should have.
        expected: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A duration is outside its range.
    #[error("{setting} is {value:?}, but must be from {least:?} to {most:?}")]
    Duration {
        /// The setting.
        setting: &'static str,
        /// The duration given.
        value: Duration,
        /// The shortest duration accepted.
        least: Duration,
        /// The longest duration accepted.
        most: Duration,
    },
    /// The prefix of keys is not usable.
    #[error(
        "the key prefix {0:?} is not usable: expected 1 to {MAX_PREFIX_BYTES} characters of printable ASCII, without space, `{{` and \
         `}}`, which choose the slot of a Cluster"
    )]
    KeyPrefix(String),
    /// There is no Tokio runtime with a timer.
    #[error(
        "a connection to Redis needs a Tokio runtime with time and I/O enabled; call this within one"
    )]
    NoRuntime,
    /// No URL was given.
    #[error("expected the URL of at least one server, came none")]
    NoServers,
    /// The name under which the Sentinels know the primary is empty.
    #[error("the name of the primary in the configuration of the Sentinels must not be empty")]
    PrimaryName,
    /// A size is outside its range.
    #[error("{setting} is {value}, but must be from {least} to {most}")]
    Size {
        /// The setting.
        setting: &'static str,
        /// The size given.
        value: usize,
        /// The smallest size accepted.
        least: usize,
        /// The largest size accepted.
        most: usize,
    },
    /// The setting does not apply to the servers.
    #[error("{setting} does not apply: {reason}")]
    Unused {
        /// The setting.
        setting: &'static str,
        /// Why it has no effect.
        reason: &'static str,
    },
    /// The URL of a server is not usable. The text does not show it, since it may have a password.
    #[error("the URL of server {position} is not usable: {reason}")]
    Url {
        /// Which of the URLs, from 1.
        position: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
}

pub(crate) fn duration_in_range(
    setting: &'static str,
    value: Duration,
    least: Duration,
    most: Duration,
) -> Result<Duration, ConfigError> {
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    Err(ConfigError::Duration {
        setting,
        value,
        least,
        most,
    })
}

pub(crate) fn size_in_range(
    setting: &'static str,
    value: usize,
    least: usize,
    most: usize,
) -> Result<usize, ConfigError> {
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    Err(ConfigError::Size {
        setting,
        value,
        least,
        most,
    })
}

/// The prefix, if keys may begin with it.
pub(crate) fn usable_prefix(prefix: &str) -> Result<String, ConfigError> {
    let is_usable = |byte: u8| byte.is_ascii_graphic() && byte != b'{' && byte != b'}';
    let fits = (1..=MAX_PREFIX_BYTES).contains(&prefix.len());
    if fits && prefix.bytes().all(is_usable) {
        return Ok(prefix.to_owned());
    }
    Err(ConfigError::KeyPrefix(
        prefix.chars().take(MAX_PREFIX_BYTES).collect(),
    ))
}

pub(crate) fn check_runtime() -> Result<(), ConfigError> {
    let handle = tokio::runtime::Handle::try_current();
    handle.map(drop).map_err(|_| ConfigError::NoRuntime)
}

const MAX_PREFIX_BYTES: usize = 64;
