//! The credentials of one request, and the identifier of the client.

use http::HeaderValue;

use crate::config_error::ConfigError;

/// What a request carries besides its own parameters. No `Debug`: it is secret.
pub(crate) struct ClientCredentials {
    /// Parameters for the form.
    pub(crate) form: Vec<(&'static str, String)>,
    /// The value of the header for the scheme Basic.
    pub(crate) basic: Option<HeaderValue>,
}

/// An identifier of a client is not empty (RFC 6749 section 2.2).
pub(super) fn check_client_id(client_id: &str) -> Result<String, ConfigError> {
    if client_id.is_empty() {
        return Err(ConfigError::ClientId);
    }
    Ok(client_id.to_owned())
}
