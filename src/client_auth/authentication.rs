//! The authentication of this server, whatever its method.

use super::credentials::ClientCredentials;
use super::private_key_jwt::PrivateKeyJwt;
use super::shared_secret::DatedSharedSecret;
use super::tls_client_auth::TlsClientAuth;
use crate::time::Timestamp;
use crate::unavailable::Unavailable;

/// How this server authenticates to an authorization server: made from one of the methods of this module.
///
/// There is no method without credentials (RFC 7662 section 2.1: the endpoint must require some authorization).
#[derive(Clone, Debug)]
pub struct ClientAuthentication(Method);

#[derive(Clone, Debug)]
enum Method {
    PrivateKeyJwt(PrivateKeyJwt),
    SharedSecret(DatedSharedSecret),
    Tls(TlsClientAuth),
}

impl ClientAuthentication {
    /// The identifier of this server at the authorization server.
    #[must_use]
    pub fn client_id(&self) -> &str {
        match &self.0 {
            Method::PrivateKeyJwt(method) => method.client_id(),
            Method::SharedSecret(method) => method.client_id(),
            Method::Tls(method) => method.client_id(),
        }
    }

    /// Whether the request needs a connection with a client certificate (RFC 8705 section 5).
    pub(crate) const fn uses_tls(&self) -> bool {
        matches!(self.0, Method::Tls(_))
    }

    /// The credentials for one request to `issuer`.
    pub(crate) fn credentials(
        &self,
        issuer: &str,
        now: Timestamp,
    ) -> Result<ClientCredentials, Unavailable> {
        match &self.0 {
            Method::PrivateKeyJwt(method) => method.credentials(issuer, now),
            Method::SharedSecret(method) => method.credentials(now),
            Method::Tls(method) => Ok(method.credentials()),
        }
    }
}

impl From<PrivateKeyJwt> for ClientAuthentication {
    fn from(method: PrivateKeyJwt) -> Self {
        Self(Method::PrivateKeyJwt(method))
    }
}

impl From<DatedSharedSecret> for ClientAuthentication {
    fn from(method: DatedSharedSecret) -> Self {
        Self(Method::SharedSecret(method))
    }
}

impl From<TlsClientAuth> for ClientAuthentication {
    fn from(method: TlsClientAuth) -> Self {
        Self(Method::Tls(method))
    }
}
