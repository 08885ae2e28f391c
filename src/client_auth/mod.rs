//! How this server authenticates to an authorization server (RFC 7523 section 2.2, RFC 8705 section 2, RFC 6749 section
//! 2.3.1).
//!
//! [`PrivateKeyJwt`] signs an assertion for each request, [`TlsClientAuth`] relies on a client certificate. A shared
//! secret is an exception with an owner, a reason and an end: [`DatedSharedSecret`]. There is no way to send a request
//! without credentials.

mod authentication;
mod client_key;
mod credentials;
mod private_key_jwt;
mod shared_secret;
mod tls_client_auth;

pub use authentication::ClientAuthentication;
pub use client_key::ClientKey;
pub(crate) use credentials::ClientCredentials;
pub use private_key_jwt::PrivateKeyJwt;
pub use shared_secret::{DatedSharedSecret, SharedSecretException};
pub use tls_client_auth::TlsClientAuth;
