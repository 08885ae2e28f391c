//! One exception: which client, until when, who answers for it, and why.

use std::time::Duration;

use crate::time::Timestamp;

/// Accepts the unbound tokens of one client until a date. Owner and reason are required: they appear in the log.
///
/// ```
/// use sender_constraint::exceptions::Exception;
/// use sender_constraint::time::Timestamp;
///
/// let end = Timestamp::from_unix_seconds(1_790_000_000);
/// let exception = Exception::new("https://as.example.com", "legacy-batch", end)
///     .with_owner("payments team, payments@example.com")
///     .with_reason("its HTTP client gets DPoP with release 7");
/// # drop(exception);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "an exception has no effect until it is added"]
pub struct Exception {
    issuer: Box<str>,
    client_id: Box<str>,
    owner: Box<str>,
    reason: Box<str>,
    until: Timestamp,
}

/// Why an exception is refused. The list is unchanged.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ExceptionError {
    /// The exception would end in the past, or more than a year ahead.
    #[error("an exception must end in the future, within 366 days")]
    End,
    /// The limit is reached.
    #[error("the limit of {limit} exceptions is reached")]
    Full {
        /// The limit.
        limit: usize,
    },
    /// Issuer, client, owner or reason is missing.
    #[error("{0} of an exception must not be empty")]
    Missing(&'static str),
    /// A text is too long.
    #[error("{name} of an exception has more than {limit} bytes")]
    TooLong {
        /// The text.
        name: &'static str,
        /// The limit.
        limit: usize,
    },
}

impl Exception {
    /// An exception for unbound tokens of `issuer` with this `client_id`, until `until`. Both texts are compared byte
    /// for byte with the claims of the token.
    pub fn new(issuer: &str, client_id: &str, until: Timestamp) -> Self {
        Self {
            issuer: issuer.into(),
            client_id: client_id.into(),
            owner: Box::default(),
            reason: Box::default(),
            until,
        }
    }

    /// Sets who answers for the exception, at most 200 bytes. Required.
    pub fn with_owner(mut self, owner: &str) -> Self {
        self.owner = owner.into();
        self
    }

    /// Sets why the exception is needed, at most 200 bytes. Required.
    pub fn with_reason(mut self, reason: &str) -> Self {
        self.reason = reason.into();
        self
    }

    /// The issuer of the tokens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The client of the tokens.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// Who answers for the exception.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Why the exception is needed.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The end: from then on the client's unbound tokens are refused.
    #[must_use]
    pub const fn until(&self) -> Timestamp {
        self.until
    }

    /// Whether the exception has not ended.
    pub(super) fn is_active(&self, now: Timestamp) -> bool {
        now < self.until
    }

    /// Full days until the end.
    pub(crate) fn days_left(&self, now: Timestamp) -> u64 {
        self.until.saturating_duration_since(now).as_secs() / SECONDS_PER_DAY
    }

    /// Refuses missing and overlong texts, and an end more than a year ahead.
    pub(super) fn check(&self, now: Timestamp) -> Result<(), ExceptionError> {
        for (name, text, limit) in [
            ("the issuer", &self.issuer, MAX_NAME_BYTES),
            ("the client", &self.client_id, MAX_NAME_BYTES),
            ("the owner", &self.owner, MAX_TEXT_BYTES),
            ("the reason", &self.reason, MAX_TEXT_BYTES),
        ] {
            if text.trim().is_empty() {
                return Err(ExceptionError::Missing(name));
            }
            if text.len() > limit {
                return Err(ExceptionError::TooLong { name, limit });
            }
        }
        if self.until > now.saturating_add(MAX_LIFE) {
            return Err(ExceptionError::End);
        }
        Ok(())
    }
}

const SECONDS_PER_DAY: u64 = 24 * 60 * 60;
const MAX_LIFE: Duration = Duration::from_secs(366 * SECONDS_PER_DAY);
const MAX_NAME_BYTES: usize = 1000;
const MAX_TEXT_BYTES: usize = 200;
