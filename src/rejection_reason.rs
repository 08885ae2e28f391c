//! The reasons of a rejection: one type for the errors of all modules.

use crate::binding_error::BindingError;
use crate::cert::CertError;
use crate::credentials::CredentialsError;
use crate::proof::{ForwardedError, ProofCheckError, ProofError};
use crate::replay::ReplayError;
use crate::requirement_error::RequirementError;
use crate::revocation::RevocationError;
use crate::token::TokenError;
use crate::unavailable::Unavailable;
use crate::uri::RequestError;

/// The reason of a [`Rejection`](crate::Rejection).
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

fn of_source(read_from: Option<&str>) -> String {
    read_from.map_or_else(String::new, |source| format!(" ({source})"))
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
