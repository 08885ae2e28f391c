//! Profiles: the FAPI 2.0 Security Profile in one call, what it leaves to you, and where HAIP differs.
//!
//! This module defines no items. [`Guard::fapi2`] takes the place of [`Guard::builder`]:
//!
//! ```
//! use axum::{Router, routing::get};
//! use sender_constraint::proof::Dpop;
//! use sender_constraint::require::Require;
//! use sender_constraint::revocation::DenyList;
//! use sender_constraint::token::JwtVerifier;
//! use sender_constraint::{ConfigError, Guard};
//!
//! fn app(tokens: JwtVerifier, denied: DenyList) -> Result<Router, ConfigError> {
//!     let guard = Guard::fapi2(tokens)
//!         .dpop(Dpop::new("https://api.example.com")?)
//!         .deny_list(denied)
//!         .build()?;
//!     let accounts = get(async || "data").route_layer(Require::scopes(["accounts"]));
//!     Ok(Router::new().route("/accounts", accounts).layer(guard.layer()))
//! }
//! # drop(app);
//! ```
//!
//! # What the profile decides
//!
//! | setting | by [`Guard::builder`] | by [`Guard::fapi2`] |
//! |---|---|---|
//! | token in the query | ignored | refused: 400 |
//! | unbound tokens, exceptions for clients, rollovers, anonymous requests, early data | by a setting | a [`ConfigError::Profile`] |
//! | [`GuardBuilder::mcp`](crate::GuardBuilder::mcp) | accepts plain bearer tokens | refuses them |
//! | algorithms of proofs | ES256, ES384, EdDSA, Ed25519, PS256 | ES256, EdDSA, Ed25519, PS256 |
//! | algorithms of tokens | those, and RS256 | the same four: others are refused with `token_algorithm_not_in_profile` |
//! | [`Dpop::algorithms`], `Issuer::algorithms`, `Introspection::response_algorithms`, `StatusLists::algorithms` that name others | accepted | a [`ConfigError::Profile`] |
//! | default algorithms of signed introspection responses and Token Status Lists | those of tokens | a [`ConfigError::Profile`]: name [`Algorithm::FAPI`] |
//! | [`Dpop::clock_skew`], and the leeways of verifiers | 0 to 60 s, 0 to 300 s | 10 to 60 s |
//! | [`Dpop::max_age`] | 1 to 300 s | 10 to 300 s |
//! | `iat` of a proof with a valid nonce | not compared with the present | as without a nonce |
//! | [`Nonces::on_clock_skew`](crate::proof::Nonces::on_clock_skew) | by a setting | a [`ConfigError::Profile`] |
//! | plain `http` beyond loopback | by a setting | a [`ConfigError::Profile`] |
//! | revocation status | as you configure it | the same, and a `warn` event without it |
//! | `x-fapi-interaction-id`, `Date` | `Date` on some refusals | on every response of the guard |
//!
//! The settings of a [`TokenVerifier`] of your own are known only as far as it tells them ([`TokenVerifier::settings`],
//! [`AccessToken::with_algorithm`]), and so are those of issuers that a rule allows at run time: there, only the
//! algorithm is enforced, with each token.
//!
//! # What it leaves to you
//!
//! * **TLS of the connection**: version 1.2 or later, and the cipher suites of BCP 195, in this process or in the proxy
//!   in front. With a proxy, `http` between it and this service is your decision.
//! * **What a token authorizes**: [`Require`] on each route (section 5.3.4 clause 4).
//! * **The lifetime of tokens**, and clients that have a key of their own for each authorization server: settings of
//!   the authorization server.
//! * **`x-fapi-interaction-id` in your log**: the inner service finds the one of the response in the request, and the
//!   events of the guard have it as `interaction_id`, except refusals from inside a handler. Layers outside of the guard
//!   that answer themselves (CORS, time limits, the metadata of the resource) set none. A page needs
//!   [`cors::FAPI_INTERACTION_ID`](crate::cors::FAPI_INTERACTION_ID).
//! * **Signatures of requests and responses** (FAPI 2.0 Message Signing, RFC 9421): not part of this crate. A guard
//!   does not require a signature of the request, and does not verify one.
//!
//! # Threats that remain
//!
//! **A stolen token in an honest client ("cuckoo token").** An attacker who controls one authorization server of a
//! client, and has a token of another user of an honest one, lets the client receive the stolen token. The client then
//! proves possession of the key, if it uses one key at both servers, and this server sees a valid request: it cannot
//! tell. What helps is on the other side: a key for each authorization server, short lifetimes, and few authorization
//! servers. A client that sends the issuer from which it has the token, in a field that you agree on, lets you compare
//! it with [`Access::issuer`].
//!
//! **A replayed proof.** A proof covers method, URI, time and token, not the body. Each is accepted once: by this
//! process, or by all that share a replay store ([`guide::fleet`](crate::guide::fleet) has what is left if that fails).
//! Who reads a request before it arrives can still send it first, with another body. Nonces
//! ([`Nonces::required`](crate::proof::Nonces::required)) end proofs that were made in advance; mutual TLS
//! ([`GuardBuilder::mtls`](crate::GuardBuilder::mtls)) leaves nothing to copy; signed requests cover the body.
//!
//! # HAIP
//!
//! The OpenID4VC High Assurance Interoperability Profile 1.0 (section 4) makes FAPI 2.0 the profile of the credential
//! endpoint, with three differences for a resource server:
//!
//! * **DPoP is the method**: configure [`GuardBuilder::dpop`](crate::GuardBuilder::dpop), and no `mtls`. Wallets handle
//!   `DPoP-Nonce` on every endpoint, so [`Nonces::required`](crate::proof::Nonces::required) locks none out;
//!   [`Guard::nonce_layer`] sets one on the response of the nonce endpoint, for which no token is needed.
//! * **Algorithms are those of its section 7**: ES256 at least, which [`Guard::fapi2`] accepts. Where an ecosystem
//!   also uses ES384 or ES512, which FAPI 2.0 forbids, use [`Guard::builder`] with
//!   [`refuse_query_tokens`](crate::GuardBuilder::refuse_query_tokens), and name the algorithms.
//! * **A scope for each credential configuration**: [`Require::scopes`] on the credential endpoint, or
//!   [`Access::require`] in its handler, where the body says which one is requested.
//!
//! ```
//! use sender_constraint::proof::{Dpop, NonceSecrets, Nonces};
//! use sender_constraint::token::JwtVerifier;
//! use sender_constraint::{ConfigError, Guard};
//!
//! fn credential_endpoint(tokens: JwtVerifier) -> Result<Guard, ConfigError> {
//!     let nonces = Nonces::required(NonceSecrets::random()?);
//!     let dpop = Dpop::new("https://issuer.example.com")?.nonces(nonces);
//!     Guard::fapi2(tokens).dpop(dpop).build()
//! }
//! # drop(credential_endpoint);
//! ```
//!
//! The key proofs and attestations inside a credential request (OpenID4VCI) are the task of the endpoint.
//!
//! # As the resource server of a certification run
//!
//! The conformance suite of the OpenID Foundation calls a resource endpoint besides the authorization server that it
//! tests. The example `resource_server` is fit for it with `--fapi2`: see its `--help`.
//!
//! [`Access::issuer`]: crate::Access::issuer
//! [`Access::require`]: crate::Access::require
//! [`AccessToken::with_algorithm`]: crate::token::AccessToken::with_algorithm
//! [`Algorithm::FAPI`]: crate::jose::Algorithm::FAPI
//! [`ConfigError::Profile`]: crate::ConfigError::Profile
//! [`Dpop::algorithms`]: crate::proof::Dpop::algorithms
//! [`Dpop::clock_skew`]: crate::proof::Dpop::clock_skew
//! [`Dpop::max_age`]: crate::proof::Dpop::max_age
//! [`Guard::builder`]: crate::Guard::builder
//! [`Guard::fapi2`]: crate::Guard::fapi2
//! [`Guard::nonce_layer`]: crate::Guard::nonce_layer
//! [`Require::scopes`]: crate::require::Require::scopes
//! [`Require`]: crate::require::Require
//! [`TokenVerifier::settings`]: crate::token::TokenVerifier::settings
//! [`TokenVerifier`]: crate::token::TokenVerifier
