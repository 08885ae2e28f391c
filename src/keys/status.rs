//! The state of remote keys, for readiness checks and summaries.

use std::fmt;
use std::time::Duration;

use crate::jose::Algorithm;
use crate::skipped_key::SkippedKey;

/// The state of [`RemoteKeys`](super::RemoteKeys) at one time: see [`RemoteKeys::status`](super::RemoteKeys::status).
///
/// ```
/// use sender_constraint::keys::RemoteKeys;
///
/// /// A line for the log at start, such as `2 keys ES256 RS256, fetched 0 s ago`.
/// fn summary(keys: &RemoteKeys) -> String {
///     let status = keys.status();
///     match status.last_failure() {
///         Some(failure) => format!("not ready: {failure}"),
///         None => status.to_string(),
///     }
/// }
/// # drop(summary);
/// ```
#[derive(Clone, Debug)]
pub struct KeysStatus {
    pub(super) is_ready: bool,
    pub(super) keys: usize,
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) skipped: Vec<SkippedKey>,
    pub(super) age: Option<Duration>,
    pub(super) last_failure: Option<String>,
    pub(super) next_fetch: Duration,
}

impl KeysStatus {
    /// Whether a key set with a usable key is held, and is not too old: tokens can be verified without waiting.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.is_ready
    }

    /// The number of keys in the set that was fetched last.
    #[must_use]
    pub const fn keys(&self) -> usize {
        self.keys
    }

    /// The algorithms that these keys verify, each once.
    #[must_use]
    pub fn algorithms(&self) -> &[Algorithm] {
        &self.algorithms
    }

    /// The entries of the set that are not used.
    #[must_use]
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.skipped
    }

    /// The time since the last successful fetch; `None` if there was none.
    #[must_use]
    pub const fn age(&self) -> Option<Duration> {
        self.age
    }

    /// Why the last fetch failed, for the operator: may contain names and addresses of the internal network. `None` if
    /// it succeeded.
    #[must_use]
    pub fn last_failure(&self) -> Option<&str> {
        self.last_failure.as_deref()
    }

    /// The time until the next scheduled fetch may start: the rest of the back-off after a failure, otherwise until the
    /// set is due for a refresh. Tokens with an unknown key can cause an earlier one.
    #[must_use]
    pub const fn next_fetch(&self) -> Duration {
        self.next_fetch
    }
}

/// One line for the operator.
impl fmt::Display for KeysStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { keys, .. } = self;
        match self.age {
            None => formatter.write_str("no key set yet")?,
            Some(age) => {
                let plural = if *keys == 1 { "key" } else { "keys" };
                write!(formatter, "{keys} {plural}")?;
                for algorithm in &self.algorithms {
                    write!(formatter, " {algorithm}")?;
                }
                write!(formatter, ", fetched {} s ago", age.as_secs())?;
            }
        }
        match &self.last_failure {
            Some(failure) => write!(formatter, "; the last fetch failed: {failure}"),
            None => Ok(()),
        }
    }
}
