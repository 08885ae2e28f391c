//! What the application says of a protected resource (RFC 9728 section 2).

use super::signature::Signature;
use super::text::Text;
use crate::config_error::{ConfigError, size_in_range};
use crate::jose::Algorithm;
use crate::scope_hierarchy::check_token;
use crate::uri::{PlainHttp, check_url, has_well_known_path};
use crate::url_error::{UrlError, redacted};

/// What clients learn about this API before their first token (RFC 9728): which authorization servers issue tokens for
/// it, and which scopes and proofs it takes.
///
/// [`GuardBuilder::protected_resource`](crate::GuardBuilder::protected_resource) adds what the guard enforces: issuers,
/// algorithms of proofs, and whether tokens must be bound. So what is advertised is what is enforced. Challenges then
/// have `resource_metadata`, and [`Guard::metadata_layer`](crate::Guard::metadata_layer) serves the document:
///
/// ```
/// # use axum::{Router, routing::get};
/// # use sender_constraint::{ConfigError, Guard, GuardBuilder};
/// use sender_constraint::metadata::ProtectedResource;
///
/// # fn example(builder: GuardBuilder) -> Result<Router, Box<dyn std::error::Error>> {
/// let resource = ProtectedResource::new("https://api.example.com")?
///     .scopes(["accounts:read", "accounts:write"])?
///     .name("Accounts");
/// let guard = builder.protected_resource(resource).build()?;
/// let metadata = guard.metadata_layer().ok_or("no protected resource")?;
/// let app = Router::new()
///     .route("/accounts", get(|| async { "data" }))
///     .layer(guard.layer())
///     // Outside of the guard: clients have no token yet.
///     .layer(metadata);
/// # Ok(app)
/// # }
/// ```
///
/// [`GuardBuilder::also_protected_resource`](crate::GuardBuilder::also_protected_resource) describes parts of the API.
#[derive(Clone, Debug)]
#[must_use = "metadata does nothing until it is given to a guard"]
pub struct ProtectedResource {
    pub(super) resource: String,
    pub(super) authorization_servers: Vec<String>,
    pub(super) scopes: Vec<String>,
    pub(super) detail_types: Vec<String>,
    pub(super) jwks_uri: Option<String>,
    pub(super) signing_algorithms: Vec<Algorithm>,
    pub(super) texts: Vec<Text>,
    pub(super) signature: Option<Signature>,
}

impl ProtectedResource {
    /// The resource identifier, as clients name it: `https` (or `http` on loopback), without query and fragment. A
    /// client that found the metadata by a challenge compares it with the URL of its request (RFC 9728 section 3.3):
    /// some do so for the whole URL, others for its beginning. Spell it as URL parsers do, which is what clients
    /// compare: scheme and host in lower case, no default port. A guard that is built with another spelling logs a
    /// warning that has this one.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ProtectedResource`].
    pub fn new(resource: &str) -> Result<Self, ConfigError> {
        check_location(resource)?;
        Ok(Self {
            resource: resource.to_owned(),
            authorization_servers: Vec::new(),
            scopes: Vec::new(),
            detail_types: Vec::new(),
            jwks_uri: None,
            signing_algorithms: Vec::new(),
            texts: Vec::new(),
            signature: None,
        })
    }

    /// `authorization_servers`: some of the issuers whose tokens the guard accepts. By default all of them, if they
    /// are known: a [`TokenVerifier`](crate::token::TokenVerifier) of the application may not tell, and with
    /// [`TenantIssuers`](crate::token::TenantIssuers) none is named, and every name is accepted here.
    pub fn authorization_servers(
        mut self,
        issuers: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.authorization_servers = issuers.into_iter().map(Into::into).collect();
        self
    }

    /// `scopes_supported`: the scopes that clients request for this resource. Anyone can read them.
    /// [`RouteRequirements::scopes`](crate::require::RouteRequirements::scopes) has those that routes require.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ChallengeText`] for a scope that cannot stand in a challenge, and [`ConfigError::Size`] beyond
    /// 256.
    pub fn scopes(
        mut self,
        scopes: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self, ConfigError> {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        size_in_range(
            "ProtectedResource::scopes",
            self.scopes.len(),
            0,
            MAX_SCOPES,
        )?;
        let mut scopes = self.scopes.iter();
        scopes.try_for_each(|scope| check_token("scope", scope))?;
        Ok(self)
    }

    /// `authorization_details_types_supported` (RFC 9396).
    pub fn authorization_details_types(
        mut self,
        types: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.detail_types = types.into_iter().map(Into::into).collect();
        self
    }

    /// `jwks_uri`: where the public keys of this resource are, with which it signs responses. This does not serve them.
    pub fn jwks_uri(mut self, url: impl Into<String>) -> Self {
        self.jwks_uri = Some(url.into());
        self
    }

    /// `resource_signing_alg_values_supported`: with which algorithms this resource signs responses.
    pub fn signing_algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.signing_algorithms = algorithms.into_iter().collect();
        self
    }
}

impl TryFrom<&str> for ProtectedResource {
    type Error = ConfigError;

    /// As [`ProtectedResource::new`].
    fn try_from(resource: &str) -> Result<Self, ConfigError> {
        Self::new(resource)
    }
}

/// RFC 9728 section 1.2; a query is possible there, but discouraged.
fn check_location(resource: &str) -> Result<(), ConfigError> {
    let fault = |reason| ConfigError::ProtectedResource {
        member: "resource",
        value: redacted(resource),
        reason,
    };
    let url = check_url(resource, PlainHttp::Never).map_err(fault)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(fault(UrlError::QueryOrFragment));
    }
    if has_well_known_path(&url) {
        return Err(fault(UrlError::WellKnown));
    }
    Ok(())
}

const MAX_SCOPES: usize = 256;
