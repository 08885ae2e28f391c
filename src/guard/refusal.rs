//! A refusal before it becomes a [`Rejection`]: the reason, and the client if the token was verified.

use crate::credentials::Scheme;
use crate::rejection::Rejection;
use crate::rejection_reason::RejectionReason;
use crate::token::AccessToken;

/// Why a request is refused, and whose verified token it carries.
pub(super) struct Refusal {
    reason: RejectionReason,
    client_id: Option<Box<str>>,
}

impl Refusal {
    /// A refusal of a request whose token was verified.
    pub(super) fn with_token(reason: impl Into<RejectionReason>, token: &AccessToken) -> Self {
        Self {
            reason: reason.into(),
            client_id: token.claims().client_id().map(Into::into),
        }
    }

    pub(super) fn into_rejection(self, scheme: Scheme) -> Rejection {
        Rejection::new(Some(scheme), self.reason).with_client_id(self.client_id)
    }
}

impl<E: Into<RejectionReason>> From<E> for Refusal {
    fn from(reason: E) -> Self {
        Self {
            reason: reason.into(),
            client_id: None,
        }
    }
}
