//! Makes a stolen access token worthless.
//!
//! Anyone who copies a bearer token from a log, a proxy or memory can use it. This crate prevents that at the resource
//! server: one tower [`Layer`](GuardLayer) for axum, hyper and tonic validates the access token (JWT by RFC 9068), then
//! verifies that the sender is the client it was issued to: by a DPoP proof on every request (RFC 9449), or by the
//! client's certificate (RFC 8705), from the connection or forwarded by a trusted proxy.
//!
//! ```no_run
//! use axum::{Router, routing::get};
//! use sender_constraint::{Access, Guard, keys::RemoteKeys, proof::Dpop, token::JwtVerifier};
//!
//! # #[cfg(all(feature = "axum", feature = "reqwest"))]
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let keys = RemoteKeys::discover("https://as.example.com").await?;
//! let tokens = JwtVerifier::new("https://as.example.com", "https://api.example.com", keys)?;
//! let guard = Guard::builder(tokens).dpop(Dpop::new("https://api.example.com")?).build()?;
//! let app: Router = Router::new().route("/accounts", get(accounts)).layer(guard.layer());
//! # Ok(())
//! # }
//!
//! async fn accounts(access: Access) -> String {
//!     format!("hello {}", access.subject().unwrap_or("anonymous"))
//! }
//! ```
//!
//! # The checks, in order
//!
//! Cheap checks come first, public-key operations late, and nothing is stored for a request that is not fully valid.
//!
//! 1. `Authorization`: exactly one, scheme `DPoP` or `Bearer`, one token68 of at most 16 KiB (RFC 9110 section 11.4,
//!    RFC 6750 section 3.1). A request in TLS early data is refused (425, RFC 8470), and optionally one with a token in
//!    the query. If mTLS is configured, the client certificate is read: from the connection, or in one format and from
//!    trusted peers only (RFC 9440 section 4).
//! 2. The proof, without cryptography (RFC 9449 section 4.3): one header of at most 8 KiB, a strict compact JWS, `typ`,
//!    an allowed `alg`, a public `jwk` of that algorithm (items 1 to 5 and 7); `jti`, `htm`, `htu` against the request
//!    as the client sent it, `iat` within the time window or a `nonce` of this server in its place, `ath` (items 3 and
//!    8 to 12).
//! 3. The access token: cached by SHA-256, with expiry and key re-checked on every hit, or verified: issuer, `typ`,
//!    algorithm, key, signature, `aud`, required claims, `iat`, `cnf`, `exp`, `nbf` (RFC 9068 section 4). Where an
//!    issuer does not set `typ`, its [`Dialect`](token::Dialect) says what distinguishes access tokens. Or introspected
//!    (RFC 7662), which begins only after the proof's signature was verified. A token that a
//!    [`deny_list`](GuardBuilder::deny_list) or another [`Revocation`](revocation::Revocation) denies is refused, also
//!    when it comes from the cache.
//! 4. The binding: every member of `cnf` must hold; `cnf.jkt` is the thumbprint of the proof's key, whatever scheme the
//!    client chose (RFC 9449 sections 6.1, 7.1, 7.2), and `x5t#S256` the SHA-256 of the certificate (RFC 8705 section
//!    3). A token without `cnf` is refused unless [`allow_unbound_tokens`](GuardBuilder::allow_unbound_tokens) is
//!    configured, or its client has an [exception](GuardBuilder::exceptions) that has not ended.
//! 5. Whether the proof was used before: no signature is verified for a replay.
//! 6. The proof's signature (item 6). Only now does a client whose proof needs a nonce receive one (item 10).
//! 7. The replay store: one atomic insert, which alone decides (RFC 9449 section 11.1).
//!
//! # Attacks
//!
//! | attack | stopped by | shown in |
//! |---|---|---|
//! | request that bypasses the check: `OPTIONS`, a CORS preflight, other methods and headers | no request is exempt: the layer calls the service with accepted requests only | `tests/service/audit/verdict.rs` |
//! | stolen token without its key | step 4: a key-bound token requires a proof of its key | `tests/service/guard/binding.rs` |
//! | stolen token as plain bearer | step 4: `cnf` decides which proofs are required, not the client | `tests/service/guard/binding.rs` |
//! | stolen certificate-bound token, other or copied certificate | step 4, and the handshake's signature | `tests/service/proof/mtls.rs`, `tests/service/cert/mtls_connection.rs` |
//! | certificate header written by a client | accepted from trusted peers only, and removed | `tests/service/guard/forwarded.rs`, `tests/service/cert/peers.rs` |
//! | certificate formats mistaken for each other, XFCC injection | one configured format, strict parsers | `tests/service/cert/forms.rs`, `tests/service/cert/xfcc.rs` |
//! | request replayed from TLS early data | step 1: 425 | `tests/service/guard/early_data.rs` |
//! | copied request, replayed | step 7, keyed by the proof's claims and not by its bytes | `tests/service/replay/once.rs` |
//! | copied request, replayed at another node | a shared replay store, and a table of what is left when it fails ([`guide::fleet`]) | `tests/fleet/main.rs` |
//! | one hundred copies at once | step 7 is one atomic insert | `tests/service/replay/once.rs` |
//! | stolen proof for another method, path or host | step 2: `htm`, and `htu` in the normal form of RFC 3986 | `tests/service/proof/dpop.rs`, `tests/service/uri/htu.rs` |
//! | `Host` or path written to look like another | step 2: the origins are configured, ambiguous targets are refused | `tests/service/uri/htu.rs`, `tests/service/uri/origins.rs`, `tests/service/layer/hyper.rs` |
//! | forged `Forwarded` or `X-Forwarded-Host` | read from trusted peers only, and selects among the configured origins | `tests/service/proof/forwarded.rs` |
//! | stolen proof with another token | step 2: `ath` | `tests/service/proof/dpop.rs` |
//! | forged times | step 2: a narrow window, arithmetic that cannot wrap | `tests/service/proof/dpop.rs` |
//! | proofs generated in advance | a narrow window, and with [`Nonces::required`](proof::Nonces::required) a nonce in each proof | `tests/service/nonce/modes.rs` |
//! | forged nonce, or one of another server | a MAC over time and origin, compared in constant time | `tests/service/nonce/modes.rs`, `tests/service/nonce/secrets.rs` |
//! | `none`, HMAC with a public key, other algorithm | an allow-list for each use; symmetric algorithms cannot be enabled | `tests/service/jose/algorithms.rs`, `tests/service/crypto/algorithms.rs` |
//! | keys or URLs inside a token's header | ignored: keys come from the issuer | `tests/service/jose/jws.rs` |
//! | weak, malformed or private keys in a proof | step 2, before any backend sees them | `tests/service/proof/dpop.rs` |
//! | ID token, proof or other JWT as access token | step 3: `typ` | `tests/service/token/jwt_typ.rs` |
//! | token of another audience or issuer | step 3: required, compared byte for byte | `tests/service/token/jwt_claims.rs`, `tests/service/token/jwt_issuers.rs` |
//! | `iss` that makes this server fetch what a token names | a rule of the operator allows the issuer first | `tests/service/token/tenants/keys.rs` |
//! | flood of invented issuers | limited calls and fetches; only proven tenants keep a place | `tests/service/token/tenants/flood.rs` |
//! | using up another client's `jti` | the replay key contains the thumbprint, and is inserted last | `tests/service/proof/identity.rs` |
//! | filling the replay store | limited capacity, a share for each principal, refuses when full | `tests/service/replay/once.rs` |
//! | binding lost in introspection: no `cnf`, another one, `token_type` DPoP without a key | `cnf` of the response is enforced as that of a JWT | `tests/service/token/introspection/responses.rs` |
//! | refresh token, or token of another audience, as opaque access token | `aud` is required, `token_type` checked | `tests/service/token/introspection/responses.rs` |
//! | flood of random opaque tokens | proof first, one call for equal tokens, limits, circuit breaker | `tests/service/token/introspection/calls.rs`, `tests/service/token/introspection/breaker.rs` |
//! | signed introspection response as access token, unsigned response in its place | `typ`, and no fallback | `tests/service/token/introspection/signed.rs` |
//! | token of one issuer shown to another one | the issuer's method is configured, the token does not choose | `tests/service/token/per_issuer.rs` |
//! | unbounded unknown `kid`s | one fetch per cool-down | `tests/service/keys/remote.rs` |
//! | outage of the authorization server | 503 beyond the limit; never accepted, never 401 | `tests/service/keys/outage.rs` |
//! | hostile bytes | strict parsers with limits; no panic | `tests/service/properties.rs` |
//! | stolen token or key that is known to be stolen, compromised client, user, issuer or signing key | step 3: a deny-list, in effect from the next request on | `tests/service/revocation/deny_list.rs`, `tests/log/rollover.rs` |
//! | stream that outlives its token, or its denial | [`GuardLayer::end_responses_with_access`] and [`Guard::access_end`], opt-in | `tests/service/layer/ending.rs`, `tests/service/guard/access_end.rs` |
//! | filling the log | 10 events of each kind per second, then a count | `tests/log/operator_log.rs` |
//! | ID token, refresh token or logout token presented as access token | step 3: `typ`, or the marker of the issuer's dialect | `tests/service/token/jwt_typ.rs`, `tests/service/token/dialects/providers.rs` |
//! | client assertion for another server, of another client, or used before (`token_endpoint`) | the sole audience, the client's own keys, one atomic insert | `tests/service/token_endpoint/assertions.rs`, `tests/service/token_endpoint/keys.rs`, `tests/service/token_endpoint/once.rs` |
//! | certificate of another name, or not verified, at a token endpoint | one registered name, compared as a whole, on a verified chain | `tests/service/token_endpoint/certificates.rs` |
//! | token of another user, client, scope or authentication than a route requires | one requirement for each route; with a table, a route without one is refused before anything runs | `tests/service/require/routes.rs`, `tests/service/require/scopes.rs`, `tests/service/require/step_up.rs` |
//! | secrets in logs | no `Debug` or `Display` shows a token or a proof | `tests/log/secrets.rs` |
//!
//! # What it does not do
//!
//! * It does not inspect the transport: serve over TLS (RFC 6750 section 5.3), or behind a proxy that does.
//! * A proof covers neither the body nor the query nor other headers (RFC 9449 section 11.7).
//! * A JWT that is only verified locally is valid until it expires, unless the operator denies it
//!   ([`revocation::DenyList`]), or its issuer publishes its status in a Token Status List (`revocation::StatusLists`).
//!   Use short lifetimes, or `token::Hybrid`, which also asks the issuer.
//! * What a token must be allowed to do is enforced only where a route or a handler says so ([`require`]), and by the
//!   token alone: whether this user may read this account is for the application to decide.
//! * Opaque tokens (RFC 7662) are accepted from one issuer (`token::Introspection`); encrypted tokens are refused.
//! * Without nonces ([`proof::Nonces`], off by default), who can use a client's key for a moment can generate proofs
//!   for later, up to the expiry of the token (RFC 9449 section 11.2).
//! * A certificate's key is proven by the TLS handshake. Chains are verified only by
//!   `cert::ClientCertPolicy::verified_by`, or by the proxy; if mTLS is not configured, a token with `x5t#S256` is
//!   refused, never accepted as a bearer token.
//! * A script in the client's own page can use its key: a server cannot prevent that (RFC 9449 section 11.4).
//!
//! # What a route requires
//!
//! [`require::Require`] is a layer for routes, and a value for handlers: scopes, a recent or strong authentication
//! (RFC 9470), a user or a client, a sender-constraint method, authorization details (RFC 9396), and conditions of the
//! application. [`GuardLayer::requirements`] refuses every route without a requirement.
//!
//! ```
//! # #[cfg(feature = "axum")]
//! # fn example(guard: sender_constraint::Guard) -> axum::Router {
//! # use std::time::Duration;
//! # use axum::{Router, routing::get};
//! use sender_constraint::require::Require;
//!
//! Router::new()
//!     .route("/accounts", get(|| async { "data" }))
//!     .route_layer(Require::scopes(["accounts:read"]).max_age(Duration::from_secs(300)))
//!     .layer(guard.layer())
//! # }
//! ```
//!
//! # Metadata
//!
//! [`metadata::ProtectedResource`] tells clients which authorization servers, scopes and proofs this API takes
//! (RFC 9728). Its document is made from what the guard enforces. [`GuardBuilder::also_protected_resource`] gives parts
//! of an API their own.
//!
//! # MCP servers
//!
//! [`Guard::mcp`] sets what the authorization of the Model Context Protocol requires of a server. [`guide::mcp`] has
//! the details, and the example `mcp_server` has tools that require scopes.
//!
//! # OpenAPI
//!
//! [`GuardLayer::openapi`] completes the OpenAPI 3.1 document of a service with the security schemes and scopes that
//! its guard and its requirements enforce, and fails if an operation has no requirement ([`openapi`]).
//!
//! # Settings from the environment
//!
//! With the feature `config`, `Guard::from_env` reads the settings of a guard from environment variables, two in the
//! simplest case, and `config::GuardConfig` by serde. The module `config` lists them.
//!
//! # Optional authentication
//!
//! [`GuardBuilder::allow_anonymous_requests`] accepts requests without any credentials, for handlers that take
//! `Option<Access>`. Bad credentials are refused as without it.
//!
//! # Other access tokens than those of RFC 9068
//!
//! [`token::Dialect`] reads those of Keycloak, Auth0, Okta, Entra ID, Cognito, ZITADEL, Ory and Authlete, and those of
//! an issuer that you describe. [`guide::providers`] compares them.
//!
//! # By FAPI 2.0
//!
//! [`Guard::fapi2`] sets what the FAPI 2.0 Security Profile asks of a resource server, and refuses settings that
//! contradict it. [`guide::profiles`] has the details, and what differs for HAIP.
//!
//! # Several issuers and tenants
//!
//! [`token::JwtVerifier::add_issuer`] accepts another issuer, with keys and rules of its own. Issuers that are known
//! only at run time are accepted by a rule: [`token::TenantIssuers`], and [`guide::tenants`].
//!
//! # Client certificates
//!
//! [`GuardBuilder::mtls`] reads them from the connection ([`cert::TlsConnection`]) or from the header of a proxy
//! ([`cert::Forwarded`]). The examples `mtls` and `behind_a_proxy` show both; the latter has configurations for nginx,
//! HAProxy, Apache, Caddy, Envoy and Traefik. [`proof::Rollovers`] lets a new certificate or key use the tokens of the
//! old one for a time.
//!
//! # Behind gateways
//!
//! [`proof::Dpop::also_origin`] lists further public origins, and [`proof::Dpop::forwarded_host`] reads the host from a
//! trusted proxy. [`GuardLayer::end_responses_with_access`] ends streams with their token. [`guide::gateways`] has
//! configurations of proxies.
//!
//! # For authorization servers
//!
//! [`token_endpoint`] authenticates the clients of a token endpoint, and of revocation, introspection and PAR
//! endpoints: by client assertions (RFC 7523, RFC 10070) and by certificates (RFC 8705 section 2), without shared
//! secrets. The example `token_endpoint` shows it.
//!
//! # Nonces
//!
//! [`proof::Dpop::nonces`] requires a nonce of this server in each proof, or only of clients whose clock is wrong
//! (RFC 9449 sections 8 and 9). Nothing is stored: instances share a secret ([`proof::NonceSecrets`]), which can be
//! replaced while they serve. [`Guard::nonce_layer`] sets a nonce on responses of routes without a guard.
//!
//! # CORS
//!
//! A preflight is a request like any other: without credentials it is refused. Put the CORS layer outside the guard,
//! where it answers preflights itself and allows the page to read refusals:
//!
//! ```
//! # #[cfg(feature = "axum")]
//! # fn example(api: axum::Router, guard: sender_constraint::Guard) -> axum::Router {
//! use http::Method;
//! use sender_constraint::cors::{EXPOSED_HEADERS, REQUEST_HEADERS};
//! use tower_http::cors::CorsLayer;
//!
//! let cors = CorsLayer::new()
//!     .allow_origin(["https://app.example.com".parse().unwrap()])
//!     .allow_methods([Method::GET, Method::POST])
//!     .allow_headers(REQUEST_HEADERS)
//!     .expose_headers(EXPOSED_HEADERS);
//! // The last layer is the outermost.
//! api.layer(guard.layer()).layer(cors)
//! # }
//! ```
//!
//! [`guide::browsers`] describes how a page keeps its key and makes proofs. The example `browser` has the modules to
//! copy.
//!
//! # tonic and hyper
//!
//! [`GuardLayer`] wraps any tower service of HTTP requests. With tonic, [`GuardBuilder::grpc_responses`] makes refusals
//! readable for gRPC clients, and methods find [`Access`] in the extensions of the request. `named_layer` of
//! `tonic::service::LayerExt` guards one service, so that health checks stay public:
//!
//! ```
//! # use sender_constraint::Guard;
//! # use tonic::{server::NamedService, service::LayerExt as _, transport::Server};
//! # fn example(guard: Guard) {
//! let (_, health) = tonic_health::server::health_reporter();
//! # let accounts = health.clone();
//! let guarded = guard.layer().named_layer(accounts);
//! let server = Server::builder().add_service(health).add_service(guarded);
//! # drop(server);
//! # }
//! ```
//!
//! # Without tower
//!
//! A gateway calls [`Guard::check`] on the head of a request, and answers a rejection with [`Guard::error_response`].
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `aws-lc-rs` | yes | signatures by aws-lc-rs, the fastest backend; needs a C compiler |
//! | `rust-crypto` | | signatures by p256, p384, p521, ed25519-dalek and rsa; same results. With both, aws-lc-rs is used |
//! | `reqwest` | yes | `http_client::ReqwestClient` and `RemoteKeys::discover`; its TLS is rustls on aws-lc |
//! | `http-client` | by `reqwest` | `keys::RemoteKeys`, `token::Introspection` and `client_auth` over an HTTP client of your own |
//! | `axum` | yes | [`Access`] as extractor, the original URI below `Router::nest`, and the connected peer |
//! | `rustls` | | `cert::MutualTls` and `cert::TlsListener`: client certificates from the connection; brings no crypto provider |
//! | `config-files` | | `revocation::DenyFile` and `exceptions::ExceptionFile`: TOML files that are read again when they change |
//! | `config` | | `config::GuardConfig` and `Guard::from_env`: settings by serde, or by environment variables; brings `reqwest` and `config-files` |
//! | `status-lists` | | `revocation::StatusLists`: Token Status Lists, fetched over an `HttpClient` |
//! | `moka` | | `replay::MokaStore`: used proofs in a moka cache that evicts nothing and refuses when full |
//! | `sender-tables` | | `proof::SenderTables`: tables for frequent senders (ES256, EdDSA, Ed25519); same results |
//!
//! Without a backend every algorithm is refused at configuration.
//!
//! # Limits
//!
//! Caches and stores are limited: verified tokens (64 MiB) and senders (32 MiB), where a lost entry costs a
//! verification, and used proofs (69 MiB, see [`replay::MemoryStore`]), where no entry is lost and a full store
//! refuses; deny-lists (1,000,000 entries, 52 MB), which never forget a live entry; sender tables (64 MiB) only if
//! `Dpop::sender_tables` is called. [`guide::capacity`] covers capacity planning: throughput per core, and the
//! requirements of several nodes for a shared store.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// A request must never end a task by a panic. Overflow is not among these: amounts from outside saturate or have a limit.
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::get_unwrap,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::todo,
        clippy::unimplemented,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

mod access;
mod address;
mod binding_error;
pub mod cert;
#[cfg(feature = "http-client")]
pub mod client_auth;
#[cfg(feature = "config")]
pub mod config;
mod config_error;
#[cfg(feature = "config-files")]
mod config_file;
pub mod cors;
mod credentials;
mod crypto;
pub mod error;
pub mod exceptions;
mod excerpt;
#[cfg(feature = "axum")]
pub mod extract;
pub mod future;
mod guard;
pub mod guide;
mod header_alias;
#[cfg(feature = "http-client")]
pub mod http_client;
mod interaction_id;
pub mod jose;
pub mod keys;
mod layer;
mod limited_file;
mod log_limit;
pub mod metadata;
mod near_miss;
mod observe;
pub mod openapi;
pub mod proof;
mod refuse;
mod rejection;
mod rejection_reason;
pub mod replay;
pub mod require;
mod requirement_error;
mod response;
pub mod revocation;
mod scope_hierarchy;
mod sender;
mod skipped_key;
mod sync;
pub mod time;
pub mod token;
pub mod token_endpoint;
mod unavailable;
pub mod uri;
mod url_error;

pub use access::Access;
pub use config_error::ConfigError;
pub use credentials::Scheme;
pub use crypto::Digest;
pub use guard::{AccessEnd, Guard, GuardBuilder, UnboundClient, UnboundReport};
pub use layer::{AnsweredFuture, MetadataLayer, Required, WithMetadata};
pub use layer::{Ending, EndingBody, EndingFuture, EndingLayer};
pub use layer::{GuardLayer, Guarded, NonceFuture, NonceLayer, NonceService, ResponseFuture};
#[cfg(feature = "axum")]
pub use layer::{required_by_routes, unguarded_paths};
pub use rejection::Rejection;
pub use response::{Admission, Anonymous, ErrorBody, NewNonce, OptionalAdmission};
pub use sender::Sender;
pub use unavailable::Unavailable;
