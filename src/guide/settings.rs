//! Where the settings of a guard come from: code, a file, or environment variables.
//!
//! This module defines no items.
//!
//! | way | for | what it is |
//! |---|---|---|
//! | code | everything | [`Guard::builder`](crate::Guard::builder) |
//! | environment | a service in a container | `Guard::from_env`, feature `config` |
//! | a file of yours | a service with a configuration file | `config::GuardConfig` by serde, feature `config` |
//! | a program | a service in another language | `sender-constraint-gate`, with the same names in its file |
//!
//! `GuardConfig` has one name for each setting, whichever way it is given, and the same functions check it.
//!
//! # From the environment
//!
//! Two variables are enough. Tokens of Keycloak need a third one, since their audience is a client:
//!
//! ```
//! # #[cfg(feature = "config")]
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use sender_constraint::config::GuardConfig;
//!
//! let variables = [
//!     ("SENDER_CONSTRAINT_ISSUER", "https://login.example.com/realms/main"),
//!     ("SENDER_CONSTRAINT_ISSUER_DIALECT", "keycloak"),
//!     ("SENDER_CONSTRAINT_ORIGIN", "https://api.example.com"),
//!     ("SENDER_CONSTRAINT_AUDIENCE", "accounts"),
//! ];
//! // `GuardConfig::from_env()?` takes those of the process.
//! let config = GuardConfig::from_variables("SENDER_CONSTRAINT_", variables)?;
//! assert_eq!(config.issuers[0].dialect.as_deref(), Some("keycloak"));
//! # Ok(())
//! # }
//! # #[cfg(feature = "config")]
//! # example().unwrap();
//! ```
//!
//! # In a file
//!
//! As a field of the configuration of the service, in any format of serde:
//!
//! ```
//! # #[cfg(feature = "config")]
//! # fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use sender_constraint::config::GuardConfig;
//!
//! #[derive(serde::Deserialize)]
//! struct Settings {
//!     listen: String,
//!     guard: GuardConfig,
//! }
//!
//! let settings: Settings = toml::from_str(
//!     r#"
//!     listen = "127.0.0.1:3000"
//!
//!     [guard]
//!     origin = "https://api.example.com"
//!
//!     [[guard.issuer]]
//!     name = "https://as.example.com"
//!
//!     [guard.mtls]
//!     source = "forwarded"
//!     format = "rfc9440"
//!     trusted_peers = ["10.0.0.7"]
//!     "#,
//! )?;
//! assert_eq!(settings.guard.origin.as_deref(), Some("https://api.example.com"));
//! # drop(settings.listen);
//! # Ok(())
//! # }
//! # #[cfg(feature = "config")]
//! # example().unwrap();
//! ```
//!
//! # What goes wrong
//!
//! * **A final `/`, another port or another scheme.** Issuers and audiences are compared byte for byte. An issuer that
//!   its metadata spells otherwise is refused at start, with the only difference; an `iss`, `aud` or `htu` that differs
//!   in one thing is named in the log line of the refusal.
//! * **A misspelt name** is refused with the nearest known one, so that a setting is never ignored.
//! * **A secret in a variable.** There is none: `SENDER_CONSTRAINT_NONCE_SECRET_FILE` has the path of a file.
//! * **`http`.** An issuer or an origin over plain `http` beyond loopback needs a setting that has `insecure_http` in
//!   its name.
