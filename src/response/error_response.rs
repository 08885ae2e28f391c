//! A refusal as the client sees it: status, error code and description (RFC 6750 section 3.1, RFC 9449 section 7.1).

use std::sync::Arc;
use std::time::Duration;

use http::{Response, StatusCode};

use crate::credentials::Scheme;
use crate::rejection::Rejection;
use crate::requirement_error::Needed;
use crate::unavailable::Unavailable;

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
    pub(super) is_of_scheme_alone: bool,
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

    pub(super) const fn invalid_proof(description: &'static str) -> Self {
        Self::challenged(
            StatusCode::UNAUTHORIZED,
            Some("invalid_dpop_proof"),
            Some(description),
            Some(Scheme::Dpop),
        )
    }

    /// RFC 9449 section 9: not an `invalid_dpop_proof`.
    pub(super) const fn use_nonce(description: &'static str) -> Self {
        Self::challenged(
            StatusCode::UNAUTHORIZED,
            Some(USE_DPOP_NONCE),
            Some(description),
            Some(Scheme::Dpop),
        )
    }

    pub(super) const fn invalid_request(scheme: Option<Scheme>) -> Self {
        Self::challenged(
            StatusCode::BAD_REQUEST,
            Some("invalid_request"),
            None,
            scheme,
        )
    }

    pub(super) const fn invalid_token(
        scheme: Option<Scheme>,
        description: Option<&'static str>,
    ) -> Self {
        Self::challenged(
            StatusCode::UNAUTHORIZED,
            Some("invalid_token"),
            description,
            scheme,
        )
    }

    pub(super) const fn too_large() -> Self {
        Self::silent(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)
    }

    pub(super) fn unavailable(error: Option<&Unavailable>) -> Self {
        let retry_after = error.and_then(Unavailable::retry_after);
        Self {
            retry: Retry::After(retry_after.unwrap_or(DEFAULT_RETRY)),
            ..Self::silent(StatusCode::SERVICE_UNAVAILABLE)
        }
    }

    /// A mistake of the operator, which no client can mend.
    pub(super) const fn misconfigured() -> Self {
        Self::silent(MISCONFIGURED)
    }

    pub(super) const fn silent(status: StatusCode) -> Self {
        Self {
            status,
            challenge: None,
            shows_date: false,
            retry: Retry::Never,
        }
    }

    pub(super) const fn challenged(
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
