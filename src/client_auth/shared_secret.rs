//! `client_secret_basic` (RFC 6749 section 2.3.1) as an exception that ends: RFC 9700 section 2.5 recommends asymmetric
//! methods.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use http::HeaderValue;
use url::form_urlencoded::byte_serialize;

use super::credentials::{ClientCredentials, check_client_id};
use crate::config_error::{ConfigError, SharedSecretError};
use crate::crypto::encode_basic;
use crate::time::{Clock, SystemClock, Timestamp};
use crate::unavailable::Unavailable;

/// Authenticates with a shared secret until a date: a secret that the authorization server also has, and that every
/// request discloses to whoever ends its TLS connection.
///
/// For an authorization server that supports nothing better, and for the time until it does: the exception names who
/// replaces the secret, why it exists, and when it ends, at most 366 days ahead. A `warn` event at start, and one on
/// each day of use, counts the days that remain. From the end on, the secret is not sent, and requests that need it are
/// refused with 503.
///
/// ```
/// use sender_constraint::client_auth::{DatedSharedSecret, SharedSecretException};
/// use sender_constraint::time::Timestamp;
///
/// # fn example(secret: &str) -> Result<(), sender_constraint::ConfigError> {
/// let until = Timestamp::from_unix_seconds(1_798_675_200); // 2026-12-31
/// let exception = SharedSecretException::until(until, "payments team", "the server learns private_key_jwt in Q4");
/// let client = DatedSharedSecret::new("https://api.example.com", secret, exception)?;
/// # drop(client);
/// # Ok(())
/// # }
/// # assert!(example("").is_err());
/// ```
#[derive(Clone)]
#[must_use]
pub struct DatedSharedSecret {
    client_id: String,
    basic: HeaderValue,
    exception: SharedSecretException,
    /// The day of the last warning.
    warned: Arc<AtomicI64>,
}

/// Why a shared secret is used, who replaces it, and until when.
#[derive(Clone, Debug)]
#[must_use]
pub struct SharedSecretException {
    owner: String,
    reason: String,
    until: Timestamp,
}

impl SharedSecretException {
    /// An exception that ends at `until`, with the owner who replaces the secret, and a reason. Both appear in the log.
    pub fn until(until: Timestamp, owner: &str, reason: &str) -> Self {
        Self {
            owner: owner.to_owned(),
            reason: reason.to_owned(),
            until,
        }
    }
}

impl DatedSharedSecret {
    /// Authenticates as `client_id` with `secret` while the exception lasts, by the system's clock.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ClientId`] if the identifier is empty. [`ConfigError::SharedSecret`] if the secret, the owner or
    /// the reason is empty, if the exception has ended, or if it ends more than 366 days ahead.
    pub fn new(
        client_id: &str,
        secret: &str,
        exception: SharedSecretException,
    ) -> Result<Self, ConfigError> {
        Self::with_clock(client_id, secret, exception, &SystemClock)
    }

    /// Like [`DatedSharedSecret::new`], with another clock.
    ///
    /// # Errors
    ///
    /// As for [`DatedSharedSecret::new`].
    pub fn with_clock(
        client_id: &str,
        secret: &str,
        exception: SharedSecretException,
        clock: &impl Clock,
    ) -> Result<Self, ConfigError> {
        let client_id = check_client_id(client_id)?;
        let now = clock.now();
        let fault = if secret.is_empty() {
            Some(SharedSecretError::Secret)
        } else {
            exception.fault(now)
        };
        if let Some(reason) = fault {
            return Err(ConfigError::SharedSecret { client_id, reason });
        }
        let method = Self {
            basic: basic(&client_id, secret),
            client_id,
            exception,
            warned: Arc::new(AtomicI64::new(i64::MIN)),
        };
        method.warn(now);
        Ok(method)
    }

    pub(super) fn client_id(&self) -> &str {
        &self.client_id
    }

    pub(super) fn credentials(&self, now: Timestamp) -> Result<ClientCredentials, Unavailable> {
        if now >= self.exception.until {
            return Err(Unavailable::client_authentication(format!(
                "the exception for the shared secret of client {:?} has ended",
                self.client_id
            )));
        }
        self.warn(now);
        Ok(ClientCredentials {
            form: Vec::new(),
            basic: Some(self.basic.clone()),
        })
    }

    /// Once a day.
    fn warn(&self, now: Timestamp) {
        let day = now.as_unix_seconds().div_euclid(SECONDS_PER_DAY);
        if self.warned.swap(day, Ordering::Relaxed) == day {
            return;
        }
        let SharedSecretException {
            owner,
            reason,
            until,
        } = &self.exception;
        let days_left = until.saturating_duration_since(now).as_secs() / DAY.as_secs();
        tracing::warn!(
            client_id = %self.client_id,
            %owner,
            %reason,
            days_left,
            "a shared secret authenticates this server: replace it by `PrivateKeyJwt` or `TlsClientAuth`"
        );
    }
}

impl SharedSecretException {
    fn fault(&self, now: Timestamp) -> Option<SharedSecretError> {
        if self.owner.trim().is_empty() {
            Some(SharedSecretError::Owner)
        } else if self.reason.trim().is_empty() {
            Some(SharedSecretError::Reason)
        } else if now >= self.until {
            let ago = now.saturating_duration_since(self.until);
            Some(SharedSecretError::Ended(ago))
        } else if self.until > now.saturating_add(LONGEST) {
            Some(SharedSecretError::TooFar)
        } else {
            None
        }
    }
}

/// Shows neither the secret nor its length.
impl fmt::Debug for DatedSharedSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DatedSharedSecret")
            .field("client_id", &self.client_id)
            .field("exception", &self.exception)
            .finish_non_exhaustive()
    }
}

/// Both parts are form-urlencoded first (RFC 6749 section 2.3.1): a `:` in the identifier would end it.
fn basic(client_id: &str, secret: &str) -> HeaderValue {
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!("{}:{}", encoded(client_id), encoded(secret));
    let text = format!("Basic {}", encode_basic(pair.as_bytes()));
    // Base64 is always valid in a header: this never falls back.
    let value = HeaderValue::try_from(text);
    let mut value = value.unwrap_or_else(|_| HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const SECONDS_PER_DAY: i64 = 24 * 60 * 60;
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);
