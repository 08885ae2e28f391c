//! `tls_client_auth` and `self_signed_tls_client_auth` (RFC 8705 section 2): the connection authenticates this server.

use super::credentials::{ClientCredentials, check_client_id};
use crate::config_error::ConfigError;

/// Authenticates with the client certificate of the HTTP client; the request names the client (RFC 8705 section 2).
///
/// Both methods are the same on this side: the authorization server compares the subject of the certificate
/// (`tls_client_auth`) or the whole certificate (`self_signed_tls_client_auth`) with what is registered. Requests go to
/// the endpoint of `mtls_endpoint_aliases`, if the metadata has one (section 5).
///
/// This does not check that the HTTP client has a certificate: use `ReqwestClient::with_client_certificate`, or a
/// client of your own that has one. Without it, the authorization server refuses the requests, and this server answers
/// 503.
///
/// ```
/// use sender_constraint::client_auth::TlsClientAuth;
///
/// # fn main() -> Result<(), sender_constraint::ConfigError> {
/// let client = TlsClientAuth::new("https://api.example.com")?;
/// # drop(client);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct TlsClientAuth {
    client_id: String,
}

impl TlsClientAuth {
    /// Authenticates as `client_id`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::ClientId`] if the identifier is empty.
    pub fn new(client_id: &str) -> Result<Self, ConfigError> {
        Ok(Self {
            client_id: check_client_id(client_id)?,
        })
    }

    pub(super) fn client_id(&self) -> &str {
        &self.client_id
    }

    pub(super) fn credentials(&self) -> ClientCredentials {
        ClientCredentials {
            form: vec![("client_id", self.client_id.clone())],
            basic: None,
        }
    }
}
