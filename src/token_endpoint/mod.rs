//! Authenticates the clients of an authorization server's token endpoint, and of its revocation, introspection and PAR
//! endpoints, without shared secrets: RFC 6749 section 2.3, RFC 7523 section 3 as updated by RFC 10070.
//!
//! [`ClientAuthenticator`] takes the head and the body of a request. The client's registration, [`Client`], determines
//! by which method it authenticates, never the form of the request. A [`ClientRegistry`] finds the registration;
//! [`ClientAssertions`] has the rules for `private_key_jwt`. Certificates authenticate clients by RFC 8705 section 2.
//! Shared secrets are refused, except for a client with a dated [`ClientSecretException`].
//!
//! This does not issue tokens, and does not check grants: an [`AuthenticatedClient`] is who calls, not what it may do.
//! It does not serve public clients (`none`, RFC 7591 section 2), which cannot authenticate.

mod assertion;
mod authenticated;
mod authenticator;
mod basic;
mod certificate;
mod certificate_name;
mod client;
mod client_secret_exception;
mod credentials;
mod distinguished_name;
mod error;
mod log;
mod object_identifier;
mod parameters;
mod registered_certificates;
mod registration_error;
mod registry;
mod rejection;

pub use assertion::{AssertionError, ClientAssertions};
pub use authenticated::AuthenticatedClient;
pub use authenticator::ClientAuthenticator;
pub use certificate_name::CertificateName;
pub use client::{Client, ClientAuthMethod};
pub use client_secret_exception::ClientSecretException;
pub use error::ClientAuthError;
pub use parameters::{FormError, Parameters};
pub use registered_certificates::RegisteredCertificates;
pub use registration_error::RegistrationError;
pub use registry::{ClientRegistry, StaticClients};
pub use rejection::ClientRejection;
