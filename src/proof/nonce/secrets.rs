//! The secrets that a service issues and verifies nonces with, replaceable while it runs.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use super::ring::Ring;
use super::secret::NonceSecret;
use super::text::Nonce;
use crate::config_error::{ConfigError, size_in_range};
use crate::time::Timestamp;

/// The secrets of the nonces of a service. Clones share them: keep one to replace the secrets while serving.
///
/// One secret issues nonces; others only verify them. A secret that is replaced still verifies for one accepted
/// lifetime of nonces ([`Nonces::rotation`](super::Nonces::rotation)), so that no request fails for it.
///
/// # Deployment
///
/// Instances that serve one origin need the same secrets: a client takes the nonce of one to another, and is otherwise
/// refused at each change of instance, with a new nonce. To replace the secret of a fleet, first let every instance
/// verify the next one, then let each issue with it:
///
/// ```
/// use sender_constraint::proof::{NonceSecret, NonceSecrets};
///
/// # fn example(first: NonceSecret, next: NonceSecret) -> Result<(), sender_constraint::ConfigError> {
/// let secrets = NonceSecrets::new(first.clone());
/// // On every instance:
/// secrets.replace(first, [next.clone()])?;
/// // Then, within one accepted lifetime of nonces, on every instance:
/// secrets.replace(next, [])?;
/// # Ok(())
/// # }
/// # let (first, next) = (NonceSecret::random()?, NonceSecret::random()?);
/// # example(first, next)?;
/// # Ok::<(), sender_constraint::ConfigError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct NonceSecrets(Arc<RwLock<Ring>>);

impl NonceSecrets {
    /// Issues and verifies with `secret`.
    pub fn new(secret: NonceSecret) -> Self {
        Self::of(Ring::new(secret, Vec::new()))
    }

    /// The first secrets, of which `verify_only` only verify.
    pub(super) fn first(
        issuing: NonceSecret,
        verify_only: impl IntoIterator<Item = NonceSecret>,
    ) -> Result<Self, ConfigError> {
        Ok(Self::of(Ring::new(issuing, limited(verify_only)?)))
    }

    /// A random secret, for a service of one process. After a restart, clients are refused once, with a new nonce.
    ///
    /// # Errors
    ///
    /// As for [`NonceSecret::random`].
    pub fn random() -> Result<Self, ConfigError> {
        NonceSecret::random().map(Self::new)
    }

    /// Issues with `issuing` from now on, and verifies with `verify_only` too: the next secret, which other instances
    /// may already issue with.
    ///
    /// The secret that issued until now still verifies, for one accepted lifetime of nonces from the next check of a
    /// nonce on. Of such secrets the latest 8 are kept. Other secrets that verified until now no longer do, unless they
    /// are named again.
    ///
    /// Writes an `info` event with one byte derived from each secret, with which its nonces begin; none if the secrets are
    /// those that the service has.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] for more than 8 secrets that only verify; nothing is replaced.
    pub fn replace(
        &self,
        issuing: NonceSecret,
        verify_only: impl IntoIterator<Item = NonceSecret>,
    ) -> Result<(), ConfigError> {
        let verifying = limited(verify_only)?;
        let mut ring = self.write();
        if ring.has(&issuing, &verifying) {
            return Ok(());
        }
        let before = hex(ring.issuing.hint());
        ring.replace(issuing, verifying);
        let issuing = hex(ring.issuing.hint());
        let [verify_only, replaced] = ring.verifying_hints().map(all_hex);
        drop(ring);
        tracing::info!(
            issuing,
            before,
            verify_only,
            replaced,
            "the secrets of nonces were replaced"
        );
        Ok(())
    }

    /// No longer verifies with secrets that were replaced, for a secret that has become known. Clients whose nonces it
    /// issued are refused once, with a new nonce.
    ///
    /// Writes an `info` event with one byte derived from each forgotten secret, as [`NonceSecrets::replace`] does; none if
    /// there is no such secret.
    pub fn forget_replaced(&self) {
        let forgotten = self.write().forget_replaced();
        if !forgotten.is_empty() {
            let forgotten = all_hex(forgotten);
            tracing::info!(
                forgotten,
                "nonces of replaced secrets are refused from now on"
            );
        }
    }

    pub(super) fn issue(&self, origin: &str, now: Timestamp) -> Nonce {
        Nonce::new(&self.read().issuing, origin, now)
    }

    pub(super) fn hold(
        &self,
        nonce: &Nonce,
        origin: &str,
        now: Timestamp,
        lifetime: Duration,
    ) -> bool {
        self.read().holds(nonce, origin, now, lifetime)
    }

    fn of(ring: Ring) -> Self {
        Self(Arc::new(RwLock::new(ring)))
    }

    fn read(&self) -> RwLockReadGuard<'_, Ring> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Ring> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for NonceSecrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("NonceSecrets(..)")
    }
}

fn limited(
    verify_only: impl IntoIterator<Item = NonceSecret>,
) -> Result<Vec<NonceSecret>, ConfigError> {
    let verifying: Vec<_> = verify_only.into_iter().take(MAX_VERIFY_ONLY + 1).collect();
    let setting = "the number of nonce secrets that only verify";
    size_in_range(setting, verifying.len(), 0, MAX_VERIFY_ONLY)?;
    Ok(verifying)
}

/// As the event shows a hint, which everyone can read in a nonce.
fn hex(hint: u8) -> String {
    format!("{hint:02x}")
}

fn all_hex(hints: Vec<u8>) -> String {
    let hints: Vec<_> = hints.into_iter().map(hex).collect();
    hints.join(" ")
}

const MAX_VERIFY_ONLY: usize = 8;
