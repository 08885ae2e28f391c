//! The adapter between the rule and the verifier, and its settings.

use std::sync::Arc;
use std::time::Duration;

use super::lane::Lane;
use super::pattern::{IssuerPattern, Matching};
use super::registry::Registry;
use super::resolver::IssuerResolver;
use crate::config_error::{ConfigError, in_range, size_in_range};
use crate::token::jwt::issuer::Issuer;

/// Issuers that are known only at run time, one for each tenant: a rule decides which are accepted.
///
/// The rule gets the `iss` of a token that is not verified yet, if it is an issuer identifier of at most 512 bytes.
/// What is fetched comes from its answer, never from the token: without an answer that allows the issuer, nothing is.
///
/// - An issuer that is allowed is used for 5 minutes ([`Self::max_age`]), then the rule is called again. Up to 1,000
///   issuers are kept with their keys ([`Self::capacity`]); beyond that, the least recently used one is resolved and
///   fetched again when it returns.
/// - An issuer takes one of these places once a signature was verified with its keys. Until then it shares 256 places
///   with others like it, so names that match a pattern displace no tenant. Whoever owns tenants that the rule allows
///   can displace others with tokens of their own.
/// - An issuer that is not allowed is refused without a call for 10 s ([`Self::refused_for`]), as long as it is among
///   the last 4,096 such issuers.
/// - One call for each issuer at a time. At most 64 new issuers are resolved and fetched at the same time
///   ([`Self::concurrent_calls`]), and 1,024 requests wait for that ([`Self::waiting_requests`]); the same numbers
///   apply apart to issuers whose answer is too old. A call takes at most 10 s ([`Self::timeout`]). What exceeds these
///   limits is refused with 503, and so is a request whose rule cannot be evaluated.
///
/// Under the Bearer scheme anyone can cause calls, within these limits. Under the DPoP scheme a call that waits is made
/// only after the proof's signature was verified.
///
/// Clones share the answers: keep one to [`purge`](Self::purge). Needs a Tokio runtime with its timer enabled.
///
/// ```
/// # #[cfg(feature = "http-client")]
/// # mod example {
/// use sender_constraint::ConfigError;
/// use sender_constraint::http_client::HttpClient;
/// use sender_constraint::keys::RemoteKeys;
/// use sender_constraint::token::{Issuer, IssuerPattern, JwtVerifier, TenantIssuers};
///
/// fn tokens(client: impl HttpClient + Clone) -> Result<JwtVerifier, ConfigError> {
///     let pattern = IssuerPattern::new("https://login.example.com/{tenant}")?;
///     let tenants = TenantIssuers::matching(pattern, move |tenant, issuer| {
///         if tenant == "blocked" {
///             return Ok(None);
///         }
///         let keys = RemoteKeys::for_issuer(issuer, client.clone()).lazy()?;
///         Issuer::new(issuer, keys).map(Some)
///     });
///     JwtVerifier::for_tenants(tenants, "https://api.example.com")
/// }
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct TenantIssuers {
    pub(super) resolver: Arc<dyn IssuerResolver>,
    pub(super) limits: Limits,
    pub(super) state: Arc<State>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    capacity: usize,
    pub(super) max_age: Duration,
    pub(super) refused_for: Duration,
    pub(super) timeout: Duration,
    concurrent: usize,
    waiting: usize,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) registry: Registry,
    /// For issuers whose answer is too old, apart from the others: anyone can name new ones.
    pub(super) known: Lane,
    pub(super) new: Lane,
}

impl State {
    fn new(limits: Limits) -> Self {
        Self {
            registry: Registry::new(limits.capacity),
            known: Lane::new(limits.concurrent, limits.waiting),
            new: Lane::new(limits.concurrent, limits.waiting),
        }
    }
}

impl TenantIssuers {
    /// Accepts the issuers that `resolver` allows.
    pub fn new(resolver: impl IssuerResolver) -> Self {
        Self {
            resolver: Arc::new(resolver),
            limits: DEFAULT,
            state: Arc::new(State::new(DEFAULT)),
        }
    }

    /// Accepts the issuers that match `pattern` and that `configure`, which is called with tenant and issuer, does not
    /// answer with `None`. An error of `configure` is answered with 503.
    ///
    /// `configure` decides again whenever an answer is too old; an issuer that stays allowed keeps its first
    /// configuration, and its keys, until it is purged or displaced.
    pub fn matching(
        pattern: IssuerPattern,
        configure: impl Fn(&str, &str) -> Result<Option<Issuer>, ConfigError> + Send + Sync + 'static,
    ) -> Self {
        Self::new(Matching::new(pattern, configure))
    }

    /// Sets how many issuers are kept: 1,000 by default, from 1 to 100,000.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] outside this range.
    pub fn capacity(mut self, issuers: usize) -> Result<Self, ConfigError> {
        let setting = "the number of tenant issuers";
        self.limits.capacity = size_in_range(setting, issuers, 1, MAX_CAPACITY)?;
        Ok(self.renewed())
    }

    /// Sets how long an issuer stays allowed by one answer: 5 minutes by default, from 1 s to 24 hours.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn max_age(mut self, span: Duration) -> Result<Self, ConfigError> {
        let setting = "the time for which a tenant issuer stays allowed";
        self.limits.max_age = in_range(setting, span, Duration::from_secs(1), MAX_AGE)?;
        Ok(self.renewed())
    }

    /// Sets how long an issuer stays refused by one answer: 10 s by default, at most 5 minutes.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] above 5 minutes.
    pub fn refused_for(mut self, span: Duration) -> Result<Self, ConfigError> {
        let setting = "the time for which a tenant issuer stays refused";
        self.limits.refused_for = in_range(setting, span, Duration::ZERO, MAX_REFUSED_FOR)?;
        Ok(self.renewed())
    }

    /// Sets how long a call of the rule may take, and how long a request waits for its turn: 10 s by default, from 1 ms
    /// to 60 s.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] outside this range.
    pub fn timeout(mut self, span: Duration) -> Result<Self, ConfigError> {
        let setting = "the timeout of the issuer resolver";
        self.limits.timeout = in_range(setting, span, Duration::from_millis(1), MAX_TIMEOUT)?;
        Ok(self.renewed())
    }

    /// Sets how many new issuers are resolved and fetched at the same time: 64 by default, from 1 to 4,096.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] outside this range.
    pub fn concurrent_calls(mut self, number: usize) -> Result<Self, ConfigError> {
        let setting = "the number of concurrent calls of the issuer resolver";
        self.limits.concurrent = size_in_range(setting, number, 1, MAX_CALLS)?;
        Ok(self.renewed())
    }

    /// Sets how many requests wait at the same time: 1,024 by default, from 1 to 65,536.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] outside this range.
    pub fn waiting_requests(mut self, number: usize) -> Result<Self, ConfigError> {
        let setting = "the number of requests that wait for the issuer resolver";
        self.limits.waiting = size_in_range(setting, number, 1, MAX_WAITING)?;
        Ok(self.renewed())
    }

    /// Discards the answer about one issuer, its keys, and its cached tokens, at once. The next token of it calls the
    /// rule; to refuse the tenant, change what the rule says first. A request that already waits for its keys is still
    /// accepted; a [`DenyList`](crate::revocation::DenyList) refuses it too.
    pub fn purge(&self, issuer: &str) {
        self.state.registry.purge(issuer);
    }

    /// A clone with other settings must not share what these settings accept.
    fn renewed(mut self) -> Self {
        self.state = Arc::new(State::new(self.limits));
        self
    }
}

const DEFAULT: Limits = Limits {
    capacity: 1000,
    max_age: Duration::from_secs(300),
    refused_for: Duration::from_secs(10),
    timeout: Duration::from_secs(10),
    concurrent: 64,
    waiting: 1024,
};
const MAX_CAPACITY: usize = 100_000;
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);
const MAX_REFUSED_FOR: Duration = Duration::from_secs(300);
const MAX_TIMEOUT: Duration = Duration::from_secs(60);
const MAX_CALLS: usize = 4096;
const MAX_WAITING: usize = 65_536;
