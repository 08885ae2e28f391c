//! The registration of a client (RFC 7591 section 2): its identifier, and the one method by which it authenticates.

use std::fmt;
use std::sync::Arc;

use super::certificate_name::CertificateName;
use super::client_secret_exception::ClientSecretException;
use super::registered_certificates::RegisteredCertificates;
use super::registration_error::RegistrationError;
use crate::keys::KeySource;

/// A registered client: its identifier, and the one method by which it authenticates.
///
/// ```
/// use sender_constraint::keys::StaticKeys;
/// use sender_constraint::token_endpoint::Client;
///
/// fn client(jwks: &str) -> Result<Client, Box<dyn std::error::Error>> {
///     Ok(Client::private_key_jwt("s6BhdRkqt3", StaticKeys::from_json(jwks)?)?)
/// }
/// # drop(client);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Client {
    id: String,
    pub(super) registration: Registration,
}

#[derive(Clone, Debug)]
pub(super) enum Registration {
    ClientSecretBasic(ClientSecretException),
    ClientSecretPost(ClientSecretException),
    PrivateKeyJwt(Arc<dyn KeySource>),
    SelfSignedTlsClientAuth(RegisteredCertificates),
    TlsClientAuth(CertificateName),
}

/// How a client authenticates: the values of `token_endpoint_auth_method` (RFC 7591 section 2, RFC 8705 section 2).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ClientAuthMethod {
    /// `client_secret_basic` (RFC 6749 section 2.3.1), by a [`ClientSecretException`].
    ClientSecretBasic,
    /// `client_secret_post` (RFC 6749 section 2.3.1), by a [`ClientSecretException`].
    ClientSecretPost,
    /// `private_key_jwt` (OpenID Connect Core section 9).
    PrivateKeyJwt,
    /// `self_signed_tls_client_auth` (RFC 8705 section 2.2).
    SelfSignedTlsClientAuth,
    /// `tls_client_auth` (RFC 8705 section 2.1).
    TlsClientAuth,
}

impl Client {
    /// A client that signs an assertion with one of its `keys` (RFC 7523 section 2.2).
    ///
    /// The keys are the client's own JWK set: [`StaticKeys`](crate::keys::StaticKeys) for `jwks`, `RemoteKeys` for
    /// `jwks_uri` (RFC 7591 section 2). Two clients with equal `kid`s do not interfere: only the keys of the client
    /// that the assertion names are tried. To replace a key, the client publishes the new key together with the old
    /// one, and removes the old one when it has stopped signing with it: both are accepted as long as both are in the
    /// set.
    ///
    /// # Errors
    ///
    /// [`RegistrationError::ClientId`] unless the identifier has 1 to 512 characters of printable ASCII.
    pub fn private_key_jwt(id: &str, keys: impl KeySource) -> Result<Self, RegistrationError> {
        Self::new(id, Registration::PrivateKeyJwt(Arc::new(keys)))
    }

    /// A client with a certificate of an authority, recognized by this name (RFC 8705 section 2.1).
    ///
    /// The connection must have a [`VerifiedCert`](crate::cert::VerifiedCert), whose chain this process verified: a
    /// certificate that was only presented, or forwarded by a proxy, does not authenticate such a client. Every
    /// authority among the configured roots can issue a certificate of this name.
    ///
    /// # Errors
    ///
    /// [`RegistrationError::ClientId`] unless the identifier has 1 to 512 characters of printable ASCII.
    pub fn tls_client_auth(id: &str, name: CertificateName) -> Result<Self, RegistrationError> {
        Self::new(id, Registration::TlsClientAuth(name))
    }

    /// A client with one of these certificates, whoever signed it (RFC 8705 section 2.2).
    ///
    /// The handshake, or the proxy that forwards the certificate, proved that the client holds its key. The validity
    /// period is not checked: remove the certificate to end it.
    ///
    /// # Errors
    ///
    /// [`RegistrationError::ClientId`] unless the identifier has 1 to 512 characters of printable ASCII.
    pub fn self_signed_tls_client_auth(
        id: &str,
        certificates: RegisteredCertificates,
    ) -> Result<Self, RegistrationError> {
        Self::new(id, Registration::SelfSignedTlsClientAuth(certificates))
    }

    /// A client with a shared secret, which it sends in the `Authorization` header, until the exception ends.
    ///
    /// # Errors
    ///
    /// [`RegistrationError::ClientId`] unless the identifier has 1 to 512 characters of printable ASCII.
    pub fn allow_client_secret_basic(
        id: &str,
        exception: ClientSecretException,
    ) -> Result<Self, RegistrationError> {
        Self::new(id, Registration::ClientSecretBasic(exception))
    }

    /// A client with a shared secret, which it sends in the form, until the exception ends.
    ///
    /// # Errors
    ///
    /// [`RegistrationError::ClientId`] unless the identifier has 1 to 512 characters of printable ASCII.
    pub fn allow_client_secret_post(
        id: &str,
        exception: ClientSecretException,
    ) -> Result<Self, RegistrationError> {
        Self::new(id, Registration::ClientSecretPost(exception))
    }

    /// The client identifier (RFC 6749 section 2.2).
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// How the client authenticates.
    #[must_use]
    pub const fn method(&self) -> ClientAuthMethod {
        match &self.registration {
            Registration::ClientSecretBasic(_) => ClientAuthMethod::ClientSecretBasic,
            Registration::ClientSecretPost(_) => ClientAuthMethod::ClientSecretPost,
            Registration::PrivateKeyJwt(_) => ClientAuthMethod::PrivateKeyJwt,
            Registration::SelfSignedTlsClientAuth(_) => ClientAuthMethod::SelfSignedTlsClientAuth,
            Registration::TlsClientAuth(_) => ClientAuthMethod::TlsClientAuth,
        }
    }

    fn new(id: &str, registration: Registration) -> Result<Self, RegistrationError> {
        if !is_client_id(id) {
            return Err(RegistrationError::ClientId(id.to_owned()));
        }
        Ok(Self {
            id: id.to_owned(),
            registration,
        })
    }
}

impl ClientAuthMethod {
    /// The registered value of `token_endpoint_auth_method`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::SelfSignedTlsClientAuth => "self_signed_tls_client_auth",
            Self::TlsClientAuth => "tls_client_auth",
        }
    }
}

impl fmt::Display for ClientAuthMethod {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Whether the text is a client identifier: `*VSCHAR` (RFC 6749 appendix A.1), limited in length.
pub(super) fn is_client_id(text: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

const MAX_ID_BYTES: usize = 512;
