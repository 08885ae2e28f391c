//! MCP servers: the authorization of the Model Context Protocol (revision 2026-07-28), for servers over HTTP.
//!
//! This module defines no items. [`Guard::mcp`](crate::Guard::mcp) sets what the specification requires of a server:
//!
//! ```
//! # use axum::Router;
//! # use sender_constraint::keys::StaticKeys;
//! use sender_constraint::metadata::ProtectedResource;
//! use sender_constraint::require::Require;
//! use sender_constraint::{Guard, token::Issuer};
//!
//! # fn example(mcp: Router, keys: StaticKeys) -> Result<Router, Box<dyn std::error::Error>> {
//! let basic = ["files:read"];
//! let resource = ProtectedResource::new("https://mcp.example.com/mcp")?.scopes(basic)?;
//! let issuer = Issuer::new("https://as.example.com", keys)?;
//! let guard = Guard::mcp(resource, issuer)?.build()?;
//! let metadata = guard.metadata_layer().ok_or("no protected resource")?;
//! let app = mcp
//!     .layer(guard.layer().require(Require::scopes(basic)))
//!     // Outside of the guard: clients have no token yet.
//!     .layer(metadata);
//! # Ok(app)
//! # }
//! ```
//!
//! # What the specification requires, and where it is
//!
//! | requirement | where |
//! |---|---|
//! | metadata of the protected resource, with the authorization server (MUST) | [`Guard::metadata_layer`](crate::Guard::metadata_layer), at `/.well-known/oauth-protected-resource/mcp` and `/.well-known/oauth-protected-resource` |
//! | 401 with `resource_metadata` (one of two ways, MUST) and `scope` (SHOULD) | every challenge has the former; the first one has [`ProtectedResource::scopes`](crate::metadata::ProtectedResource::scopes), or what the route requires with [`GuardLayer::scope_in_challenges`](crate::GuardLayer::scope_in_challenges) |
//! | tokens were issued for this server (MUST) | their `aud` is the identifier of the resource |
//! | no tokens in the query (MUST NOT) | refused with 400 |
//! | tokens are not passed on (MUST NOT) | the guard removes them before the service sees the request |
//! | 403 `insufficient_scope` with every scope of the operation, and `resource_metadata` (SHOULD) | [`Require`](crate::require::Require) |
//! | broader scopes include narrower ones (MUST) | [`GuardBuilder::scope_hierarchy`](crate::GuardBuilder::scope_hierarchy) |
//! | `offline_access` in no challenge and no metadata (SHOULD NOT) | refused by [`GuardBuilder::build`](crate::GuardBuilder::build) |
//!
//! # The canonical URI
//!
//! It is the identifier of the resource, and clients request tokens for it (`resource`, RFC 8707). Write it as clients
//! reach the server, with scheme and host in lower case and without a trailing slash. The audience of a token is
//! compared byte for byte, with one allowance for the URL parsers of clients: `https://mcp.example.com` and
//! `https://mcp.example.com/` are one URI (RFC 3986 section 6.2.3). `/mcp` and `/mcp/` are two.
//!
//! An authorization server that ignores `resource`, and sets an audience of its own, issues no tokens for this server.
//! Configure the audience there. Do not accept another audience here: tokens of other services would be valid.
//!
//! # Bearer tokens and DPoP
//!
//! Most MCP clients have bearer tokens that are not bound to a key. `Guard::mcp` accepts them, which is less than the
//! default of this crate: anyone who copies such a token can use it until it expires. Short lifetimes help.
//! [`GuardBuilder::refuse_unbound_tokens`](crate::GuardBuilder::refuse_unbound_tokens) refuses them,
//! [`GuardBuilder::exceptions`](crate::GuardBuilder::exceptions) accepts those of single clients for a time.
//!
//! DPoP is offered in the metadata and in challenges. A token that is bound to a key is accepted with a proof only.
//! Clients run on computers of their users, whose clocks may be wrong: a proof may be 300 s old, and 60 s ahead, unless
//! a [`Dpop`](crate::proof::Dpop) of yours says otherwise. Beyond that a nonce helps: [`Nonces`](crate::proof::Nonces),
//! in a [`Dpop`](crate::proof::Dpop) that is given to [`GuardBuilder::dpop`](crate::GuardBuilder::dpop).
//!
//! `Bearer` is the first challenge here, because clients of MCP read the first one only, and ignore it if it is of
//! another scheme.
//!
//! # Tools that require scopes
//!
//! What every call requires is a layer, as above. What a tool requires depends on the body, and clients request scopes
//! by the response to HTTP, not by a result of JSON-RPC: 403 with `insufficient_scope`. The example `mcp_server` does
//! both with `rmcp`:
//!
//! ```sh
//! cargo run --features mcp --example mcp_server
//! ```
//!
//! * `rmcp` hands the head of the HTTP request to a tool (`Extension<http::request::Parts>`), and with it
//!   [`Access`](crate::Access). The tool calls [`Access::require`](crate::Access::require) with all scopes of the
//!   operation.
//! * The tool leaves the [`InsufficientAccess`](crate::require::InsufficientAccess) in the extensions of the request,
//!   and a layer around the service answers with it. Nothing reads the body twice, and the tool itself decides.
//! * The HTTP status must still be open: configure `rmcp` without sessions (`with_legacy_session_mode(false)`) and with
//!   JSON responses (`with_json_response(true)`). If a tool sends a notification before it requires a scope, the
//!   response has begun as a stream of events, and the client sees an error of JSON-RPC only.
//! * Sessions are no credentials: the guard checks every request, but a session identifier is not bound to the token.
//!   Without sessions, which the revision 2026-07-28 has removed, this question does not arise.
//!
//! [`Access::satisfies`](crate::Access::satisfies) tells which tools a client may call, for a list of tools that
//! differs by client.
//!
//! # Clients in browsers
//!
//! Put a CORS layer outside of the guard, as in [`guide::browsers`](crate::guide::browsers). The document of the
//! metadata needs none.
