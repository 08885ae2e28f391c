//! The verifier of JWT access tokens: its issuers, audiences and settings.

use std::time::Duration;

use super::cache::TokenCache;
use super::issuer::Issuer;
use super::tenants::TenantIssuers;
use crate::config_error::{ConfigError, in_range};
use crate::jose::{Algorithm, AlgorithmList};
use crate::keys::KeySource;
use crate::token::audience::checked_audience;

/// Verifies JWT access tokens of one or more issuers, or of those that a rule allows at run time
/// ([`TenantIssuers`]).
///
/// Checks `typ` or the marker of the issuer's [`Dialect`](crate::token::Dialect), the issuer, the algorithm against the
/// issuer's list, the signature with a current key of that issuer, `exp`, `nbf`, `iat`, `aud`, and the presence of the
/// claims that RFC 9068, or the dialect, requires.
///
/// This does not check scopes. A token is valid until it expires or its key is withdrawn;
/// [`GuardBuilder::deny_list`](crate::GuardBuilder::deny_list) denies tokens before. Encrypted tokens are refused.
///
/// ```
/// use std::time::Duration;
///
/// use sender_constraint::ConfigError;
/// use sender_constraint::keys::StaticKeys;
/// use sender_constraint::token::{Issuer, JwtVerifier};
///
/// fn tokens(keys: StaticKeys, partner: StaticKeys) -> Result<JwtVerifier, ConfigError> {
///     JwtVerifier::new("https://as.example.com", "https://api.example.com", keys)?
///         .add_issuer(Issuer::new("https://partner.example.com", partner)?)?
///         .leeway(Duration::from_secs(10))
/// }
/// # drop(tokens);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct JwtVerifier {
    pub(super) issuers: Vec<Issuer>,
    pub(super) tenants: Option<TenantIssuers>,
    pub(super) audiences: Vec<String>,
    pub(super) leeway: Duration,
    pub(super) cache: TokenCache,
}

impl JwtVerifier {
    /// Accepts tokens of `issuer` for `audience`, verified with `keys`.
    ///
    /// # Errors
    ///
    /// Those of [`Issuer::new`], and [`ConfigError::Audience`] for an audience that is empty, or begins or ends with a
    /// space.
    pub fn new(issuer: &str, audience: &str, keys: impl KeySource) -> Result<Self, ConfigError> {
        Self::for_issuer(Issuer::new(issuer, keys)?, audience)
    }

    /// Accepts tokens of an issuer with its own rules.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Audience`] for an audience that is empty, or begins or ends with a space.
    pub fn for_issuer(issuer: Issuer, audience: &str) -> Result<Self, ConfigError> {
        Self::of(vec![issuer], None).add_audience(audience)
    }

    /// Accepts tokens of issuers that are known only at run time.
    ///
    /// [`Access::issuer`](crate::Access::issuer) says which one issued a token: map it to the tenant, byte for byte,
    /// and see [`guide::tenants`](crate::guide::tenants).
    ///
    /// # Errors
    ///
    /// [`ConfigError::Audience`] for an audience that is empty, or begins or ends with a space;
    /// [`ConfigError::UnsupportedAlgorithm`] in a build without a crypto backend.
    pub fn for_tenants(tenants: TenantIssuers, audience: &str) -> Result<Self, ConfigError> {
        // Otherwise each issuer would fail at its first token.
        AlgorithmList::new("token", Algorithm::TOKEN_DEFAULT)?;
        Self::of(Vec::new(), Some(tenants)).add_audience(audience)
    }

    fn of(issuers: Vec<Issuer>, tenants: Option<TenantIssuers>) -> Self {
        Self {
            issuers,
            tenants,
            audiences: Vec::new(),
            leeway: DEFAULT_LEEWAY,
            cache: TokenCache::default(),
        }
    }

    /// Accepts tokens of issuers that are known only at run time as well. A configured issuer takes precedence: the
    /// rule is not called for it.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Repeated`] if the verifier has such issuers already.
    pub fn add_tenants(mut self, tenants: TenantIssuers) -> Result<Self, ConfigError> {
        if self.tenants.replace(tenants).is_some() {
            return Err(ConfigError::Repeated("add_tenants"));
        }
        self.cache = TokenCache::default();
        Ok(self)
    }

    /// Accepts tokens of another issuer as well, under its own keys and rules only.
    ///
    /// # Errors
    ///
    /// [`ConfigError::DuplicateIssuer`] if the issuer is already configured.
    pub fn add_issuer(mut self, issuer: Issuer) -> Result<Self, ConfigError> {
        if self.issuers.iter().any(|known| known.name == issuer.name) {
            return Err(ConfigError::DuplicateIssuer(issuer.name));
        }
        self.issuers.push(issuer);
        // A clone with other rules must not share what these rules accept.
        self.cache = TokenCache::default();
        Ok(self)
    }

    /// Accepts another audience as well.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Audience`] if it is empty, begins or ends with a space, or is a list.
    pub fn add_audience(mut self, audience: &str) -> Result<Self, ConfigError> {
        self.audiences.push(checked_audience(audience)?);
        self.cache = TokenCache::default();
        Ok(self)
    }

    /// Sets how far clocks may differ for `exp` and `nbf`: 30 s by default, at most 300 s.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] above 300 s.
    pub fn leeway(mut self, leeway: Duration) -> Result<Self, ConfigError> {
        self.leeway = in_range(
            "the leeway for access tokens",
            leeway,
            Duration::ZERO,
            MAX_LEEWAY,
        )?;
        // Cached tokens were checked with the previous leeway.
        self.cache = TokenCache::default();
        Ok(self)
    }

    /// Discards all cached tokens: each is verified again at its next use. Clones share the cache.
    ///
    /// For an emergency in which earlier results must not be trusted, such as an algorithm or a key source that turned
    /// out to be weak. To reject tokens, use a [`DenyList`](crate::revocation::DenyList); to discard the keys of an
    /// issuer, `RemoteKeys::purge`, after which cached tokens of withdrawn keys are refused without this call.
    pub fn purge(&self) {
        self.cache.clear();
    }

    /// Whether issuers that are known only at run time are accepted.
    #[cfg(feature = "http-client")]
    pub(in crate::token) const fn has_tenants(&self) -> bool {
        self.tenants.is_some()
    }

    /// The identifiers of the issuers.
    pub(in crate::token) fn issuers(&self) -> impl Iterator<Item = &str> {
        self.issuers.iter().map(|issuer| issuer.name.as_str())
    }
}

const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);
const MAX_LEEWAY: Duration = Duration::from_secs(300);
