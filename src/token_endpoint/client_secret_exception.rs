//! A dated exception for a client that still has a shared secret (RFC 6749 section 2.3.1).

use std::fmt;
use std::time::Duration;

use super::registration_error::RegistrationError;
use crate::crypto::Digest;
use crate::time::{Clock, Timestamp};

/// Allows one client to authenticate with a shared secret until a date: who is responsible, and why.
///
/// FAPI 2.0 section 5.3.2.1 forbids shared secrets, and RFC 9700 section 2.5 recommends against them: whoever reads the
/// secret, in the configuration of the client, in a log or at the server, is the client. Each use is a `warn` event
/// with the days that remain.
///
/// The server holds the secret's SHA-256 only, compared in constant time. That protects random secrets of 128 bits and
/// more; one that a person chose can be guessed from it. `Debug` does not show it.
///
/// ```
/// use std::time::Duration;
///
/// use sender_constraint::Digest;
/// use sender_constraint::time::{Clock as _, SystemClock};
/// use sender_constraint::token_endpoint::{Client, ClientSecretException};
///
/// let clock = SystemClock::default();
/// let until = clock.now().saturating_add(Duration::from_secs(90 * 86_400));
/// let secret = Digest::sha256(b"7Fjfp0ZBr1KtDRbnfVdmIw");
/// let exception = ClientSecretException::new(secret, "payments team", "vendor release 4 has no keys", until, &clock)?;
/// let client = Client::allow_client_secret_basic("legacy", exception)?;
/// # Ok::<(), sender_constraint::token_endpoint::RegistrationError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct ClientSecretException {
    secret: Digest,
    owner: String,
    reason: String,
    until: Timestamp,
}

impl ClientSecretException {
    /// An exception for the secret with this SHA-256, in the responsibility of `owner`, for `reason`, which ends at
    /// `until`: at most 366 days ahead of `clock`.
    ///
    /// # Errors
    ///
    /// [`RegistrationError::ClientSecretException`] if the end is not in the future or further ahead, if owner or
    /// reason are empty, have more than 200 bytes or control characters, or if the secret is empty.
    pub fn new(
        secret_sha256: Digest,
        owner: &str,
        reason: &str,
        until: Timestamp,
        clock: &dyn Clock,
    ) -> Result<Self, RegistrationError> {
        let now = clock.now();
        if until <= now || until > now.saturating_add(MAX_SPAN) {
            return Err(RegistrationError::ClientSecretException(
                "it must end in the future, within 366 days",
            ));
        }
        if !is_text(owner) || !is_text(reason) {
            return Err(RegistrationError::ClientSecretException(
                "owner and reason must have 1 to 200 bytes without control characters",
            ));
        }
        if secret_sha256 == Digest::sha256(b"") {
            return Err(RegistrationError::ClientSecretException(
                "the secret must not be empty, but the digest is the SHA-256 of no bytes",
            ));
        }
        Ok(Self {
            secret: secret_sha256,
            owner: owner.to_owned(),
            reason: reason.to_owned(),
            until,
        })
    }

    /// Who is responsible.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Why the client has a secret.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// When the exception ends.
    #[must_use]
    pub const fn until(&self) -> Timestamp {
        self.until
    }

    pub(super) fn is_secret(&self, presented: &str) -> bool {
        Digest::sha256(presented.as_bytes()) == self.secret
    }

    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        now >= self.until
    }

    /// Whole days until the end.
    pub(super) fn days_left(&self, now: Timestamp) -> u64 {
        self.until.saturating_duration_since(now).as_secs() / SECONDS_PER_DAY
    }
}

/// Does not show the digest of the secret.
impl fmt::Debug for ClientSecretException {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientSecretException")
            .field("owner", &self.owner)
            .field("reason", &self.reason)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

fn is_text(text: &str) -> bool {
    let has_length = (1..=MAX_TEXT_BYTES).contains(&text.len());
    has_length && !text.trim().is_empty() && !text.chars().any(char::is_control)
}

const SECONDS_PER_DAY: u64 = 86_400;
const MAX_SPAN: Duration = Duration::from_secs(366 * SECONDS_PER_DAY);
const MAX_TEXT_BYTES: usize = 200;
