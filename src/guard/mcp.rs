//! The guard of an MCP server: what the authorization of the Model Context Protocol (revision 2026-07-28) requires of
//! one.

use super::builder::GuardBuilder;
use super::check::Guard;
use super::policy::Policy;
use crate::config_error::ConfigError;
use crate::metadata::ProtectedResource;
use crate::token::{Issuer, JwtVerifier};

impl Guard {
    /// A guard for a server of the Model Context Protocol (MCP) over HTTP, by its authorization specification of
    /// 2026-07-28.
    ///
    /// `resource` is the canonical URI of the server, such as `https://mcp.example.com/mcp`, or a [`ProtectedResource`]
    /// with its scopes and texts. Tokens of `issuer` are accepted only if their audience is this URI, or its spelling
    /// by URL parsers (scheme and host in lower case, no default port, `/` for an empty path).
    ///
    /// **Plain bearer tokens are accepted**, unlike by [`Guard::builder`], because most MCP clients have no others:
    /// anyone who copies such a token can use it. [`GuardBuilder::refuse_unbound_tokens`] refuses them. Clients that
    /// can are offered DPoP, and a bound token is never accepted as a bearer token.
    ///
    /// [`guide::mcp`](crate::guide::mcp) lists what the specification requires, and how tools require scopes.
    ///
    /// ```
    /// # use axum::{Router, routing::post};
    /// # use sender_constraint::keys::StaticKeys;
    /// use sender_constraint::{Guard, metadata::ProtectedResource, require::Require, token::Issuer};
    ///
    /// # fn example(keys: StaticKeys) -> Result<Router, Box<dyn std::error::Error>> {
    /// let issuer = Issuer::new("https://as.example.com", keys)?;
    /// let resource = ProtectedResource::new("https://mcp.example.com/mcp")?.scopes(["files:read"])?;
    /// let guard = Guard::mcp(resource, issuer)?.build()?;
    /// let metadata = guard.metadata_layer().ok_or("no protected resource")?;
    /// let app = Router::new()
    ///     .route("/mcp", post(|| async { "the MCP service" }))
    ///     .layer(guard.layer().require(Require::scopes(["files:read"])))
    ///     .layer(metadata);
    /// # Ok(app)
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigError::ProtectedResource`] for a URI that is not `https` (or `http` on loopback), or has a query or a
    /// fragment, and [`ConfigError::IssuerAudience`] for an issuer with [`Issuer::audience`]. Further errors come from
    /// [`GuardBuilder::build`].
    pub fn mcp<R>(resource: R, issuer: Issuer) -> Result<GuardBuilder, ConfigError>
    where
        R: TryInto<ProtectedResource>,
        ConfigError: From<R::Error>,
    {
        let resource = resource.try_into()?;
        if issuer.has_audiences() {
            return Err(ConfigError::IssuerAudience(issuer.name().to_owned()));
        }
        let mut tokens = JwtVerifier::for_issuer(issuer, resource.identifier())?;
        for spelling in resource.other_spellings() {
            tokens = tokens.add_audience(&spelling)?;
        }
        Ok(Self::builder(tokens).mcp(resource))
    }
}

impl GuardBuilder {
    /// The settings of [`Guard::mcp`], for tokens that another verifier accepts, such as
    /// [`Introspection`](crate::token): its audience must be the identifier of `resource`, which this does not check.
    ///
    /// Accepts plain bearer tokens, as [`GuardBuilder::allow_unbound_tokens`] does, and DPoP at the origin of the
    /// resource, with proofs that are up to 300 s old or 60 s ahead, unless [`GuardBuilder::dpop`] is called, before or
    /// after. Refuses plain bearer tokens after [`Guard::fapi2`], and where [`GuardBuilder::refuse_unbound_tokens`] is
    /// called, before or after. Refuses tokens in the query. Describes the resource
    /// ([`GuardBuilder::protected_resource`]). The first challenge names the scopes of the resource, `Bearer` before
    /// `DPoP`.
    ///
    /// ```
    /// use sender_constraint::metadata::ProtectedResource;
    /// use sender_constraint::token::TokenVerifier;
    /// use sender_constraint::{ConfigError, Guard};
    ///
    /// fn guard<T: TokenVerifier>(tokens: T) -> Result<Guard, ConfigError> {
    ///     let resource = ProtectedResource::new("https://mcp.example.com/mcp")?.scopes(["files:read"])?;
    ///     Guard::builder(tokens).mcp(resource).build()
    /// }
    /// # drop(guard::<sender_constraint::token::JwtVerifier>);
    /// ```
    pub fn mcp(mut self, resource: ProtectedResource) -> Self {
        self.default_origin = Some(resource.origin().to_owned());
        self.policy.options.names_supported_scopes = true;
        self.texts.bearer_first = true;
        let options = &mut self.policy.options;
        options.allow_unbound_tokens |= !options.is_fapi2 && !options.refuse_unbound_tokens;
        self.refuse_query_tokens().protected_resource(resource)
    }

    /// Refuses unbound tokens (401), as without [`GuardBuilder::allow_unbound_tokens`] and
    /// [`GuardBuilder::allow_and_report_unbound_tokens`], which it takes back: every token must be bound to a key or to
    /// a certificate. A later [`GuardBuilder::mcp`] does not accept them again; a later
    /// [`GuardBuilder::allow_unbound_tokens`] does. The clients in [`GuardBuilder::exceptions`] are still accepted.
    ///
    /// ```
    /// use sender_constraint::token::Issuer;
    /// use sender_constraint::{ConfigError, Guard};
    ///
    /// fn guard(issuer: Issuer) -> Result<Guard, ConfigError> {
    ///     Guard::mcp("https://mcp.example.com/mcp", issuer)?
    ///         .refuse_unbound_tokens()
    ///         .build()
    /// }
    /// # drop(guard);
    /// ```
    pub const fn refuse_unbound_tokens(mut self) -> Self {
        self.policy.options.allow_unbound_tokens = false;
        self.policy.options.report_unbound_tokens = false;
        self.policy.options.refuse_unbound_tokens = true;
        self
    }
}

impl Policy {
    pub(super) fn resource_scope(&self) -> Result<Option<String>, ConfigError> {
        let resource = self.resource.as_ref();
        resource.map_or(Ok(None), |resource| self.scopes_at_first(resource))
    }

    /// The scopes that the first challenge names.
    pub(super) fn scopes_at_first(
        &self,
        resource: &ProtectedResource,
    ) -> Result<Option<String>, ConfigError> {
        if !self.options.names_supported_scopes {
            return Ok(None);
        }
        let scopes = resource.supported_scopes();
        if scopes.iter().any(|scope| scope == OFFLINE_ACCESS) {
            return Err(ConfigError::OfflineAccess);
        }
        Ok((!scopes.is_empty()).then(|| scopes.join(" ")))
    }
}

/// A scope that requests a refresh token (OpenID Connect Core section 11): of the authorization server, not of a
/// resource.
const OFFLINE_ACCESS: &str = "offline_access";
