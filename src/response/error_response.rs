//! What a rejection comes to: status, error code and description, decided in one place (RFC 6750 section 3.1,
//! RFC 9449 section 7.1).

use std::time::Duration;

use http::StatusCode;

use crate::credentials::{CredentialsError, Scheme};
use crate::proof::ProofError;
use crate::rejection::{BindingError, Rejection, Unavailable};
use crate::token::TokenError;
use crate::uri::RequestError;

/// What a rejection comes to on the wire.
pub(super) struct Verdict {
    pub(super) status: StatusCode,
    /// None: no challenge at all.
    pub(super) challenge: Option<ChallengeError>,
    /// A client whose clock is off can read ours.
    pub(super) shows_date: bool,
    pub(super) retry: Retry,
}

/// When the same client may try again.
pub(super) enum Retry {
    /// Nothing is said of it.
    Never,
    After(Duration),
    /// When the proofs of a whole window are forgotten.
    AfterProofWindow,
}

/// The error parameters, and on which schemes' challenges they stand.
pub(super) struct ChallengeError {
    pub(super) code: Option<&'static str>,
    pub(super) description: Option<&'static str>,
    /// None: on all.
    scheme: Option<Scheme>,
}

impl ChallengeError {
    pub(super) fn concerns(&self, scheme: Scheme) -> bool {
        self.code.is_some() && self.scheme.is_none_or(|blamed| blamed == scheme)
    }
}

impl Verdict {
    /// The one place that decides what a client may know.
    pub(super) fn of(rejection: &Rejection) -> Self {
        match rejection {
            Rejection::Binding(error) => Self::of_binding(error),
            // The proxy's doing, or somebody plays proxy: no challenge helps.
            Rejection::Certificate(_) => Self::silent(StatusCode::BAD_REQUEST),
            Rejection::Credentials(error) => Self::of_credentials(error),
            Rejection::Proof(error) => Self::of_proof(error),
            Rejection::Request(error) => Self::of_request(*error),
            Rejection::Token { scheme, error } => Self::of_token(*scheme, error),
            // One client's doing, not an outage: no 5xx, which load balancers and autoscalers count.
            Rejection::ShareUsed(_) => Self {
                retry: Retry::AfterProofWindow,
                ..Self::silent(StatusCode::TOO_MANY_REQUESTS)
            },
            Rejection::Unavailable(Unavailable::Keys { retry_after, .. }) => {
                Self::unavailable(*retry_after)
            }
            Rejection::Unavailable(Unavailable::Replay(_)) => Self::unavailable(None),
        }
    }

    fn of_binding(error: &BindingError) -> Self {
        match error {
            BindingError::BoundTokenAsBearer => Self::invalid_token(
                Scheme::Bearer,
                Some("DPoP-bound access token must not be used with the Bearer scheme"),
            ),
            BindingError::CertificateExpired(scheme)
            | BindingError::CertificateMismatch(scheme)
            | BindingError::CertificateMissing(scheme)
            | BindingError::CertificateNotSeen(scheme) => {
                Self::invalid_token(*scheme, Some("Certificate binding mismatch"))
            }
            BindingError::KeyMismatch => {
                Self::invalid_token(Scheme::Dpop, Some("Invalid DPoP key binding"))
            }
            BindingError::StrayProof => Self::invalid_request(Some(Scheme::Bearer)),
            BindingError::UnboundToken => Self::invalid_token(Scheme::Bearer, None),
            BindingError::UnboundTokenAsDpop => Self::invalid_token(Scheme::Dpop, None),
            BindingError::UnknownConfirmation { scheme, .. } => Self::invalid_token(*scheme, None),
        }
    }

    fn of_credentials(error: &CredentialsError) -> Self {
        match error {
            CredentialsError::MalformedCredentials(scheme) => Self::invalid_request(Some(*scheme)),
            CredentialsError::MissingCredentials | CredentialsError::UnsupportedScheme => {
                Self::challenged(StatusCode::UNAUTHORIZED, None, None, None)
            }
            CredentialsError::QueryToken => Self::invalid_request(Some(Scheme::Bearer)),
            CredentialsError::RepeatedCredentials(scheme) => Self::challenged(
                StatusCode::BAD_REQUEST,
                Some("invalid_request"),
                Some("Multiple methods used to include access token"),
                *scheme,
            ),
            CredentialsError::TokenTooLarge { .. } => Self::too_large(),
        }
    }

    fn of_proof(error: &ProofError) -> Self {
        match error {
            ProofError::TooLarge { .. } => Self::too_large(),
            ProofError::Missing => Self::invalid_proof(Some("DPoP proof required")),
            ProofError::IssuedInFuture { .. } | ProofError::IssuedTooLongAgo { .. } => Self {
                shows_date: true,
                ..Self::invalid_proof(Some("DPoP proof is not within the accepted time window"))
            },
            ProofError::AccessTokenHash
            | ProofError::Algorithm { .. }
            | ProofError::Critical
            | ProofError::EmptyClaim(_)
            | ProofError::Expired { .. }
            | ProofError::Header(_)
            | ProofError::JtiTooLong(_)
            | ProofError::Key(_)
            | ProofError::Method { .. }
            | ProofError::MissingClaim(_)
            | ProofError::MissingHeaderMember(_)
            | ProofError::NoTargetPath
            | ProofError::NotAJws
            | ProofError::NotYetValid { .. }
            | ProofError::Payload(_)
            | ProofError::Repeated
            | ProofError::Replayed
            | ProofError::Signature
            | ProofError::TargetUri { .. }
            | ProofError::TargetUriForm(_)
            | ProofError::Type(_) => Self::invalid_proof(None),
        }
    }

    const fn of_request(error: RequestError) -> Self {
        match error {
            RequestError::EarlyData => Self::silent(StatusCode::TOO_EARLY),
            RequestError::HostConflict
            | RequestError::IllegalHost
            | RequestError::IllegalPath
            | RequestError::PathTooLong(_)
            | RequestError::RepeatedHost => Self::invalid_request(Some(Scheme::Dpop)),
        }
    }

    fn of_token(scheme: Scheme, error: &TokenError) -> Self {
        match error {
            TokenError::Expired { .. } => {
                Self::invalid_token(scheme, Some("The access token expired"))
            }
            TokenError::KeysUnavailable { retry_after, .. } => Self::unavailable(*retry_after),
            // One text for all: which of them it was is nothing to a stranger.
            TokenError::Algorithm { .. }
            | TokenError::Audience { .. }
            | TokenError::Confirmation(_)
            | TokenError::Critical
            | TokenError::ForeignClaim(_)
            | TokenError::Header(_)
            | TokenError::IssuedInFuture { .. }
            | TokenError::Issuer { .. }
            | TokenError::KeyIdTooLong(_)
            | TokenError::MissingClaim(_)
            | TokenError::MissingHeaderMember(_)
            | TokenError::NotAJws
            | TokenError::NotYetValid { .. }
            | TokenError::Payload(_)
            | TokenError::Signature { .. }
            | TokenError::Type { .. }
            | TokenError::UnknownKey { .. }
            | TokenError::Unlikely => {
                Self::invalid_token(scheme, Some("The access token is invalid"))
            }
        }
    }

    const fn invalid_proof(description: Option<&'static str>) -> Self {
        let scheme = Some(Scheme::Dpop);
        Self::challenged(
            StatusCode::UNAUTHORIZED,
            Some("invalid_dpop_proof"),
            description,
            scheme,
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

    const fn invalid_token(scheme: Scheme, description: Option<&'static str>) -> Self {
        Self::challenged(
            StatusCode::UNAUTHORIZED,
            Some("invalid_token"),
            description,
            Some(scheme),
        )
    }

    const fn too_large() -> Self {
        Self::silent(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)
    }

    fn unavailable(retry_after: Option<Duration>) -> Self {
        Self {
            retry: Retry::After(retry_after.unwrap_or(DEFAULT_RETRY)),
            ..Self::silent(StatusCode::SERVICE_UNAVAILABLE)
        }
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
                scheme,
            }),
            shows_date: false,
            retry: Retry::Never,
        }
    }
}

const DEFAULT_RETRY: Duration = Duration::from_secs(5);

/// What a handler's extractor answers when no guard was passed: an operator's mistake.
#[cfg(feature = "axum")]
pub(crate) const UNGUARDED: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;
