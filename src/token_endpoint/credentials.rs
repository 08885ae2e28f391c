//! What a request presents as client authentication: at most one method (RFC 6749 section 2.3).

use http::HeaderMap;

use super::basic::Basic;
use super::error::{ClientAuthError, JWT_BEARER};
use super::parameters::Parameters;
use crate::excerpt::Excerpt;

/// The client credentials of a request. A certificate is not among them: a client of any method may present one, so
/// that its tokens are bound to it (RFC 8705 section 3).
pub(super) enum Credentials<'a> {
    /// `client_assertion`.
    Assertion(&'a str),
    /// The scheme `Basic`.
    Basic(Basic),
    None,
    /// `client_secret`.
    Secret(&'a str),
}

impl<'a> Credentials<'a> {
    pub(super) fn of_request(
        headers: &HeaderMap,
        parameters: &'a Parameters,
    ) -> Result<Self, ClientAuthError> {
        let basic = Basic::of_request(headers)?;
        let assertion = assertion(parameters)?;
        match (basic, assertion, parameters.value("client_secret")) {
            (None, None, None) => Ok(Self::None),
            (Some(basic), None, None) => Ok(Self::Basic(basic)),
            (None, Some(assertion), None) => Ok(Self::Assertion(assertion)),
            (None, None, Some(secret)) => Ok(Self::Secret(secret)),
            _ => Err(ClientAuthError::MultipleMethods),
        }
    }

    /// The words of `token_endpoint_auth_method`, or of the header.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Assertion(_) => "a client assertion",
            Self::Basic(_) => "client_secret_basic",
            Self::None => "no credentials",
            Self::Secret(_) => "client_secret_post",
        }
    }
}

fn assertion(parameters: &Parameters) -> Result<Option<&str>, ClientAuthError> {
    let assertion = parameters.value("client_assertion");
    match (assertion, parameters.value("client_assertion_type")) {
        (None, None) => Ok(None),
        (Some(assertion), Some(JWT_BEARER)) => Ok(Some(assertion)),
        (Some(_), Some(other)) => Err(ClientAuthError::AssertionType {
            found: Excerpt::new(other),
        }),
        _ => Err(ClientAuthError::IncompleteAssertion),
    }
}
