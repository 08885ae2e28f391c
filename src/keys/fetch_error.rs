//! Why a fetch of a key set failed.

use crate::http_client::{HttpError, IncomingResponse};

/// The reason for the operator, and whether the server is away.
#[derive(Clone, Debug)]
pub(super) struct FetchError {
    reason: String,
    is_unanswered: bool,
}

impl FetchError {
    /// An answer that cannot be used.
    pub(super) fn unusable(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            is_unanswered: false,
        }
    }

    /// No answer; `reason` is the text of the error as it may be shown.
    pub(super) fn of(error: &HttpError, reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            is_unanswered: matches!(error, HttpError::Failed { .. }),
        }
    }

    /// A status other than 200; one of 500 and above comes also from a gateway whose server is away.
    pub(super) fn status(url: &str, response: &IncomingResponse) -> Self {
        let status = response.status;
        Self {
            reason: format!("{url}: status {}", status.as_u16()),
            is_unanswered: status.is_server_error(),
        }
    }

    /// The HTTP client did not end the request.
    pub(super) fn late() -> Self {
        Self {
            reason: "the HTTP client did not answer".to_owned(),
            is_unanswered: true,
        }
    }

    /// Two failures of one fetch.
    pub(super) fn and(self, later: Self) -> Self {
        Self {
            reason: format!("{}; {}", self.reason, later.reason),
            is_unanswered: self.is_unanswered && later.is_unanswered,
        }
    }

    pub(super) fn reason(&self) -> &str {
        &self.reason
    }

    pub(super) const fn is_unanswered(&self) -> bool {
        self.is_unanswered
    }
}
