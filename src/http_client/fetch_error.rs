//! Why a document of an authorization server could not be fetched.

use super::client::{HttpError, IncomingResponse};
use crate::url_error::redacted;

/// The reason for the operator, and what follows from it.
#[derive(Clone, Debug)]
pub(crate) struct FetchError {
    reason: String,
    is_unanswered: bool,
    is_untrusted: bool,
}

impl FetchError {
    /// A response that cannot be used.
    pub(crate) fn unusable(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            is_unanswered: false,
            is_untrusted: false,
        }
    }

    /// No response from `url`.
    pub(crate) fn of(error: &HttpError, url: &str) -> Self {
        Self {
            reason: error.redacted(url),
            is_unanswered: matches!(error, HttpError::Failed { .. }),
            is_untrusted: matches!(error, HttpError::UntrustedCertificate(_)),
        }
    }

    /// A status other than 200; one of 500 and above comes also from a gateway whose server is unavailable.
    pub(crate) fn status(url: &str, response: &IncomingResponse) -> Self {
        let status = response.status;
        Self {
            is_unanswered: status.is_server_error(),
            ..Self::unusable(format!("{}: status {}", redacted(url), status.as_u16()))
        }
    }

    /// The HTTP client did not end the request.
    pub(crate) fn late() -> Self {
        Self {
            is_unanswered: true,
            ..Self::unusable("the HTTP client did not answer")
        }
    }

    /// Two failures of one fetch.
    pub(crate) fn and(self, later: Self) -> Self {
        Self {
            reason: format!("{}; {}", self.reason, later.reason),
            is_unanswered: self.is_unanswered && later.is_unanswered,
            is_untrusted: self.is_untrusted || later.is_untrusted,
        }
    }

    pub(crate) fn reason(&self) -> &str {
        &self.reason
    }

    /// Whether the server is unavailable.
    pub(crate) const fn is_unanswered(&self) -> bool {
        self.is_unanswered
    }

    /// Whether the certificate of the server is not trusted.
    pub(crate) const fn is_untrusted(&self) -> bool {
        self.is_untrusted
    }
}
