//! A client that authenticated.

use super::client::ClientAuthMethod;
use super::parameters::Parameters;
use crate::cert::PresentedCert;

/// A client that authenticated with this request. Only [`ClientAuthenticator`](super::ClientAuthenticator) makes one.
///
/// This says who calls, not what the client may do: whether a grant, a scope or a token is the client's is for the
/// endpoint to check.
///
/// ```
/// use sender_constraint::token_endpoint::AuthenticatedClient;
///
/// /// What a certificate-bound token for this client has as `cnf` (RFC 8705 section 3.1).
/// fn confirmation(client: &AuthenticatedClient) -> Option<String> {
///     let thumbprint = client.certificate()?.thumbprint();
///     Some(format!(r#"{{"x5t#S256":"{thumbprint}"}}"#))
/// }
/// # drop(confirmation);
/// ```
#[derive(Clone, Debug)]
pub struct AuthenticatedClient {
    pub(super) client_id: String,
    pub(super) method: ClientAuthMethod,
    pub(super) certificate: Option<PresentedCert>,
    pub(super) parameters: Parameters,
    pub(super) _private: (),
}

impl AuthenticatedClient {
    /// The client identifier.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// How the client authenticated.
    #[must_use]
    pub const fn method(&self) -> ClientAuthMethod {
        self.method
    }

    /// The certificate that the client presented, whatever its method: certificate-bound tokens have its thumbprint as
    /// `cnf.x5t#S256` (RFC 8705 section 3).
    #[must_use]
    pub const fn certificate(&self) -> Option<&PresentedCert> {
        self.certificate.as_ref()
    }

    /// The parameters of the request, without the client's credentials. Use these instead of a second parser, which may
    /// read another value.
    #[must_use]
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }
}
