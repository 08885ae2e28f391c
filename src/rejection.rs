//! Why a request was refused: one error type for the errors of all modules.

use std::sync::Arc;

use crate::cert::{CertError, MissingCertificate};
use crate::credentials::{BadCredentials, CredentialsError, Scheme};
use crate::crypto::Digest;
use crate::excerpt::Excerpt;
use crate::proof::{ForwardedError, ProofCheckError, ProofError};
use crate::replay::ReplayError;
use crate::requirement_error::{Needed, RequirementError};
use crate::revocation::RevocationError;
use crate::token::TokenError;
use crate::unavailable::Unavailable;
use crate::uri::RequestError;

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
#[error("{reason}{}", also(also_unmet))]
pub struct Rejection {
    scheme: Option<Scheme>,
    reason: RejectionReason,
    /// `client_id` of a token that was verified.
    client_id: Option<Box<str>>,
    needed: Option<Arc<Needed>>,
    also_unmet: Box<[RequirementError]>,
}

/// The reason of a [`Rejection`].
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RejectionReason {
    /// Token, proof and policy do not match.
    #[error(transparent)]
    Binding(BindingError),
    /// The forwarded client certificate is malformed or not trusted.
    #[error("{error}{}", of_source(read_from.as_deref()))]
    Certificate {
        /// What is wrong.
        error: CertError,
        /// Where the certificate was read, and the setting that governs it.
        read_from: Option<String>,
    },
    /// No usable `Authorization` header.
    #[error(transparent)]
    Credentials(CredentialsError),
    /// A trusted proxy does not say which host the client addressed, or not as configured.
    #[error(transparent)]
    Forwarded(ForwardedError),
    /// The DPoP proof is invalid.
    #[error(transparent)]
    Proof(ProofError),
    /// The replay store cannot take the proof.
    #[error(transparent)]
    Replay(ReplayError),
    /// The request is malformed, or came in TLS early data.
    #[error(transparent)]
    Request(RequestError),
    /// The token is valid, but does not suffice for the route.
    #[error(transparent)]
    Requirement(RequirementError),
    /// The token is valid, but denied.
    #[error(transparent)]
    Revocation(RevocationError),
    /// The access token is invalid.
    #[error(transparent)]
    Token(TokenError),
    /// A dependency is unavailable; the request may be valid.
    #[error(transparent)]
    Unavailable(Unavailable),
}

/// Why a valid token and a matching proof are refused together.
#[derive(Clone, Debug, Eq, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "binding_")]
pub enum BindingError {
    /// A token bound to a key, presented as `Bearer` (RFC 9449 section 7.2).
    #[error(
        "the token is bound to a key (`cnf.jkt`), but was sent with the Bearer scheme: the client must send it with the \
         scheme DPoP and a proof"
    )]
    BoundTokenAsBearer,
    /// The right certificate, but outside its validity period, or with an unknown one, where the validity period is
    /// checked.
    #[error(
        "the client's certificate is outside its validity period, or only its fingerprint is known; \
         configure with `refuse_expired_certificates`"
    )]
    CertificateExpired,
    /// The certificate presented is not the one that the token is bound to (RFC 8705 section 3).
    #[error(
        "the client's certificate has the thumbprint {presented}, but the token is bound to {bound} (`cnf.x5t#S256`)"
    )]
    CertificateMismatch {
        /// The token's `x5t#S256`.
        bound: Digest,
        /// The thumbprint of the certificate that was presented.
        presented: Digest,
    },
    /// A token bound to a certificate, and the request has none.
    #[error("the token is bound to a client certificate, but {cause}")]
    CertificateMissing {
        /// Why the request has none, as far as the source of certificates can tell.
        cause: MissingCertificate,
    },
    /// The proof is signed with another key (RFC 9449 section 6.1).
    #[error(
        "the proof's key has the thumbprint {proven}, but the token is bound to {bound} (`cnf.jkt`)"
    )]
    KeyMismatch {
        /// The token's `jkt`.
        bound: Digest,
        /// The thumbprint of the proof's key.
        proven: Digest,
    },
    /// A token bound to a certificate, on a guard without `GuardBuilder::mtls`.
    #[error(
        "the token is bound to a client certificate, but this guard has no source of certificates; \
         configure one with `GuardBuilder::mtls`"
    )]
    MtlsNotConfigured,
    /// A `DPoP` header with an unbound bearer token, which the strict option refuses.
    #[error(
        "a DPoP header was sent with an unbound bearer token, which `refuse_stray_proofs` forbids"
    )]
    StrayProof,
    /// The token is unbound.
    #[error(
        "the token has no `cnf`: anyone who holds it could use it; configure the authorization server to issue \
         DPoP-bound tokens, or call `allow_unbound_tokens`, or name the client in `GuardBuilder::exceptions`"
    )]
    UnboundToken,
    /// Scheme `DPoP` with a token that is not bound to a key.
    #[error(
        "the scheme is DPoP, but the token has no `cnf.jkt`: configure the authorization server to bind tokens to the \
         key of the DPoP proof at its token endpoint"
    )]
    UnboundTokenAsDpop,
    /// Members of `cnf` that this guard cannot check. Stricter than RFC 7800 section 3.1, which allows recipients to
    /// ignore them: a confirmation that is not checked does not bind the token.
    #[error(
        "the token's `cnf` has {members}, which this guard cannot check; configure with `ignore_confirmation_member`"
    )]
    UnknownConfirmation {
        /// Their names, separated by spaces.
        members: Excerpt,
    },
}

impl Rejection {
    pub(crate) fn new(scheme: Option<Scheme>, reason: impl Into<RejectionReason>) -> Self {
        Self {
            scheme,
            reason: reason.into(),
            client_id: None,
            needed: None,
            also_unmet: Box::default(),
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

    /// Sets what the request does not meet besides.
    pub(crate) fn with_also_unmet(self, others: Vec<RequirementError>) -> Self {
        Self {
            also_unmet: others.into(),
            ..self
        }
    }

    pub(crate) const fn needed(&self) -> Option<&Arc<Needed>> {
        self.needed.as_ref()
    }

    /// `scope` of the challenge (RFC 6750 section 3): what the route requires, separated by spaces, if the challenge has it.
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

    /// What the request does not meet besides, if the reason is a requirement of its route: `Display` names these too. Without
    /// [predicates](crate::require::Require::predicate), which are checked only if everything else is met.
    #[must_use]
    pub fn also_unmet(&self) -> &[RequirementError] {
        &self.also_unmet
    }

    /// The scheme of the token, if the request has one that the guard accepts.
    #[must_use]
    pub const fn scheme(&self) -> Option<Scheme> {
        self.scheme
    }

    /// `client_id` of the token, if the token itself was verified: its issuer asserts it, but possession was not proven.
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

fn of_source(read_from: Option<&str>) -> String {
    read_from.map_or_else(String::new, |source| format!(" ({source})"))
}

fn also(unmet: &[RequirementError]) -> String {
    let texts = unmet.iter().map(|error| format!("; also, {error}"));
    texts.collect()
}

impl From<BadCredentials> for Rejection {
    fn from(bad: BadCredentials) -> Self {
        Self::new(bad.scheme, bad.error)
    }
}

impl From<BindingError> for RejectionReason {
    fn from(error: BindingError) -> Self {
        Self::Binding(error)
    }
}

impl From<CredentialsError> for RejectionReason {
    fn from(error: CredentialsError) -> Self {
        Self::Credentials(error)
    }
}

impl From<ProofCheckError> for RejectionReason {
    fn from(error: ProofCheckError) -> Self {
        match error {
            ProofCheckError::Forwarded(error) => Self::Forwarded(error),
            ProofCheckError::Proof(error) => Self::Proof(error),
            ProofCheckError::Replay(ReplayError::Unavailable(error)) => Self::Unavailable(error),
            ProofCheckError::Replay(error) => Self::Replay(error),
            ProofCheckError::Request(error) => Self::Request(error),
        }
    }
}

impl From<ProofError> for RejectionReason {
    fn from(error: ProofError) -> Self {
        Self::Proof(error)
    }
}

impl From<RequestError> for RejectionReason {
    fn from(error: RequestError) -> Self {
        Self::Request(error)
    }
}

impl From<RequirementError> for RejectionReason {
    fn from(error: RequirementError) -> Self {
        Self::Requirement(error)
    }
}

impl From<RevocationError> for RejectionReason {
    fn from(error: RevocationError) -> Self {
        match error {
            RevocationError::Unavailable(error) => Self::Unavailable(error),
            error => Self::Revocation(error),
        }
    }
}

impl From<TokenError> for RejectionReason {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Unavailable(error) => Self::Unavailable(error),
            error => Self::Token(error),
        }
    }
}
