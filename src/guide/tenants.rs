//! Multi-tenancy: one service, and an authorization server or realm for each tenant.
//!
//! This module defines no items. [`TenantIssuers`] has the limits, [`IssuerResolver`] and [`IssuerPattern`] the two
//! ways to say which issuers are accepted.
//!
//! ```
//! # #[cfg(feature = "http-client")]
//! # mod example {
//! use sender_constraint::ConfigError;
//! use sender_constraint::http_client::HttpClient;
//! use sender_constraint::keys::RemoteKeys;
//! use sender_constraint::token::{Dialect, Issuer, IssuerPattern, JwtVerifier, TenantIssuers};
//!
//! fn tokens(client: impl HttpClient + Clone) -> Result<JwtVerifier, ConfigError> {
//!     let realms = IssuerPattern::new("https://login.example.com/realms/{tenant}")?;
//!     let tenants = TenantIssuers::matching(realms, move |tenant, issuer| {
//!         let keys = RemoteKeys::for_issuer(issuer, client.clone()).lazy()?;
//!         let audience = format!("https://{tenant}.api.example.com");
//!         let issuer = Issuer::new(issuer, keys)?.dialect(Dialect::keycloak());
//!         issuer.audience(&audience).map(Some)
//!     });
//!     JwtVerifier::for_tenants(tenants, "https://api.example.com")
//! }
//! # }
//! ```
//!
//! # Which issuers
//!
//! * **A known set**, in a database or a file: implement [`IssuerResolver`], and compare the issuer byte for byte with
//!   what is stored. This is the safer way: a tenant that did not sign up is refused before anything is fetched.
//! * **All tenants of a server that you operate:** an [`IssuerPattern`].
//! * **All tenants of a provider where anyone can sign up:** a pattern accepts the tokens of all its customers, whose
//!   administrators choose users, clients and most claims. Let the rule look up which of them are yours.
//! * **Few issuers, known at start:** [`JwtVerifier::add_issuer`] needs no rule, and no call.
//!
//! # What to pin for each tenant
//!
//! * **The issuer**, with its keys. Each tenant needs keys of its own: where several issuers of a provider publish the
//!   same key set, a signature does not tell them apart, and `iss` alone does. That is safe only if the provider writes
//!   `iss` itself.
//! * **The audience.** [`Issuer::audience`] replaces those of the verifier, so that a token for the API of one tenant
//!   is refused at the API of another.
//! * **Algorithms and dialect**, as for any issuer.
//!
//! # From the issuer to the tenant
//!
//! [`Access::issuer`] is the only claim that says who issued a token. Map it to the tenant, and take neither a header
//! nor a path nor another claim for it: a claim such as `tid` is what the issuer says of itself, and a valid token of
//! tenant A may name B in it.
//!
//! ```
//! use sender_constraint::Access;
//! use sender_constraint::token::IssuerPattern;
//!
//! /// The tenant of the caller; compare it with the one of the resource, before anything is read.
//! fn tenant_of<'a>(realms: &IssuerPattern, access: &'a Access) -> Option<&'a str> {
//!     realms.tenant(access.issuer())
//! }
//! # drop(tenant_of);
//! ```
//!
//! `sub` and `client_id` are unique within one issuer only: store them with the issuer.
//!
//! # Taking a tenant back
//!
//! The rule is called again when its answer is too old ([`TenantIssuers::max_age`], 5 minutes by default); from then on
//! its tokens are refused, cached ones included. [`TenantIssuers::purge`] makes that immediate, after the rule's data
//! changed.
//!
//! # What an attacker can do
//!
//! Anyone can send tokens with any `iss`. Names that are no issuer identifiers never reach the rule. Others cause calls
//! of the rule, and with a pattern fetches from its server, within the limits of [`TenantIssuers`]; tenants whose
//! tokens were verified before are not affected. New ones may receive 503 meanwhile. A rule that answers from memory is
//! not affected either.
//!
//! [`Access::issuer`]: crate::Access::issuer
//! [`Issuer::audience`]: crate::token::Issuer::audience
//! [`IssuerPattern`]: crate::token::IssuerPattern
//! [`IssuerResolver`]: crate::token::IssuerResolver
//! [`JwtVerifier::add_issuer`]: crate::token::JwtVerifier::add_issuer
//! [`TenantIssuers`]: crate::token::TenantIssuers
//! [`TenantIssuers::max_age`]: crate::token::TenantIssuers::max_age
//! [`TenantIssuers::purge`]: crate::token::TenantIssuers::purge
