//! The metadata of a protected resource (RFC 9728): where it is, and what it says.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::config_error::{ConfigError, size_in_range};
use crate::scope_hierarchy::check_token;
use crate::uri::{PlainHttp, check_url};
use crate::url_error::{UrlError, redacted};

/// What clients learn about this API before their first token (RFC 9728): which authorization servers issue tokens for it,
/// and which scopes and proofs it takes.
///
/// [`GuardBuilder::protected_resource`](crate::GuardBuilder::protected_resource) adds what the guard enforces: issuers,
/// algorithms of proofs, and whether tokens must be bound. So what is advertised is what is enforced. Challenges then have
/// `resource_metadata`, and [`Guard::metadata_layer`](crate::Guard::metadata_layer) serves the document:
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
/// It has no `signed_metadata`, `jwks_uri` and language variants.
#[derive(Clone, Debug)]
#[must_use = "metadata does nothing until it is given to a guard"]
pub struct ProtectedResource {
    resource: String,
    authorization_servers: Vec<String>,
    scopes: Vec<String>,
    detail_types: Vec<String>,
    name: Option<String>,
    documentation: Option<String>,
    policy_uri: Option<String>,
    tos_uri: Option<String>,
}

/// What a guard enforces.
pub(crate) struct Enforced<'a> {
    /// Empty if they are not known.
    pub(crate) issuers: Vec<String>,
    /// Separated by spaces, if proofs are accepted.
    pub(crate) proof_algs: Option<&'a str>,
    pub(crate) requires_dpop: bool,
    pub(crate) accepts_certificates: bool,
}

impl ProtectedResource {
    /// The resource identifier, as clients name it: `https` (or `http` on loopback), without query and fragment. A client
    /// that found the metadata by a challenge compares it with the URL of its request (RFC 9728 section 3.3): some do so
    /// for the whole URL, others for its beginning.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Url`].
    pub fn new(resource: &str) -> Result<Self, ConfigError> {
        check_location(resource)?;
        Ok(Self {
            resource: resource.to_owned(),
            authorization_servers: Vec::new(),
            scopes: Vec::new(),
            detail_types: Vec::new(),
            name: None,
            documentation: None,
            policy_uri: None,
            tos_uri: None,
        })
    }

    /// `authorization_servers`: some of the issuers whose tokens the guard accepts. By default all of those that it knows; a
    /// [`TokenVerifier`](crate::token::TokenVerifier) of the application may not tell.
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
    /// [`ConfigError::ChallengeText`] for a scope that cannot stand in a challenge, and [`ConfigError::Size`] beyond 256.
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

    /// `resource_name`: for people.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// `resource_documentation`: a page for developers.
    pub fn documentation(mut self, url: impl Into<String>) -> Self {
        self.documentation = Some(url.into());
        self
    }

    /// `resource_policy_uri`: a page on how clients may use the data.
    pub fn policy_uri(mut self, url: impl Into<String>) -> Self {
        self.policy_uri = Some(url.into());
        self
    }

    /// `resource_tos_uri`: the terms of service.
    pub fn tos_uri(mut self, url: impl Into<String>) -> Self {
        self.tos_uri = Some(url.into());
        self
    }

    /// The URL of the document (RFC 9728 section 3.1): the well-known path stands between host and path.
    #[must_use]
    pub fn metadata_url(&self) -> String {
        let (origin, _) = self.split();
        format!("{origin}{}", self.metadata_path())
    }

    pub(crate) fn metadata_path(&self) -> String {
        let (_, path) = self.split();
        let path = if path == "/" { "" } else { path };
        format!("{WELL_KNOWN}{path}")
    }

    /// As it was configured.
    pub(crate) fn identifier(&self) -> &str {
        &self.resource
    }

    pub(crate) fn origin(&self) -> &str {
        self.split().0
    }

    pub(crate) fn supported_scopes(&self) -> &[String] {
        &self.scopes
    }

    /// What URL parsers of clients make of the identifier (RFC 3986 section 6.2): scheme and host in lower case, no default port,
    /// and an empty path as `/`.
    pub(crate) fn other_spellings(&self) -> BTreeSet<String> {
        let Ok(url) = check_url(&self.resource, PlainHttp::Refused) else {
            return BTreeSet::new();
        };
        let mut spellings = BTreeSet::from([url.to_string()]);
        if url.path() == "/" {
            spellings.insert(url.origin().ascii_serialization());
        }
        spellings.remove(&self.resource);
        spellings
    }

    fn split(&self) -> (&str, &str) {
        let authority = self.resource.find("://").map_or(0, |at| at + 3);
        let rest = self.resource.get(authority..).unwrap_or_default();
        let end = rest
            .find('/')
            .map_or(self.resource.len(), |at| authority + at);
        self.resource
            .split_at_checked(end)
            .unwrap_or((&self.resource, ""))
    }

    /// The document. Members without a value are absent (RFC 9728 section 3.2).
    pub(crate) fn document(&self, enforced: Enforced<'_>) -> Result<String, ConfigError> {
        for page in [&self.documentation, &self.policy_uri, &self.tos_uri] {
            page.as_deref().map_or(Ok(()), check_page)?;
        }
        let Enforced { issuers, .. } = &enforced;
        let mut named = self.authorization_servers.iter();
        if let Some(other) = named.find(|name| !issuers.is_empty() && !issuers.contains(name)) {
            return Err(ConfigError::AuthorizationServer(other.clone()));
        }
        let document = Document {
            resource: &self.resource,
            authorization_servers: if self.authorization_servers.is_empty() {
                &enforced.issuers
            } else {
                &self.authorization_servers
            },
            scopes_supported: &self.scopes,
            bearer_methods_supported: ["header"],
            authorization_details_types_supported: &self.detail_types,
            resource_name: self.name.as_deref(),
            resource_documentation: self.documentation.as_deref(),
            resource_policy_uri: self.policy_uri.as_deref(),
            resource_tos_uri: self.tos_uri.as_deref(),
            tls_client_certificate_bound_access_tokens: enforced.accepts_certificates,
            dpop_signing_alg_values_supported: enforced
                .proof_algs
                .map(|algs| algs.split(' ').collect())
                .unwrap_or_default(),
            dpop_bound_access_tokens_required: enforced.requires_dpop,
        };
        // A document of texts always serializes.
        Ok(serde_json::to_string(&document).unwrap_or_default())
    }
}

impl TryFrom<&str> for ProtectedResource {
    type Error = ConfigError;

    /// As [`ProtectedResource::new`].
    fn try_from(resource: &str) -> Result<Self, ConfigError> {
        Self::new(resource)
    }
}

/// RFC 9728 section 2.
#[derive(Serialize)]
struct Document<'a> {
    resource: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    authorization_servers: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    scopes_supported: &'a [String],
    bearer_methods_supported: [&'a str; 1],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    authorization_details_types_supported: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_documentation: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_policy_uri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_tos_uri: Option<&'a str>,
    tls_client_certificate_bound_access_tokens: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dpop_signing_alg_values_supported: Vec<&'a str>,
    dpop_bound_access_tokens_required: bool,
}

/// RFC 9728 section 1.2; a query is possible there, but discouraged.
fn check_location(resource: &str) -> Result<(), ConfigError> {
    let fault = |reason| ConfigError::Url {
        value: redacted(resource),
        reason,
    };
    let url = check_url(resource, PlainHttp::Refused).map_err(fault)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(fault(UrlError::QueryOrFragment));
    }
    Ok(())
}

fn check_page(url: &str) -> Result<(), ConfigError> {
    let checked = check_url(url, PlainHttp::Refused);
    checked.map(drop).map_err(|reason| ConfigError::Url {
        value: redacted(url),
        reason,
    })
}

/// RFC 9728 section 3; also where clients look that do not insert the path.
pub(crate) const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";
const MAX_SCOPES: usize = 256;
