//! What the client learns of each reason: the one place that decides it (RFC 6750 section 3.1, RFC 9449 section 7.1).

use http::StatusCode;

use super::error_response::{ErrorResponse, Retry};
use crate::binding_error::BindingError;
use crate::cert::CertError;
use crate::credentials::{CredentialsError, Scheme};
use crate::proof::{ForwardedError, ProofError};
use crate::rejection::Rejection;
use crate::rejection_reason::RejectionReason;
use crate::replay::ReplayError;
use crate::requirement_error::RequirementError;
use crate::revocation::RevocationError;
use crate::token::TokenError;
use crate::uri::RequestError;

impl ErrorResponse {
    /// What the client learns of a rejection.
    pub(super) fn of_reason(rejection: &Rejection) -> Self {
        let scheme = rejection.scheme();
        match rejection.reason() {
            RejectionReason::Binding(error) => Self::of_binding(scheme, error),
            // The proxy is misconfigured, or someone impersonates it: a challenge does not help.
            RejectionReason::Certificate { error, .. } => match error {
                CertError::UnknownPeer => Self::misconfigured(),
                _ => Self::silent(StatusCode::BAD_REQUEST),
            },
            RejectionReason::Credentials(error) => Self::of_credentials(scheme, error),
            // As for certificates: the proxy has to change, or the client that added a field of its own.
            RejectionReason::Forwarded(error) => match error {
                ForwardedError::UnknownPeer { .. } => Self::misconfigured(),
                _ => Self::silent(StatusCode::BAD_REQUEST),
            },
            RejectionReason::Proof(error) => Self::of_proof(error),
            RejectionReason::Replay(error) => Self::of_replay(error),
            RejectionReason::Request(error) => Self::of_request(scheme, error),
            RejectionReason::Requirement(error) => Self::of_requirement(scheme, error),
            RejectionReason::Revocation(error) => Self::of_revocation(scheme, error),
            RejectionReason::Token(error) => Self::of_token(scheme, error),
            RejectionReason::Unavailable(error) => Self::unavailable(Some(error)),
        }
    }

    fn of_binding(scheme: Option<Scheme>, error: &BindingError) -> Self {
        let description = match error {
            BindingError::BoundTokenAsBearer => {
                "DPoP-bound access token must not be used with the Bearer scheme"
            }
            BindingError::CertificateExpired
            | BindingError::CertificateMismatch { .. }
            | BindingError::CertificateMissing { .. }
            | BindingError::MtlsNotConfigured => "Certificate binding mismatch",
            BindingError::KeyMismatch { .. } => "Invalid DPoP key binding",
            BindingError::StrayProof => return Self::invalid_request(scheme),
            BindingError::UnboundToken
            | BindingError::UnboundTokenAsDpop
            | BindingError::UnknownConfirmation { .. } => return Self::invalid_token(scheme, None),
        };
        Self::invalid_token(scheme, Some(description))
    }

    fn of_credentials(scheme: Option<Scheme>, error: &CredentialsError) -> Self {
        match error {
            CredentialsError::AlreadyChecked => Self::misconfigured(),
            CredentialsError::Malformed | CredentialsError::QueryToken => {
                Self::invalid_request(scheme)
            }
            CredentialsError::DpopNotConfigured
            | CredentialsError::Missing
            | CredentialsError::Preflight
            | CredentialsError::UnsupportedScheme { .. } => {
                Self::challenged(StatusCode::UNAUTHORIZED, None, None, None)
            }
            CredentialsError::Repeated => Self::challenged(
                StatusCode::BAD_REQUEST,
                Some("invalid_request"),
                Some("Multiple methods used to include access token"),
                scheme,
            ),
            CredentialsError::TokenTooLarge { .. } => Self::too_large(),
        }
    }

    fn of_replay(error: &ReplayError) -> Self {
        match error {
            // Caused by one client, not an outage: not a 5xx, which load balancers and autoscalers count.
            ReplayError::PrincipalShareUsed { .. } => Self {
                retry: Retry::AfterProofWindow,
                ..Self::silent(StatusCode::TOO_MANY_REQUESTS)
            },
            ReplayError::ClockSetBack | ReplayError::Full { .. } => Self::unavailable(None),
            ReplayError::Unavailable(error) => Self::unavailable(Some(error)),
        }
    }

    fn of_proof(error: &ProofError) -> Self {
        let description = match error {
            ProofError::TooLarge { .. } => return Self::too_large(),
            ProofError::Expired { .. }
            | ProofError::IssuedInFuture { .. }
            | ProofError::IssuedTooLongAgo { .. }
            | ProofError::NotYetValid { .. } => {
                return Self {
                    shows_date: true,
                    ..Self::invalid_proof("DPoP proof is not within the accepted time window")
                };
            }
            ProofError::NonceMissing => {
                return Self::use_nonce("Resource server requires nonce in DPoP proof");
            }
            ProofError::NonceMissingOnSkew(_) => {
                return Self {
                    shows_date: true,
                    ..Self::use_nonce(
                        "DPoP proof is not within the accepted time window: a nonce is required",
                    )
                };
            }
            ProofError::NonceExpired { .. }
            | ProofError::NonceFromFuture { .. }
            | ProofError::NonceMalformed
            | ProofError::NonceUnknown => {
                return Self::use_nonce("Resource server requires a new nonce in DPoP proof");
            }
            // The client can compare these with its own request: no expected value is shown.
            ProofError::AccessTokenHash => "ath is not the hash of this access token",
            ProofError::Algorithm { .. } => "alg is not accepted",
            ProofError::JtiTooLong(_) => "jti is too long",
            ProofError::Key(_) => "jwk is not an accepted public key",
            ProofError::Method { .. } => "htm is not the method of this request",
            ProofError::Missing => "DPoP proof required",
            ProofError::Repeated => "More than one DPoP header",
            ProofError::Replayed => "jti was used before",
            ProofError::Signature => "DPoP proof signature is invalid",
            ProofError::TargetUri { .. } | ProofError::TargetUriForm(_) => {
                "htu is not the URI of this request"
            }
            ProofError::Type(_) => "typ is not dpop+jwt",
            ProofError::Critical
            | ProofError::EmptyClaim(_)
            | ProofError::Header(_)
            | ProofError::MissingClaim(_)
            | ProofError::MissingHeaderMember(_)
            | ProofError::NoTargetPath
            | ProofError::NotAJws
            | ProofError::Payload(_) => "DPoP proof is malformed",
        };
        Self::invalid_proof(description)
    }

    const fn of_request(scheme: Option<Scheme>, error: &RequestError) -> Self {
        match error {
            RequestError::EarlyData => Self::silent(StatusCode::TOO_EARLY),
            // RFC 9110 section 15.5.20: the client may repeat the request over another connection.
            RequestError::Misdirected(_) => Self::silent(StatusCode::MISDIRECTED_REQUEST),
            RequestError::HostConflict
            | RequestError::IllegalHost
            | RequestError::IllegalPath
            | RequestError::MissingHost
            | RequestError::PathTooLong(_)
            | RequestError::RepeatedHost => Self::invalid_request(scheme),
        }
    }

    fn of_requirement(scheme: Option<Scheme>, error: &RequirementError) -> Self {
        let (status, code, description) = match error {
            // RFC 9470 section 3.
            RequirementError::Acr { .. } => (
                StatusCode::UNAUTHORIZED,
                STEP_UP,
                "A different authentication level is required",
            ),
            RequirementError::AuthTime { .. }
            | RequirementError::AuthTimeInFuture { .. }
            | RequirementError::AuthTimeMissing { .. } => (
                StatusCode::UNAUTHORIZED,
                STEP_UP,
                "More recent authentication is required",
            ),
            RequirementError::AuthorizationDetails { .. } => (
                StatusCode::FORBIDDEN,
                INSUFFICIENT_SCOPE,
                "The access token lacks required authorization details",
            ),
            RequirementError::ClientToken => (
                StatusCode::FORBIDDEN,
                INSUFFICIENT_SCOPE,
                "The access token of a user is required",
            ),
            RequirementError::Predicate { .. } => (
                StatusCode::FORBIDDEN,
                INSUFFICIENT_SCOPE,
                "The access token does not suffice for this request",
            ),
            RequirementError::Scope { .. } => (
                StatusCode::FORBIDDEN,
                INSUFFICIENT_SCOPE,
                "The access token lacks a required scope",
            ),
            RequirementError::UserToken => (
                StatusCode::FORBIDDEN,
                INSUFFICIENT_SCOPE,
                "The access token of a client is required",
            ),
            RequirementError::SenderConstraint { .. } => {
                let description = "The access token is not bound to its sender as required";
                return Self::invalid_token(scheme, Some(description));
            }
            RequirementError::Invalid(_) => return Self::misconfigured(),
            RequirementError::Undeclared { .. } => return Self::silent(StatusCode::FORBIDDEN),
        };
        let mut response = Self::challenged(status, Some(code), Some(description), scheme);
        if let Some(challenge) = &mut response.challenge {
            challenge.is_of_scheme_alone = true;
        }
        response
    }

    fn of_revocation(scheme: Option<Scheme>, error: &RevocationError) -> Self {
        match error {
            RevocationError::Denied(_) => Self::invalid_token(scheme, Some(INVALID_TOKEN)),
            RevocationError::Unavailable(error) => Self::unavailable(Some(error)),
        }
    }

    fn of_token(scheme: Option<Scheme>, error: &TokenError) -> Self {
        match error {
            TokenError::Expired { .. } => {
                Self::invalid_token(scheme, Some("The access token expired"))
            }
            TokenError::Unavailable(error) => Self::unavailable(Some(error)),
            TokenError::Algorithm { .. }
            | TokenError::AlgorithmNotInProfile(_)
            | TokenError::Audience { .. }
            | TokenError::AudienceUnknown
            | TokenError::ClaimType { .. }
            | TokenError::Confirmation(_)
            | TokenError::Contradiction(_)
            | TokenError::Critical
            | TokenError::DpopWithoutKey
            | TokenError::Header(_)
            | TokenError::Inactive
            | TokenError::IssuedInFuture { .. }
            | TokenError::Issuer { .. }
            | TokenError::KeyIdTooLong(_)
            | TokenError::Marker { .. }
            | TokenError::MissingClaim(_)
            | TokenError::MissingHeaderMember(_)
            | TokenError::NotAJws
            | TokenError::NotAnAccessToken
            | TokenError::NotYetValid { .. }
            | TokenError::Payload(_)
            | TokenError::ReportedType { .. }
            | TokenError::Signature { .. }
            | TokenError::Type { .. }
            | TokenError::UnexpectedClaim(_)
            | TokenError::UnknownKey { .. } => Self::invalid_token(scheme, Some(INVALID_TOKEN)),
        }
    }
}

/// One text for all: do not reveal which check failed.
const INVALID_TOKEN: &str = "The access token is invalid";

const INSUFFICIENT_SCOPE: &str = "insufficient_scope";
const STEP_UP: &str = "insufficient_user_authentication";
