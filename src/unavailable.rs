//! An unavailable dependency: one type for issuers, their keys and stores, and one response (503).

use std::fmt;
use std::time::Duration;

/// A dependency that the check needs is unavailable.
///
/// The request is refused with 503: it may be valid, and accepting it would make every outage a way to bypass the
/// check.
///
/// ```
/// use sender_constraint::Unavailable;
/// use std::time::Duration;
///
/// let error = Unavailable::replay_store("connection refused").with_retry_after(Duration::from_secs(2));
/// assert_eq!(error.to_string(), "the replay store is unavailable: connection refused");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unavailable {
    dependency: Dependency,
    /// The name of the dependency, if there are several of its kind.
    name: Option<String>,
    reason: String,
    retry_after: Option<Duration>,
}

/// The dependency that is unavailable.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, strum::IntoStaticStr)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "unavailable_")]
pub enum Dependency {
    /// The credentials of this server at an authorization server: they cannot be used, or no longer.
    ClientAuthentication,
    /// The registrations of clients.
    ClientRegistry,
    /// The introspection endpoint of an issuer.
    Introspection,
    /// The keys of an issuer.
    IssuerKeys,
    /// What an [`IssuerResolver`](crate::token::IssuerResolver) asks.
    IssuerResolver,
    /// The store of used proofs.
    ReplayStore,
    /// What a [`Revocation`](crate::revocation::Revocation) needs to know whether a token is denied.
    Revocation,
    /// A server that the guard's [`TokenVerifier`](crate::token::TokenVerifier) calls.
    TokenVerifier,
}

impl Unavailable {
    /// This server cannot authenticate to an authorization server, with a reason for the log.
    #[must_use]
    pub fn client_authentication(reason: impl Into<String>) -> Self {
        Self::new(Dependency::ClientAuthentication, reason)
    }

    /// The registrations of clients are unavailable, with a reason for the log.
    #[must_use]
    pub fn client_registry(reason: impl Into<String>) -> Self {
        Self::new(Dependency::ClientRegistry, reason)
    }

    /// The introspection endpoint of an issuer is unavailable, with a reason for the log.
    #[must_use]
    pub fn introspection(reason: impl Into<String>) -> Self {
        Self::new(Dependency::Introspection, reason)
    }

    /// The keys of an issuer are unavailable, with a reason for the log.
    #[must_use]
    pub fn issuer_keys(reason: impl Into<String>) -> Self {
        Self::new(Dependency::IssuerKeys, reason)
    }

    /// What an issuer resolver asks, with a reason for the log.
    #[must_use]
    pub fn issuer_resolver(reason: impl Into<String>) -> Self {
        Self::new(Dependency::IssuerResolver, reason)
    }

    /// The replay store is unavailable, with a reason for the log.
    #[must_use]
    pub fn replay_store(reason: impl Into<String>) -> Self {
        Self::new(Dependency::ReplayStore, reason)
    }

    /// Whether a token is denied is unknown, with a reason for the log.
    #[must_use]
    pub fn revocation(reason: impl Into<String>) -> Self {
        Self::new(Dependency::Revocation, reason)
    }

    /// What a token verifier asks, with a reason for the log.
    #[must_use]
    pub fn token_verifier(reason: impl Into<String>) -> Self {
        Self::new(Dependency::TokenVerifier, reason)
    }

    fn new(dependency: Dependency, reason: impl Into<String>) -> Self {
        Self {
            dependency,
            name: None,
            reason: reason.into(),
            retry_after: None,
        }
    }

    /// Sets the time after which the dependency may be available; the client receives it in `Retry-After`.
    #[must_use]
    pub fn with_retry_after(self, wait: Duration) -> Self {
        Self {
            retry_after: Some(wait),
            ..self
        }
    }

    /// Sets the name of the dependency, for the log.
    pub(crate) fn named(self, name: &str) -> Self {
        Self {
            name: Some(name.to_owned()),
            ..self
        }
    }

    /// The dependency that is unavailable.
    #[must_use]
    pub const fn dependency(&self) -> Dependency {
        self.dependency
    }

    /// The time until a retry may succeed, if it is known.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The reason, without the dependency.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, reason, .. } = self;
        match (self.dependency, name) {
            (Dependency::ClientAuthentication, _) => {
                write!(
                    formatter,
                    "this server cannot authenticate to the authorization server: {reason}"
                )
            }
            (Dependency::ClientRegistry, _) => {
                write!(formatter, "the client registry is unavailable: {reason}")
            }
            (Dependency::Introspection, Some(issuer)) => {
                write!(
                    formatter,
                    "introspection at issuer {issuer:?} is unavailable: {reason}"
                )
            }
            (Dependency::Introspection, None) => {
                write!(formatter, "introspection is unavailable: {reason}")
            }
            (Dependency::IssuerKeys, Some(issuer)) => {
                write!(
                    formatter,
                    "the keys of issuer {issuer:?} are unavailable: {reason}"
                )
            }
            (Dependency::IssuerKeys, None) => {
                write!(
                    formatter,
                    "the keys of the issuer are unavailable: {reason}"
                )
            }
            (Dependency::IssuerResolver, _) => {
                write!(formatter, "the issuer resolver is unavailable: {reason}")
            }
            (Dependency::ReplayStore, _) => {
                write!(formatter, "the replay store is unavailable: {reason}")
            }
            (Dependency::Revocation, _) => {
                write!(formatter, "the revocation status is unavailable: {reason}")
            }
            (Dependency::TokenVerifier, _) => {
                write!(formatter, "the token verifier is unavailable: {reason}")
            }
        }
    }
}

impl std::error::Error for Unavailable {}
