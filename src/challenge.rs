//! What a client is told: status, `WWW-Authenticate` (RFC 9110 section 11.6.1, RFC 6750 section 3, RFC 9449
//! section 7.1) and the headers around it. Codes and fixed texts only; facts are for the operator.

use http::header::{
    ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_TYPE, DATE, ORIGIN, RETRY_AFTER,
    WWW_AUTHENTICATE,
};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use crate::config_error::ConfigError;
use crate::credentials::{CredentialsError, Scheme};
use crate::proof::ProofError;
use crate::rejection::{BindingError, Rejection};
use crate::time::Timestamp;
use crate::token::TokenError;

/// The challenges of one guard, composed once.
#[derive(Clone, Debug)]
pub(crate) struct Challenges {
    /// `algs="..."`, if proofs are taken.
    dpop: Option<String>,
    /// Whether a client without credentials is offered `Bearer`.
    offers_bearer: bool,
    realm: Option<String>,
    resource_metadata: Option<String>,
    grpc_status: bool,
}

impl Challenges {
    pub(crate) fn new(
        algs: Option<String>,
        offers_bearer: bool,
        texts: ChallengeTexts,
    ) -> Result<Self, ConfigError> {
        check_text("realm", texts.realm.as_deref())?;
        check_text("resource_metadata", texts.resource_metadata.as_deref())?;
        Ok(Self {
            dpop: algs,
            offers_bearer,
            realm: texts.realm,
            resource_metadata: texts.resource_metadata,
            grpc_status: texts.grpc_status,
        })
    }

    /// The answer to a refused request, with an empty body.
    pub(crate) fn refusal<B: Default>(
        &self,
        rejection: &Rejection,
        head: &Parts,
        now: Timestamp,
    ) -> Response<B> {
        let verdict = Verdict::of(rejection);
        let mut response = Response::new(B::default());
        *response.status_mut() = verdict.status;
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        self.add_challenges(headers, &verdict);
        if verdict.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("5"));
        }
        if verdict.shows_date {
            add_text(
                headers,
                DATE,
                &httpdate::fmt_http_date(now.to_system_time()),
            );
        }
        if head.headers.contains_key(ORIGIN) && headers.contains_key(WWW_AUTHENTICATE) {
            // Whether a script may read the answer at all is for the CORS layer outside to say.
            let readable = HeaderValue::from_static("WWW-Authenticate");
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, readable);
        }
        if self.grpc_status && is_grpc(&head.headers) {
            answer_as_trailers(&mut response, &verdict);
        }
        response
    }

    /// One field line for each scheme; `DPoP` first, because common clients look at the first one only.
    fn add_challenges(&self, headers: &mut HeaderMap, verdict: &Verdict) {
        let Some(error) = &verdict.challenge else {
            return;
        };
        if let Some(algs) = &self.dpop {
            let mut challenge = format!("DPoP algs=\"{algs}\"");
            error.append(Scheme::Dpop, &mut challenge);
            self.append_texts(&mut challenge, self.realm.as_deref());
            add_text(headers, WWW_AUTHENTICATE, &challenge);
        }
        if self.offers_bearer || error.concerns(Scheme::Bearer) {
            // Never a bare `Bearer`: RFC 6750 section 3 demands a parameter.
            let fallback = self.resource_metadata.is_none().then_some(DEFAULT_REALM);
            let mut challenge = "Bearer".to_owned();
            self.append_texts(&mut challenge, self.realm.as_deref().or(fallback));
            error.append(Scheme::Bearer, &mut challenge);
            add_text(headers, WWW_AUTHENTICATE, &challenge);
        }
    }

    fn append_texts(&self, challenge: &mut String, realm: Option<&str>) {
        append(challenge, "realm", realm);
        append(
            challenge,
            "resource_metadata",
            self.resource_metadata.as_deref(),
        );
    }
}

/// The parts of a challenge that an operator chooses.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChallengeTexts {
    pub(crate) realm: Option<String>,
    pub(crate) resource_metadata: Option<String>,
    pub(crate) grpc_status: bool,
}

/// What a rejection comes to on the wire.
struct Verdict {
    status: StatusCode,
    /// None: no challenge at all.
    challenge: Option<ChallengeError>,
    /// A client whose clock is off can read ours.
    shows_date: bool,
}

/// The error parameters, and on which schemes' challenges they stand.
struct ChallengeError {
    code: Option<&'static str>,
    description: Option<&'static str>,
    /// None: on all.
    scheme: Option<Scheme>,
}

impl ChallengeError {
    fn concerns(&self, scheme: Scheme) -> bool {
        self.code.is_some() && self.scheme.is_none_or(|blamed| blamed == scheme)
    }

    fn append(&self, scheme: Scheme, challenge: &mut String) {
        if self.concerns(scheme) {
            append(challenge, "error", self.code);
            append(challenge, "error_description", self.description);
        }
    }
}

impl Verdict {
    /// The one place that decides what a client may know.
    fn of(rejection: &Rejection) -> Self {
        match rejection {
            Rejection::Binding(error) => Self::of_binding(error),
            Rejection::Credentials(error) => Self::of_credentials(error),
            Rejection::Proof(error) => Self::of_proof(error),
            Rejection::Request(_) => Self::invalid_request(Some(Scheme::Dpop)),
            Rejection::Token { scheme, error } => Self::of_token(*scheme, error),
            Rejection::Unavailable(_) => Self::unavailable(),
        }
    }

    fn of_binding(error: &BindingError) -> Self {
        match error {
            BindingError::BoundTokenAsBearer => Self::invalid_token(
                Scheme::Bearer,
                Some("DPoP-bound access token must not be used with the Bearer scheme"),
            ),
            BindingError::CertificateNotSeen(scheme) => {
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
            ProofError::ProofTooLarge { .. } => Self::too_large(),
            ProofError::Request(_) => Self::invalid_request(Some(Scheme::Dpop)),
            ProofError::MissingProof => Self::invalid_proof(Some("DPoP proof required")),
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
            | ProofError::RepeatedProof
            | ProofError::Replayed
            | ProofError::Signature
            | ProofError::TargetUri { .. }
            | ProofError::TargetUriForm(_)
            | ProofError::Type(_) => Self::invalid_proof(None),
        }
    }

    fn of_token(scheme: Scheme, error: &TokenError) -> Self {
        match error {
            TokenError::Expired { .. } => {
                Self::invalid_token(scheme, Some("The access token expired"))
            }
            TokenError::KeysUnavailable { .. } => Self::unavailable(),
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
            | TokenError::Signature
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

    const fn unavailable() -> Self {
        Self::silent(StatusCode::SERVICE_UNAVAILABLE)
    }

    const fn silent(status: StatusCode) -> Self {
        Self {
            status,
            challenge: None,
            shows_date: false,
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
        }
    }
}

/// What a handler's extractor answers when no guard was passed: an operator's mistake.
#[cfg(feature = "axum")]
pub(crate) const UNGUARDED: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;

/// `name="value"`, after a comma if it is not the first; the values have no quotes in them.
fn append(challenge: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        challenge.push_str(if challenge.contains(' ') { ", " } else { " " });
        challenge.push_str(&format!("{name}=\"{value}\""));
    }
}

fn add_text(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.append(name, value);
    }
}

/// The characters that RFC 6750 section 3 leaves to quoted values: nothing needs escaping then.
fn check_text(parameter: &'static str, value: Option<&str>) -> Result<(), ConfigError> {
    let is_plain = |byte: u8| matches!(byte, b' ' | b'!' | b'#'..=b'[' | b']'..=b'~');
    match value {
        Some(value) if value.is_empty() || !value.bytes().all(is_plain) => {
            Err(ConfigError::ChallengeText {
                parameter,
                value: value.to_owned(),
            })
        }
        _ => Ok(()),
    }
}

fn is_grpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    content_type.is_some_and(|content_type| content_type.starts_with(b"application/grpc"))
}

/// Trailers-only (gRPC over HTTP/2, "Responses"): the status of the call in the headers, HTTP says 200.
fn answer_as_trailers<B>(response: &mut Response<B>, verdict: &Verdict) {
    let code = match verdict.status {
        StatusCode::UNAUTHORIZED => "16",
        StatusCode::BAD_REQUEST => "3",
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => "8",
        _ => "14",
    };
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    headers.insert(GRPC_STATUS, HeaderValue::from_static(code));
    let error = verdict.challenge.as_ref().and_then(|error| error.code);
    if let Some(error) = error {
        headers.insert(GRPC_MESSAGE, HeaderValue::from_static(error));
    }
}

const DEFAULT_REALM: &str = "api";
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
