//! Maps a refusal to the response of a token endpoint (RFC 6749 section 5.2): the one place that decides what the
//! client learns.

use std::fmt;
use std::time::Duration;

use http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use http::{Response, StatusCode};

use super::basic::has_authorization;
use super::error::ClientAuthError;
use crate::cert::CertError;
use crate::replay::ReplayError;

/// A refused request: the reason, and the response for the client.
///
/// All failures of authentication look alike to the client: neither the body nor the status tells an unknown client
/// from a bad signature. `Display` is the reason, for the operator's log.
///
/// ```
/// use sender_constraint::token_endpoint::ClientRejection;
///
/// fn answer(rejection: &ClientRejection) -> http::Response<String> {
///     eprintln!("{}: {rejection}", rejection.kind());
///     rejection.to_response()
/// }
/// # drop(answer);
/// ```
#[derive(Clone, Debug)]
pub struct ClientRejection {
    reason: ClientAuthError,
    /// Whether the request has an `Authorization` header, so that the response needs a challenge.
    used_authorization: bool,
}

impl ClientRejection {
    pub(super) fn new(reason: ClientAuthError, headers: &HeaderMap) -> Self {
        Self {
            reason,
            used_authorization: has_authorization(headers),
        }
    }

    /// Why the request is refused.
    #[must_use]
    pub const fn reason(&self) -> &ClientAuthError {
        &self.reason
    }

    /// A stable name of the reason, for metrics.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.reason {
            ClientAuthError::Assertion(error) => error.into(),
            ClientAuthError::Certificate(error) => error.into(),
            ClientAuthError::Replay(error) => error.into(),
            ClientAuthError::Unavailable(error) => error.dependency().into(),
            error => error.into(),
        }
    }

    /// The status of the response.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.answer().0
    }

    /// `error` of the response's body. For 429, 500 and 503, which RFC 6749 section 5.2 does not
    /// cover, `temporarily_unavailable` or `server_error` (section 4.1.2.1).
    #[must_use]
    pub const fn error(&self) -> &'static str {
        self.answer().1
    }

    /// The response: the error in JSON, which caches do not store.
    #[must_use]
    pub fn to_response(&self) -> Response<String> {
        let (status, error) = self.answer();
        let mut response = Response::new(format!(r#"{{"error":"{error}"}}"#));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        // RFC 6749 section 5.2
        if self.used_authorization && status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE));
        }
        if let Some(wait) = self.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        response
    }

    fn retry_after(&self) -> Option<Duration> {
        match &self.reason {
            ClientAuthError::Unavailable(error) => error.retry_after(),
            _ => None,
        }
    }

    const fn answer(&self) -> (StatusCode, &'static str) {
        match &self.reason {
            ClientAuthError::Assertion(_)
            | ClientAuthError::AssertionType { .. }
            | ClientAuthError::Authorization
            | ClientAuthError::CertificateExpired
            | ClientAuthError::CertificateMalformed
            | ClientAuthError::CertificateMissing { .. }
            | ClientAuthError::CertificateName { .. }
            | ClientAuthError::CertificateNotVerified { .. }
            | ClientAuthError::CertificateUnregistered { .. }
            | ClientAuthError::Method { .. }
            | ClientAuthError::Missing
            | ClientAuthError::OtherClient { .. }
            | ClientAuthError::Secret { .. }
            | ClientAuthError::SecretExpired { .. }
            | ClientAuthError::UnknownClient { .. } => (StatusCode::UNAUTHORIZED, "invalid_client"),
            // A mistake of the set-up.
            ClientAuthError::Certificate(CertError::UnknownPeer) => {
                (StatusCode::INTERNAL_SERVER_ERROR, "server_error")
            }
            ClientAuthError::Certificate(_)
            | ClientAuthError::Form(_)
            | ClientAuthError::IncompleteAssertion
            | ClientAuthError::MultipleMethods
            | ClientAuthError::RepeatedAuthorization => {
                (StatusCode::BAD_REQUEST, "invalid_request")
            }
            ClientAuthError::Replay(ReplayError::PrincipalShareUsed { .. }) => {
                (StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable")
            }
            ClientAuthError::Replay(_) | ClientAuthError::Unavailable(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable")
            }
        }
    }
}

/// The reason, for the operator: not for the client.
impl fmt::Display for ClientRejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reason.fmt(formatter)
    }
}

impl std::error::Error for ClientRejection {}

const CHALLENGE: &str = "Basic realm=\"client\"";
