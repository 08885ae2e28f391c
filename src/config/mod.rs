//! The settings of a guard by environment variables, or by serde.
//!
//! Two variables are enough for the simplest case:
//!
//! ```sh
//! SENDER_CONSTRAINT_ISSUER=https://as.example.com
//! SENDER_CONSTRAINT_ORIGIN=https://api.example.com
//! ```
//!
//! ```no_run
//! # #[cfg(feature = "axum")]
//! # async fn example() -> Result<axum::Router, Box<dyn std::error::Error>> {
//! use axum::{Router, routing::get};
//! use sender_constraint::{Access, Guard};
//!
//! async fn accounts(access: Access) -> String {
//!     format!("hello {}", access.subject().unwrap_or("anonymous"))
//! }
//!
//! let guard = Guard::from_env().await?;
//! let app = Router::new().route("/accounts", get(accounts)).layer(guard.layer());
//! # Ok(app)
//! # }
//! ```
//!
//! Then tokens of this issuer for the audience `https://api.example.com` are accepted, each with a DPoP proof. The audience
//! is the origin unless `SENDER_CONSTRAINT_AUDIENCE` names others: scheme and host in lower case, without a default port and
//! a final slash, since an audience is compared as a string. No default loosens a check.
//!
//! # Names
//!
//! [`GuardConfig`] has the settings that need no code. The variable of each is [`GuardConfig::PREFIX`] and the key in
//! capitals, with `_` for the dot: `dpop.max_age_seconds` is `SENDER_CONSTRAINT_DPOP_MAX_AGE_SECONDS`. Three differ:
//!
//! | variable | key |
//! |---|---|
//! | `.._ORIGIN` | `origin`, or `origins` where it has several |
//! | `.._AUDIENCE` | `tokens.audiences` |
//! | `.._ISSUER`, `.._ISSUER_DIALECT`, `.._ISSUER_JWKS`, .. | `name`, `dialect`, `jwks`, .. of the first `issuer`; those of the next ones are `.._ISSUER_2`, `.._ISSUER_2_DIALECT`, .. up to 16 |
//!
//! Elements of a list are separated by spaces, a flag is `true` or `false`, and an empty value is none. A variable with the
//! prefix that is none of these is an error, so that a misspelt one is not ignored, unless Kubernetes sets it for a service
//! ([`is_service_variable`]).
//! [`GuardConfig`] says what each one does.
//!
//! | variable | value | default |
//! |---|---|---|
//! | `.._ISSUER` | a URL, as `iss` of its tokens | required |
//! | `.._ISSUER_JWKS` | a path or a URL of a JWK set | the key set that the metadata names |
//! | `.._ISSUER_DIALECT` | a name of [`Dialect::NAMES`](crate::token::Dialect::NAMES) | `rfc9068` |
//! | `.._ISSUER_ALGORITHMS` | a list of names such as `ES256` | ES256, ES384, EdDSA, Ed25519, PS256, RS256 |
//! | `.._ISSUER_ACCEPT_UNTYPED_TOKENS` | a flag | `false` |
//! | `.._ISSUER_INSECURE_HTTP` | a flag | `false` |
//! | `.._ORIGIN` | a list of URLs | required |
//! | `.._PATH_PREFIX` | a path such as `/v1` | none |
//! | `.._INSECURE_HTTP_ORIGIN` | a flag | `false` |
//! | `.._AUDIENCE` | a list | the origins |
//! | `.._TOKENS_CA` | the path of a PEM file | the authorities of the system |
//! | `.._TOKENS_LEEWAY_SECONDS` | seconds, 0 to 300 | 30 |
//! | `.._TOKENS_START_WITHOUT_KEYS` | a flag | `false` |
//! | `.._DPOP_OFF` | a flag | `false` |
//! | `.._DPOP_MAX_AGE_SECONDS` | seconds, 1 to 300 | 60 |
//! | `.._DPOP_CLOCK_SKEW_SECONDS` | seconds, 0 to 60 | 10 |
//! | `.._DPOP_ALGORITHMS` | a list of names such as `ES256` | ES256, ES384, EdDSA, Ed25519, PS256 |
//! | `.._NONCE_MODE` | `off`, `required` or `skew` | `off` |
//! | `.._NONCE_SECRET_FILE` | the path of a file | a random secret |
//! | `.._NONCE_ROTATION_SECONDS` | seconds, 10 to 300 | 60 |
//! | `.._REPLAY_CAPACITY` | proofs, 1024 to 2147483648 | 1638400 |
//! | `.._REPLAY_SHARE_PER_PRINCIPAL` | proofs, a 64th of the capacity to all of it | a quarter of the capacity |
//! | `.._REPLAY_CHECKED_BY_GATEWAY_ONLY` | a flag | `false` |
//! | `.._FORWARDED_FIELDS` | `rfc7239` or `x-forwarded` | none |
//! | `.._FORWARDED_TRUSTED_PEERS` | a list of addresses and networks, or `unix` | none |
//! | `.._FORWARDED_TRUSTED_HOPS` | proxies, 1 to 10 | 1 |
//! | `.._MTLS_SOURCE` | `connection` or `forwarded` | none |
//! | `.._MTLS_FORMAT` | a name of [`HeaderFormat::name`](crate::cert::HeaderFormat::name) | none |
//! | `.._MTLS_HEADER` | the name of a header | that of the format |
//! | `.._MTLS_TRUSTED_PEERS` | a list of addresses and networks, or `unix` | none |
//! | `.._MTLS_TRUSTED_HOPS` | proxies, 1 to 10 | 1 |
//! | `.._MTLS_REJECT_UNTRUSTED_PEERS` | a flag | `false` |
//! | `.._MTLS_REFUSE_EXPIRED` | a flag | `false` |
//! | `.._POLICY_ACCEPT_EARLY_DATA` | a flag | `false` |
//! | `.._POLICY_ALLOW_AND_REPORT_UNBOUND_TOKENS` | a flag | `false` |
//! | `.._POLICY_ALLOW_UNBOUND_TOKENS` | a flag | `false` |
//! | `.._POLICY_DENY_FILE` | the path of a TOML file | none |
//! | `.._POLICY_EXCEPTIONS_FILE` | the path of a TOML file | none |
//! | `.._POLICY_GRPC_RESPONSES` | a flag | `false` |
//! | `.._POLICY_IGNORE_CONFIRMATION_MEMBERS` | a list of members of `cnf` | none |
//! | `.._POLICY_KEEP_CREDENTIALS` | a flag | `false` |
//! | `.._POLICY_REALM` | a text of at most 256 bytes | none |
//! | `.._POLICY_REFUSE_QUERY_TOKENS` | a flag | `false` |
//! | `.._POLICY_REFUSE_STRAY_PROOFS` | a flag | `false` |
//! | `.._POLICY_RESOURCE_METADATA` | a URL | none |
//!
//! # Secrets
//!
//! No variable has a secret, but some have the path of a file with one. Child processes inherit the environment, and
//! `docker inspect`, process lists and crash reports show it; a file has an owner and permissions.
//!
//! # Errors
//!
//! A [`SettingError`] names the variable or the key, what came and what was expected:
//!
//! ```text
//! environment variable SENDER_CONSTRAINT_ORIGN: there is no such setting; did you mean SENDER_CONSTRAINT_ORIGIN?
//! environment variable SENDER_CONSTRAINT_DPOP_OFF: came "yes", expected true or false
//! `dpop.max_age_seconds`: the maximum age of proofs is 301 s, but must be from 1 s to 300 s
//! ```
//!
//! # What is not a setting
//!
//! These need code, for which [`GuardConfig::builder`] and [`GuardConfig::builder_for`] return a
//! [`GuardBuilder`](crate::GuardBuilder):
//!
//! * other verifiers of tokens: introspection, tenants, Token Status Lists, audiences per issuer;
//! * replay stores and deny-lists that instances share, such as Redis, and the time limit of a store (`replay_timeout`);
//! * profiles, protected resource metadata that this service serves, anonymous requests, rollovers, scope hierarchies;
//! * a path prefix for each of several origins.
//!
//! The settings then give the policy, proofs and certificates, and code the tokens and the stores. With introspection
//! (RFC 7662) and used proofs that instances share, such as in Redis:
//!
//! ```
//! use sender_constraint::client_auth::PrivateKeyJwt;
//! use sender_constraint::config::GuardConfig;
//! use sender_constraint::replay::ReplayStore;
//! use sender_constraint::token::Introspection;
//! use sender_constraint::{Guard, GuardBuilder};
//!
//! /// `jwk` is the text of a file with the private key of this server.
//! fn shared(
//!     config: &GuardConfig,
//!     jwk: &str,
//!     store: impl ReplayStore,
//! ) -> Result<GuardBuilder, Box<dyn std::error::Error>> {
//!     // By certificate instead: `TlsClientAuth::new(..)`, and `with_client_certificate` of the HTTP client.
//!     let client = PrivateKeyJwt::from_jwk("orders", jwk)?;
//!     let issuer = "https://as.example.com";
//!     let tokens = Introspection::new(issuer, "https://api.example.com", client, config.http_client()?)?;
//!     let tokens = tokens.endpoint("https://as.example.com/introspect")?;
//!     let dpop = config.dpop()?.ok_or("expected settings of DPoP")?;
//!     let builder = config.with_policy(Guard::builder(tokens));
//!     Ok(builder.dpop(dpop.replay_store(store)))
//! }
//! # use sender_constraint::replay::MemoryStore;
//! # let config = GuardConfig::new("https://as.example.com", "https://api.example.com");
//! # assert!(shared(&config, "{}", MemoryStore::default()).is_err());
//! ```
//!
//! [`GuardConfig::builder_for`] takes such a verifier, and keeps the replay store of the settings. For FAPI 2.0, begin with
//! [`Guard::fapi2`](crate::Guard::fapi2) and add the settings by [`GuardConfig::with_policy`], [`GuardConfig::dpop`] and
//! [`GuardConfig::mtls`]:
//!
//! ```
//! use sender_constraint::config::GuardConfig;
//! use sender_constraint::token::TokenVerifier;
//! use sender_constraint::{Guard, GuardBuilder};
//!
//! fn fapi2(config: &GuardConfig, tokens: impl TokenVerifier) -> Result<GuardBuilder, Box<dyn std::error::Error>> {
//!     let builder = config.with_policy(Guard::fapi2(tokens));
//!     let dpop = config.dpop()?.ok_or("expected settings of DPoP")?;
//!     Ok(builder.dpop(dpop))
//! }
//! # let config = GuardConfig::new("https://as.example.com", "https://api.example.com");
//! # drop(config);
//! ```

mod build;
mod certificates;
mod checks;
mod concealed;
mod environment;
mod fetching;
mod guard_config;
mod in_variables;
mod issuer_config;
mod issuer_keys;
mod issuers;
mod names;
mod nearest;
mod peer_config;
mod policy_config;
mod proof_config;
mod proofs;
mod reasons;
mod service_variables;
mod setting_error;
mod shown;
mod texts;
mod unused;
mod value_form;
mod variables;
mod writing;

pub use guard_config::GuardConfig;
pub use issuer_config::{IssuerConfig, TokensConfig};
pub use issuer_keys::IssuerKeys;
pub use nearest::nearest_name;
pub use peer_config::{CertificateSource, ForwardedConfig, ForwardedFields, MtlsConfig};
pub use policy_config::PolicyConfig;
pub use proof_config::{DpopConfig, NonceConfig, NonceMode, ReplayConfig};
pub use service_variables::is_service_variable;
pub use setting_error::{SettingError, SettingReason};
pub use value_form::ValueForm;
