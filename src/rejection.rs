//! Why a request was refused, and what else its event and its response say.

use std::sync::Arc;

use crate::cert::CertError;
use crate::credentials::{BadCredentials, CredentialsError, Scheme};
use crate::proof::ForwardedError;
use crate::rejection_reason::RejectionReason;
use crate::replay::ReplayError;
use crate::requirement_error::{Needed, RequirementError};

/// Why a request was refused.
///
/// `Display` shows the operator what was expected, what was received, and the setting that changes it; it shows no
/// token and no proof. The client learns less: status and challenge.
///
/// ```
/// use http::request::Parts;
/// use sender_constraint::error::RejectionReason;
/// use sender_constraint::{Admission, Guard, Rejection};
///
/// async fn check(guard: &Guard, head: &mut Parts) -> Result<Admission, Rejection> {
///     let verdict = guard.check(head).await;
///     if let Err(rejection) = &verdict {
///         let is_outage = matches!(rejection.reason(), RejectionReason::Unavailable(_));
///         println!("{} (outage: {is_outage}): {rejection}", rejection.kind());
///     }
///     verdict
/// }
/// # drop(check);
/// ```
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{reason}{}", also(.needed.as_deref()))]
pub struct Rejection {
    scheme: Option<Scheme>,
    reason: RejectionReason,
    /// `client_id` of a token that was verified.
    client_id: Option<Box<str>>,
    needed: Option<Arc<Needed>>,
}

impl Rejection {
    pub(crate) fn new(scheme: Option<Scheme>, reason: impl Into<RejectionReason>) -> Self {
        Self {
            scheme,
            reason: reason.into(),
            client_id: None,
            needed: None,
        }
    }

    /// Sets the client of a verified token.
    pub(crate) fn with_client_id(self, client_id: Option<Box<str>>) -> Self {
        Self { client_id, ..self }
    }

    /// Sets the parameters that tell the client what the route requires.
    pub(crate) fn with_needed(self, needed: Option<Needed>) -> Self {
        Self {
            needed: needed.map(Arc::new),
            ..self
        }
    }

    /// Sets the other needs that are not met.
    pub(crate) fn with_also_unmet(mut self, others: Vec<RequirementError>) -> Self {
        if !others.is_empty() {
            Arc::make_mut(self.needed.get_or_insert_default()).also_unmet = others;
        }
        self
    }

    pub(crate) const fn needed(&self) -> Option<&Arc<Needed>> {
        self.needed.as_ref()
    }

    /// `scope` of the challenge (RFC 6750 section 3): what the route requires, separated by spaces, if the challenge
    /// has it.
    #[must_use]
    pub fn required_scope(&self) -> Option<&str> {
        self.needed.as_ref()?.scope.as_deref()
    }

    /// `acr_values` of the challenge (RFC 9470 section 3), if it has them.
    #[must_use]
    pub fn required_acr_values(&self) -> Option<&str> {
        self.needed.as_ref()?.acr_values.as_deref()
    }

    /// `max_age` of the challenge (RFC 9470 section 3), in seconds, if it has it.
    #[must_use]
    pub fn required_max_age(&self) -> Option<u64> {
        self.needed.as_ref()?.max_age
    }

    /// A stable name of the reason, for metrics and alerts: `proof_replayed`, `token_expired`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.reason {
            RejectionReason::Binding(error) => error.into(),
            RejectionReason::Certificate { error, .. } => error.into(),
            RejectionReason::Credentials(error) => error.into(),
            RejectionReason::Forwarded(error) => error.into(),
            RejectionReason::Proof(error) => error.into(),
            RejectionReason::Replay(error) => error.into(),
            RejectionReason::Request(error) => error.into(),
            RejectionReason::Requirement(error) => error.into(),
            RejectionReason::Revocation(error) => error.into(),
            RejectionReason::Token(error) => error.into(),
            RejectionReason::Unavailable(error) => error.dependency().into(),
        }
    }

    /// The reason.
    #[must_use]
    pub const fn reason(&self) -> &RejectionReason {
        &self.reason
    }

    /// What the request does not meet besides, if the reason is a requirement of its route: `Display` names these too.
    /// Without [predicates](crate::require::Require::predicate), which are checked only if everything else is met.
    #[must_use]
    pub fn also_unmet(&self) -> &[RequirementError] {
        let needed = self.needed.as_deref();
        needed.map_or(&[], |needed| &needed.also_unmet)
    }

    /// The scheme of the token, if the request has one that the guard accepts.
    #[must_use]
    pub const fn scheme(&self) -> Option<Scheme> {
        self.scheme
    }

    /// `client_id` of the token, if the token itself was verified: its issuer asserts it, but possession was not
    /// proven.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// Whether the cause is an outage: the operator should act, and the client did nothing wrong.
    pub(crate) const fn is_outage(&self) -> bool {
        match &self.reason {
            RejectionReason::Certificate {
                error: CertError::UnknownPeer,
                ..
            }
            | RejectionReason::Credentials(CredentialsError::AlreadyChecked)
            | RejectionReason::Forwarded(ForwardedError::UnknownPeer { .. })
            | RejectionReason::Requirement(RequirementError::Invalid(_))
            | RejectionReason::Unavailable(_) => true,
            RejectionReason::Replay(error) => {
                !matches!(error, ReplayError::PrincipalShareUsed { .. })
            }
            _ => false,
        }
    }
}

fn also(needed: Option<&Needed>) -> String {
    let unmet = needed.into_iter().flat_map(|needed| &needed.also_unmet);
    let texts = unmet.map(|error| format!("; also, {error}"));
    texts.collect()
}

impl From<BadCredentials> for Rejection {
    fn from(bad: BadCredentials) -> Self {
        Self::new(bad.scheme, bad.error)
    }
}
