//! Why a request was not let in: the rooms' errors, folded into one.

use std::time::Duration;

use crate::cert::CertError;
use crate::credentials::{CredentialsError, Scheme};
use crate::excerpt::Excerpt;
use crate::proof::{ProofError, Unproven};
use crate::replay::ReplayError;
use crate::token::TokenError;
use crate::uri::RequestError;

/// Why a request was refused.
///
/// `Display` tells an operator what was expected, what came, and which setting governs it; it shows no
/// token and no proof. The client learns less: status and challenge come from the layer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// Token, proof and policy do not go together.
    #[error(transparent)]
    Binding(BindingError),
    /// The forwarded client certificate cannot be read or believed.
    #[error(transparent)]
    Certificate(CertError),
    /// No usable `Authorization` header.
    #[error(transparent)]
    Credentials(CredentialsError),
    /// The DPoP proof does not hold.
    #[error(transparent)]
    Proof(ProofError),
    /// The request is malformed, or came in early data.
    #[error(transparent)]
    Request(RequestError),
    /// The principal has as many live proofs in the replay store as one may: refused with 429, because it is its own
    /// doing and not an outage.
    #[error("{0}")]
    ShareUsed(ReplayError),
    /// The access token is no good.
    #[error("{error}")]
    Token {
        /// How it was presented.
        scheme: Scheme,
        /// What is wrong.
        error: TokenError,
    },
    /// What is needed for a verdict cannot be had; the request may be good.
    #[error(transparent)]
    Unavailable(Unavailable),
}

/// Why a good token and a fitting proof are refused together.
#[derive(Clone, Debug, Eq, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case")]
pub enum BindingError {
    /// A token bound to a key, presented as `Bearer` (RFC 9449 section 7.2).
    #[error("the token is bound to a key (`cnf.jkt`), but came with the Bearer scheme")]
    BoundTokenAsBearer,
    /// The right certificate, but not valid now, or not known to be, where that is demanded.
    #[error(
        "the client's certificate is not valid now by its own dates, or only its fingerprint is known; \
         `refuse_expired_certificates` governs this"
    )]
    CertificateExpired(Scheme),
    /// The certificate presented is not the one that the token is bound to (RFC 8705 section 3).
    #[error("the client's certificate is not the one that the token is bound to, or was withdrawn")]
    CertificateMismatch(Scheme),
    /// A token bound to a certificate, and the client presented none.
    #[error(
        "the token is bound to a client certificate, and none came with the request; behind a proxy, does it \
         forward the certificate, and is its address among the trusted peers?"
    )]
    CertificateMissing(Scheme),
    /// A token bound to a certificate, on a guard that takes none.
    #[error(
        "the token is bound to a client certificate, and this guard is given none to compare; \
         `GuardBuilder::mtls` governs this"
    )]
    CertificateNotSeen(Scheme),
    /// The proof is of another key (RFC 9449 section 6.1).
    #[error("the proof's key is not the one that the token is bound to, or was withdrawn")]
    KeyMismatch,
    /// A DPoP header beside an unbound bearer token, where the strict option refuses it.
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
        /// How the token was presented.
        scheme: Scheme,
        /// Their names, separated by spaces.
        members: Excerpt,
    },
}

/// What cannot be told at present. Refused with 503: the request may be good, and letting it pass would make every
/// outage an open door.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Unavailable {
    /// The keys of an issuer.
    #[error("the keys of issuer {issuer:?} cannot be had: {reason}")]
    Keys {
        /// The issuer.
        issuer: String,
        /// What went wrong.
        reason: String,
        /// When to try again, if that is known.
        retry_after: Option<Duration>,
    },
    /// The memory of used proofs.
    #[error(transparent)]
    Replay(ReplayError),
}

impl Rejection {
    /// A stable name for the reason, for metrics and alerts: `proof_replayed`, `token_expired`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Binding(error) => error.into(),
            Self::Certificate(error) => error.into(),
            Self::Credentials(error) => error.into(),
            Self::Proof(error) => error.into(),
            Self::Request(error) => error.into(),
            Self::ShareUsed(error) => error.into(),
            Self::Token { error, .. } => error.into(),
            Self::Unavailable(Unavailable::Keys { .. }) => "token_keys_unavailable",
            Self::Unavailable(Unavailable::Replay(error)) => error.into(),
        }
    }

    pub(crate) fn of_token(scheme: Scheme, error: TokenError) -> Self {
        match error {
            TokenError::KeysUnavailable {
                issuer,
                reason,
                retry_after,
            } => Self::Unavailable(Unavailable::Keys {
                issuer,
                reason,
                retry_after,
            }),
            error => Self::Token { scheme, error },
        }
    }
}

impl From<BindingError> for Rejection {
    fn from(error: BindingError) -> Self {
        Self::Binding(error)
    }
}

impl From<CertError> for Rejection {
    fn from(error: CertError) -> Self {
        Self::Certificate(error)
    }
}

impl From<CredentialsError> for Rejection {
    fn from(error: CredentialsError) -> Self {
        Self::Credentials(error)
    }
}

impl From<ProofError> for Rejection {
    fn from(error: ProofError) -> Self {
        Self::Proof(error)
    }
}

impl From<RequestError> for Rejection {
    fn from(error: RequestError) -> Self {
        Self::Request(error)
    }
}

impl From<Unproven> for Rejection {
    fn from(error: Unproven) -> Self {
        match error {
            Unproven::Proof(error) => error.into(),
            Unproven::Request(error) => error.into(),
            Unproven::Store(error @ ReplayError::ClientShareUsed { .. }) => Self::ShareUsed(error),
            Unproven::Store(error) => Self::Unavailable(Unavailable::Replay(error)),
        }
    }
}
