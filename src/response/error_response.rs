//! Maps a rejection to status, error code and description: the one place that decides what the client learns (RFC 6750
//! section 3.1, RFC 9449 section 7.1).

use std::sync::Arc;
use std::time::Duration;

use http::{Response, StatusCode};

use crate::cert::CertError;
use crate::credentials::{CredentialsError, Scheme};
use crate::proof::{ForwardedError, ProofError};
use crate::rejection::{BindingError, Rejection, RejectionReason};
use crate::replay::ReplayError;
use crate::requirement_error::{Needed, RequirementError};
use crate::revocation::RevocationError;
use crate::token::TokenError;
use crate::unavailable::Unavailable;
use crate::uri::RequestError;

/// A refusal as the client sees it.
pub(super) struct ErrorResponse {
    pub(super) status: StatusCode,
    /// `None` means no challenge at all.
    pub(super) challenge: Option<ChallengeError>,
    /// Whether the response has a `Date`, so that a client with a wrong clock can correct it.
    pub(super) shows_date: bool,
    pub(super) retry: Retry,
}

/// When the same client may retry.
pub(super) enum Retry {
    /// The response does not say.
    Never,
    After(Duration),
    /// Once all proofs of a full time window have expired.
    AfterProofWindow,
}

/// The error parameters, and the schemes whose challenges carry them.
pub(super) struct ChallengeError {
    pub(super) code: Option<&'static str>,
    pub(super) description: Option<&'static str>,
    /// What the route requires.
    pub(super) needed: Option<Arc<Needed>>,
    /// `None` means all schemes.
    scheme: Option<Scheme>,
    /// Whether the token is as good in this scheme as in any other: no other one is offered.
    is_of_scheme_alone: bool,
}

impl ChallengeError {
    pub(super) fn is_answered_in(&self, scheme: Scheme) -> bool {
        !self.is_of_scheme_alone || self.concerns(scheme)
    }

    pub(super) fn concerns(&self, scheme: Scheme) -> bool {
        self.code.is_some() && self.scheme.is_none_or(|blamed| blamed == scheme)
    }
}

/// What the client is told. For the body of a response, and for metrics by status.
impl Rejection {
    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        ErrorResponse::new(self).status
    }

    /// `error` of the challenge (RFC 6750 section 3.1, RFC 9449 section 7.1), if it has one.
    #[must_use]
    pub fn error(&self) -> Option<&'static str> {
        ErrorResponse::new(self).challenge?.code
    }

    /// `error_description` of the challenge, if it has one: a fixed text, without data of the request.
    #[must_use]
    pub fn error_description(&self) -> Option<&'static str> {
        ErrorResponse::new(self).challenge?.description
    }
}

impl ErrorResponse {
    /// Whether the client is to repeat its request with a nonce of this response (RFC 9449 section 9).
    pub(super) fn needs_nonce(&self) -> bool {
        let error = self.challenge.as_ref();
        error.is_some_and(|error| error.code == Some(USE_DPOP_NONCE))
    }

    pub(super) fn is_unauthorized(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED
    }

    /// `error` and `error_description` in one line of ASCII, as gRPC clients show them.
    pub(super) fn message(&self) -> Option<String> {
        let error = self.challenge.as_ref()?;
        let code = error.code.unwrap_or("credentials required");
        Some(match error.description {
            Some(description) => format!("{code}: {description}"),
            None => code.to_owned(),
        })
    }

    pub(super) fn new(rejection: &Rejection) -> Self {
        let mut response = Self::of_reason(rejection);
        if let Some(challenge) = &mut response.challenge {
            challenge.needed = rejection.needed().map(Arc::clone);
        }
        response
    }

    fn of_reason(rejection: &Rejection) -> Self {
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

    const fn invalid_proof(description: &'static str) -> Self {
        Self::challenged(
            StatusCode::UNAUTHORIZED,
            Some("invalid_dpop_proof"),
            Some(description),
            Some(Scheme::Dpop),
        )
    }

    /// RFC 9449 section 9: not an `invalid_dpop_proof`.
    const fn use_nonce(description: &'static str) -> Self {
        Self::challenged(
            StatusCode::UNAUTHORIZED,
            Some(USE_DPOP_NONCE),
            Some(description),
            Some(Scheme::Dpop),
        )
    }

    const fn invalid_request(scheme: Option<Scheme>) -> Self {
        Self::challenged(
            StatusCode::BAD_REQUEST,
            Some("invalid_request"),
            None,
            scheme,
        )
    }

    const fn invalid_token(scheme: Option<Scheme>, description: Option<&'static str>) -> Self {
        Self::challenged(
            StatusCode::UNAUTHORIZED,
            Some("invalid_token"),
            description,
            scheme,
        )
    }

    const fn too_large() -> Self {
        Self::silent(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)
    }

    fn unavailable(error: Option<&Unavailable>) -> Self {
        let retry_after = error.and_then(Unavailable::retry_after);
        Self {
            retry: Retry::After(retry_after.unwrap_or(DEFAULT_RETRY)),
            ..Self::silent(StatusCode::SERVICE_UNAVAILABLE)
        }
    }

    /// A mistake of the operator, which no client can mend.
    const fn misconfigured() -> Self {
        Self::silent(MISCONFIGURED)
    }

    const fn silent(status: StatusCode) -> Self {
        Self {
            status,
            challenge: None,
            shows_date: false,
            retry: Retry::Never,
        }
    }

    const fn challenged(
        status: StatusCode,
        code: Option<&'static str>,
        description: Option<&'static str>,
        scheme: Option<Scheme>,
    ) -> Self {
        Self {
            status,
            challenge: Some(ChallengeError {
                code,
                description,
                needed: None,
                scheme,
                is_of_scheme_alone: false,
            }),
            shows_date: false,
            retry: Retry::Never,
        }
    }
}

const USE_DPOP_NONCE: &str = "use_dpop_nonce";

/// One text for all: do not reveal which check failed.
const INVALID_TOKEN: &str = "The access token is invalid";

const INSUFFICIENT_SCOPE: &str = "insufficient_scope";
const STEP_UP: &str = "insufficient_user_authentication";

const DEFAULT_RETRY: Duration = Duration::from_secs(5);

/// The response to a request that the set-up cannot handle, with an empty body.
pub(crate) fn misconfigured<B: Default>() -> Response<B> {
    let mut response = Response::new(B::default());
    *response.status_mut() = MISCONFIGURED;
    response
}

/// A configuration error that no client can correct: two guards on a route, no guard, or an unknown peer.
pub(crate) const MISCONFIGURED: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;

/// The token is valid, but lacks claims that the route needs: no challenge would help the client.
#[cfg(feature = "axum")]
pub(crate) const UNEXPECTED_CLAIMS: StatusCode = StatusCode::FORBIDDEN;
