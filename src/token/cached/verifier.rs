//! The adapter, and its settings.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::calls::{Calls, Limits};
use super::results::Spans;
use crate::config_error::{ConfigError, in_range, size_in_range};
use crate::future::MaybeReady;
use crate::time::Timestamp;
use crate::token::access_token::AccessToken;
use crate::token::error::TokenError;
use crate::token::verifier::{PresentedToken, TokenVerifier};
use crate::token::verifier_settings::VerifierSettings;

/// Caches the results of another verifier, and limits its calls: for verifiers that ask a server, as introspection (RFC
/// 7662) does.
///
/// The guard caches nothing itself: it calls its verifier for every request. [`JwtVerifier`](super::super::JwtVerifier)
/// has a cache of its own; other verifiers have none unless they are wrapped in this one.
///
/// - An accepted token is cached by its SHA-256 for 60 s ([`Cached::max_age`]), and never beyond its `exp`, which the
///   guard checks on every request. Until then a revocation has no effect.
/// - A refused token is cached for 5 s ([`Cached::refused_for`]), apart from the accepted ones, unless the reason is an
///   outage or the time.
/// - Equal tokens at the same time make one call. At most 64 calls run at the same time ([`Cached::concurrent_calls`]),
///   at most 1,024 requests wait ([`Cached::waiting_requests`]), and a call takes at most 10 s ([`Cached::timeout`]);
///   what exceeds these limits is refused with 503.
///
/// Binding, proof and replay checks are never cached. Clones share the cache. Needs a Tokio runtime with its timer
/// enabled.
///
/// ```
/// use std::time::Duration;
///
/// use sender_constraint::token::{Cached, TokenVerifier};
/// use sender_constraint::{ConfigError, Guard, proof::Dpop};
///
/// fn guard(introspection: impl TokenVerifier) -> Result<Guard, ConfigError> {
///     let tokens = Cached::new(introspection).max_age(Duration::from_secs(30))?;
///     Guard::builder(tokens).dpop(Dpop::new("https://api.example.com")?).build()
/// }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Cached {
    verifier: Arc<dyn TokenVerifier>,
    limits: Limits,
    calls: Arc<Calls>,
}

impl Cached {
    /// Caches the results of `verifier`.
    pub fn new(verifier: impl TokenVerifier) -> Self {
        Self {
            verifier: Arc::new(verifier),
            limits: DEFAULT,
            calls: Arc::new(Calls::new(DEFAULT)),
        }
    }

    /// Sets how long an accepted token is cached: 60 s by default, from 1 s to 1 hour.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn max_age(mut self, span: Duration) -> Result<Self, ConfigError> {
        let setting = "the time for which accepted tokens are cached";
        self.limits.spans.accepted = in_range(setting, span, Duration::from_secs(1), MAX_AGE)?;
        Ok(self.renewed())
    }

    /// Sets how long a refused token is cached: 5 s by default, at most 60 s.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] above 60 s.
    pub fn refused_for(mut self, span: Duration) -> Result<Self, ConfigError> {
        let setting = "the time for which refused tokens are cached";
        self.limits.spans.refused = in_range(setting, span, Duration::ZERO, MAX_REFUSED_FOR)?;
        Ok(self.renewed())
    }

    /// Sets how long a call of the verifier may take: 10 s by default, from 1 ms to 60 s.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn timeout(mut self, span: Duration) -> Result<Self, ConfigError> {
        let setting = "the timeout of the token verifier";
        self.limits.timeout = in_range(setting, span, Duration::from_millis(1), MAX_TIMEOUT)?;
        Ok(self.renewed())
    }

    /// Sets how many calls run at the same time: 64 by default, from 1 to 4,096.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] outside this range.
    pub fn concurrent_calls(mut self, number: usize) -> Result<Self, ConfigError> {
        let setting = "the number of concurrent calls of the token verifier";
        self.limits.concurrent = size_in_range(setting, number, 1, MAX_CALLS)?;
        Ok(self.renewed())
    }

    /// Sets how many requests wait for calls at the same time: 1,024 by default, from 1 to 65,536.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] outside this range.
    pub fn waiting_requests(mut self, number: usize) -> Result<Self, ConfigError> {
        let setting = "the number of requests that wait for the token verifier";
        self.limits.waiting = size_in_range(setting, number, 1, MAX_WAITING)?;
        Ok(self.renewed())
    }

    /// Discards all results, also those of calls in progress: the next request with each token calls the verifier.
    pub fn purge(&self) {
        self.calls.purge();
    }

    /// The same settings around another verifier, with an empty cache.
    #[cfg(feature = "http-client")]
    pub(in crate::token) fn with_verifier(self, verifier: impl TokenVerifier) -> Self {
        Self {
            verifier: Arc::new(verifier),
            ..self
        }
        .renewed()
    }

    /// A clone with other settings must not share what these settings accept.
    fn renewed(mut self) -> Self {
        self.calls = Arc::new(Calls::new(self.limits));
        self
    }
}

impl TokenVerifier for Cached {
    /// Ready at once if the result is cached.
    fn verify<'a>(
        &'a self,
        token: PresentedToken<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        match self.calls.results.get(token.digest(), now) {
            Some(known) => MaybeReady::ready(known),
            None => MaybeReady::pending(self.calls.outcome(&self.verifier, token, now)),
        }
    }

    fn accepted_issuers(&self) -> Vec<String> {
        self.verifier.accepted_issuers()
    }

    fn settings(&self) -> VerifierSettings {
        self.verifier.settings()
    }
}

/// Does not show the cached results.
impl fmt::Debug for Cached {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Cached")
            .field("verifier", &self.verifier)
            .field("limits", &self.limits)
            .field("entries", &self.calls.results.len())
            .finish()
    }
}

const DEFAULT: Limits = Limits {
    spans: Spans {
        accepted: Duration::from_secs(60),
        refused: Duration::from_secs(5),
    },
    timeout: Duration::from_secs(10),
    concurrent: 64,
    waiting: 1024,
};
const MAX_AGE: Duration = Duration::from_secs(60 * 60);
const MAX_REFUSED_FOR: Duration = Duration::from_secs(60);
const MAX_TIMEOUT: Duration = Duration::from_secs(60);
const MAX_CALLS: usize = 4096;
const MAX_WAITING: usize = 65_536;
