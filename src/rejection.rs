//! Why a request was refused: the errors of the modules, folded into one.

use crate::cert::CertError;
use crate::credentials::{BadCredentials, CredentialsError, Scheme};
use crate::excerpt::Excerpt;
use crate::proof::{ProofCheckError, ProofError};
use crate::replay::ReplayError;
use crate::token::TokenError;
use crate::unavailable::Unavailable;
use crate::uri::RequestError;

/// Why a request was refused.
///
/// `Display` tells an operator what was expected, what came, and which setting changes it; it shows no token and no
/// proof. The client learns less: status and challenge.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{reason}")]
pub struct Rejection {
    scheme: Option<Scheme>,
    reason: RejectionReason,
}

/// The reason of a [`Rejection`].
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RejectionReason {
    /// Token, proof and policy do not fit together.
    #[error(transparent)]
    Binding(BindingError),
    /// The forwarded client certificate is malformed or not trusted.
    #[error(transparent)]
    Certificate(CertError),
    /// No usable `Authorization` header.
    #[error(transparent)]
    Credentials(CredentialsError),
    /// The DPoP proof is invalid.
    #[error(transparent)]
    Proof(ProofError),
    /// The replay store cannot take the proof.
    #[error(transparent)]
    Replay(ReplayError),
    /// The request is malformed, or came in TLS early data.
    #[error(transparent)]
    Request(RequestError),
    /// The access token is invalid.
    #[error(transparent)]
    Token(TokenError),
    /// A dependency is unavailable; the request may be good.
    #[error(transparent)]
    Unavailable(Unavailable),
}

/// Why a good token and a fitting proof are refused together.
#[derive(Clone, Debug, Eq, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "binding_")]
pub enum BindingError {
    /// A token bound to a key, presented as `Bearer` (RFC 9449 section 7.2).
    #[error("the token is bound to a key (`cnf.jkt`), but came with the Bearer scheme")]
    BoundTokenAsBearer,
    /// The right certificate, but not valid now, or not known to be, where that is demanded.
    #[error(
        "the client's certificate is not valid now by its own dates, or only its fingerprint is known; \
         `refuse_expired_certificates` governs this"
    )]
    CertificateExpired,
    /// The certificate presented is not the one that the token is bound to (RFC 8705 section 3).
    #[error("the client's certificate is not the one that the token is bound to, or was withdrawn")]
    CertificateMismatch,
    /// A token bound to a certificate, and the client presented none.
    #[error(
        "the token is bound to a client certificate, and none came with the request; behind a proxy, does it \
         forward the certificate, and is its address among the trusted peers?"
    )]
    CertificateMissing,
    /// The proof is of another key (RFC 9449 section 6.1).
    #[error("the proof's key is not the one that the token is bound to, or was withdrawn")]
    KeyMismatch,
    /// A token bound to a certificate, on a guard without `GuardBuilder::mtls`.
    #[error(
        "the token is bound to a client certificate, and this guard has no source of certificates; \
         configure one with `GuardBuilder::mtls`"
    )]
    MtlsNotConfigured,
    /// A DPoP header besides an unbound bearer token, where the strict option refuses it.
    #[error("a DPoP header came with a Bearer token, which `refuse_stray_proofs` forbids")]
    StrayProof,
    /// A token bound to nothing.
    #[error(
        "the token has no `cnf`: whoever holds it could use it; make the authorization server issue \
         DPoP-bound tokens, or call `allow_unbound_tokens`"
    )]
    UnboundToken,
    /// Scheme `DPoP` with a token that is not bound to a key.
    #[error("the scheme is DPoP, but the token has no `cnf.jkt`")]
    UnboundTokenAsDpop,
    /// Members of `cnf` that nothing here can check. Stricter than RFC 7800 section 3.1, which lets them be ignored: a
    /// binding that nobody checks is none.
    #[error(
        "the token's `cnf` has {members}, which nothing here checks; `ignore_confirmation_member` governs this"
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
        }
    }

    /// A stable name for the reason, for metrics and alerts: `proof_replayed`, `token_expired`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.reason {
            RejectionReason::Binding(error) => error.into(),
            RejectionReason::Certificate(error) => error.into(),
            RejectionReason::Credentials(error) => error.into(),
            RejectionReason::Proof(error) => error.into(),
            RejectionReason::Replay(error) => error.into(),
            RejectionReason::Request(error) => error.into(),
            RejectionReason::Token(error) => error.into(),
            RejectionReason::Unavailable(error) => error.dependency().into(),
        }
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> &RejectionReason {
        &self.reason
    }

    /// The scheme under which the token came, if the request has one that the guard accepts.
    #[must_use]
    pub const fn scheme(&self) -> Option<Scheme> {
        self.scheme
    }

    /// Whether the operator should look: the client did nothing wrong.
    pub(crate) const fn is_outage(&self) -> bool {
        match &self.reason {
            RejectionReason::Unavailable(_) => true,
            RejectionReason::Replay(error) => {
                !matches!(error, ReplayError::PrincipalShareUsed { .. })
            }
            _ => false,
        }
    }
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

impl From<CertError> for RejectionReason {
    fn from(error: CertError) -> Self {
        Self::Certificate(error)
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

impl From<TokenError> for RejectionReason {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Unavailable(error) => Self::Unavailable(error),
            error => Self::Token(error),
        }
    }
}
