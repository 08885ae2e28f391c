//! The events about shared secrets, at most ten per second.

use std::sync::{Arc, Mutex, PoisonError};

use super::client::Client;
use super::client_secret_exception::ClientSecretException;
use crate::log_limit::LogLimit;
use crate::time::Timestamp;

/// Clones share the limit.
#[derive(Clone, Debug, Default)]
pub(super) struct SecretLog(Arc<Mutex<LogLimit>>);

impl SecretLog {
    /// Reports the use of a secret by an exception.
    pub(super) fn used(&self, client: &Client, exception: &ClientSecretException, now: Timestamp) {
        let mut limit = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(suppressed) = limit.admit(now) else {
            return;
        };
        drop(limit);
        tracing::warn!(
            client_id = client.id(),
            owner = exception.owner(),
            reason = exception.reason(),
            days_left = exception.days_left(now),
            suppressed,
            "a client authenticated with a shared secret, by a dated exception"
        );
    }
}
