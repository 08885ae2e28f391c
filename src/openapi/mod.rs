//! Security schemes and security requirements of an OpenAPI 3.1 document, from what a guard and its requirements
//! enforce.
//!
//! The values that refuse requests are the source, so the document cannot differ from them: [`GuardLayer::openapi`]
//! reads the guard's settings, and its [`RouteRequirements`](crate::require::RouteRequirements). [`Security::document`]
//! completes the document of any tool that serializes it, such as `utoipa` or `aide`, and fails if an operation has no
//! requirement:
//!
//! ```
//! # fn example(guard: sender_constraint::Guard) -> Result<(), Box<dyn std::error::Error>> {
//! use sender_constraint::require::{Require, RouteRequirements};
//! use serde_json::json;
//!
//! let requirements = RouteRequirements::default()
//!     .route("/accounts/{id}", Require::scopes(["accounts:read"]))?;
//! let layer = guard.layer().requirements(requirements);
//!
//! // With utoipa: `ApiDoc::openapi()`.
//! let api = json!({
//!     "openapi": "3.1.0",
//!     "info": {"title": "Accounts", "version": "1"},
//!     "paths": {
//!         "/accounts/{id}": {"get": {"responses": {"200": {"description": "the account"}}}},
//!         "/health": {"get": {"security": [], "responses": {"200": {"description": "outside of the guard"}}}},
//!     },
//! });
//! let completed = layer.openapi().document(&api)?;
//! // components.securitySchemes.dpop: {"type": "http", "scheme": "dpop", ..}
//! // paths./accounts/{id}.get.security: [{"dpop": ["accounts:read"]}]
//! # drop(completed);
//! # Ok(())
//! # }
//! ```
//!
//! The example `openapi` serves such a document, made with `utoipa`.
//!
//! # Security schemes
//!
//! | name | scheme | when |
//! |---|---|---|
//! | `dpop` | `http`, `dpop` (IANA: DPoP) | the guard accepts DPoP proofs (RFC 9449) |
//! | `bearer` and `mutual_tls` in one requirement | `http`, `bearer`, and `mutualTLS` | the guard accepts client certificates (RFC 8705) |
//! | `bearer` | `http`, `bearer` | the guard accepts unbound tokens of every client |
//! | `openid_connect`, besides the others | `openIdConnect` | only with [`Security::open_id_connect`] |
//!
//! Exceptions for single clients ([`GuardBuilder::exceptions`](crate::GuardBuilder::exceptions)) are not in the
//! document. Scopes are the values of `security`, which OpenAPI 3.1 allows for every scheme. It has no place for the
//! other needs of a [`Require`](crate::require::Require), such as `acr` and `max_age`: clients learn these by a
//! challenge (RFC 9470).
//!
//! It describes no `oauth2` flows: a guard does not know the endpoints of its issuers.
//!
//! [`GuardLayer::openapi`]: crate::GuardLayer::openapi

mod alternatives;
mod document;
mod error;
mod security;
mod undeclared;

pub use error::{OpenApiError, UndeclaredOperation};
pub use security::Security;
