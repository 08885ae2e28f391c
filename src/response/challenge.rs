//! The response to a refused request: status, `WWW-Authenticate` (RFC 9110 section 11.6.1, RFC 6750 section 3, RFC 9449
//! section 7.1) and related headers.

use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Response};

use super::challenge_texts::{ChallengeTexts, ResourceTexts};
use super::date::set_date;
use super::error_response::{ChallengeError, ErrorResponse, Retry};
use super::grpc::answer_as_trailers;
use super::interaction::finish_refusal;
use super::new_nonce::{DPOP_NONCE, NewNonce};
use crate::config_error::ConfigError;
use crate::credentials::Scheme;
use crate::proof::NonceIssuer;
use crate::refuse::ResponseForm;
use crate::rejection::Rejection;
use crate::time::Timestamp;

/// The configured parts of a guard's challenges.
#[derive(Clone, Debug)]
pub(crate) struct Challenges {
    /// The proof algorithms, if DPoP is accepted.
    algs: Option<String>,
    nonces: Option<Arc<NonceIssuer>>,
    /// How long a proof counts towards its principal's share.
    proof_window: Duration,
    /// Whether the challenge offers `Bearer` to a client without credentials.
    offers_bearer: bool,
    texts: ChallengeTexts,
}

impl Challenges {
    pub(crate) fn new(
        algs: Option<String>,
        nonces: Option<NonceIssuer>,
        proof_window: Duration,
        offers_bearer: bool,
        texts: ChallengeTexts,
    ) -> Result<Self, ConfigError> {
        texts.check()?;
        Ok(Self {
            algs,
            nonces: nonces.map(Arc::new),
            proof_window,
            offers_bearer,
            texts,
        })
    }

    pub(crate) fn texts(&self) -> ChallengeTexts {
        self.texts.clone()
    }

    /// The nonce of a response that is not a refusal.
    pub(crate) fn new_nonce(&self, head: &Parts, now: Timestamp) -> NewNonce {
        NewNonce::new(self.nonces.as_ref(), head, now)
    }

    /// The same for a client that needs no new one.
    pub(crate) fn no_new_nonce(&self, now: Timestamp) -> NewNonce {
        NewNonce::none(self.nonces.as_ref(), now)
    }

    /// Builds the response to a refused request, with an empty body.
    pub(crate) fn error_response<B: Default>(
        &self,
        rejection: &Rejection,
        head: &Parts,
        form: ResponseForm,
        now: Timestamp,
    ) -> Response<B> {
        let mut response = self.response_in_form(rejection, form, now);
        if self.texts.is_fapi2 {
            finish_refusal(&head.headers, response.headers_mut(), now);
        }
        response
    }

    /// The same, for a request whose head is gone.
    pub(crate) fn response_in_form<B: Default>(
        &self,
        rejection: &Rejection,
        form: ResponseForm,
        now: Timestamp,
    ) -> Response<B> {
        let error = ErrorResponse::new(rejection);
        let mut response = Response::new(B::default());
        *response.status_mut() = error.status;
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        self.add_challenges(headers, &error, self.texts.of_resource(form.resource));
        self.add_nonce(headers, &error, now);
        if let Some(seconds) = self.retry_after(&error) {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if error.shows_date {
            set_date(headers, now);
        }
        if form.is_cross_origin && headers.contains_key(WWW_AUTHENTICATE) {
            // The outer CORS layer decides whether a script may read the response at all.
            let readable = if headers.contains_key(DPOP_NONCE) {
                "WWW-Authenticate, DPoP-Nonce"
            } else {
                "WWW-Authenticate"
            };
            headers.insert(
                ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static(readable),
            );
        }
        if self.texts.grpc_status && form.is_grpc {
            answer_as_trailers(&mut response, &error);
        }
        response
    }

    /// In whole seconds, at least one.
    fn retry_after(&self, refusal: &ErrorResponse) -> Option<u64> {
        let wait = match refusal.retry {
            Retry::Never => return None,
            Retry::After(wait) => wait,
            Retry::AfterProofWindow => self.proof_window,
        };
        let whole = wait
            .as_secs()
            .saturating_add(u64::from(wait.subsec_nanos() > 0));
        Some(whole.max(1))
    }

    /// One field line for each scheme; `DPoP` first, because common clients read only the first one. Those of MCP read
    /// none but `Bearer`.
    fn add_challenges(
        &self,
        headers: &mut HeaderMap,
        refusal: &ErrorResponse,
        resource: &ResourceTexts,
    ) {
        let Some(error) = &refusal.challenge else {
            return;
        };
        let mut challenges = [
            self.dpop_challenge(error, resource),
            self.bearer_challenge(error, resource),
        ];
        if self.texts.bearer_first {
            challenges.reverse();
        }
        for challenge in challenges.into_iter().flatten() {
            add_text(headers, WWW_AUTHENTICATE, &challenge);
        }
    }

    fn dpop_challenge(&self, error: &ChallengeError, resource: &ResourceTexts) -> Option<String> {
        let algs = self.algs.as_ref()?;
        if !error.is_answered_in(Scheme::Dpop) {
            return None;
        }
        let mut challenge = format!("DPoP algs=\"{algs}\"");
        append_error(&mut challenge, error, Scheme::Dpop, resource);
        append_texts(&mut challenge, self.texts.realm.as_deref(), resource);
        Some(challenge)
    }

    fn bearer_challenge(&self, error: &ChallengeError, resource: &ResourceTexts) -> Option<String> {
        let offers_bearer = self.offers_bearer && error.is_answered_in(Scheme::Bearer);
        if !offers_bearer && !error.concerns(Scheme::Bearer) {
            return None;
        }
        // Never a bare `Bearer`: RFC 6750 section 3 requires at least one parameter.
        let fallback = resource.metadata.is_none().then_some(DEFAULT_REALM);
        let realm = self.texts.realm.as_deref().or(fallback);
        let mut challenge = "Bearer".to_owned();
        append_texts(&mut challenge, realm, resource);
        append_error(&mut challenge, error, Scheme::Bearer, resource);
        Some(challenge)
    }

    /// Where every proof needs a nonce, each challenge has one: the client saves a request.
    fn add_nonce(&self, headers: &mut HeaderMap, refusal: &ErrorResponse, now: Timestamp) {
        let Some(nonces) = &self.nonces else {
            return;
        };
        if refusal.needs_nonce() || (nonces.is_required() && refusal.is_unauthorized()) {
            headers.extend(nonces.issue(now).map(|nonce| (DPOP_NONCE, nonce)));
        }
    }
}

fn append_texts(challenge: &mut String, realm: Option<&str>, resource: &ResourceTexts) {
    append(challenge, "realm", realm);
    append(challenge, "resource_metadata", resource.metadata.as_deref());
}

fn append_error(
    challenge: &mut String,
    error: &ChallengeError,
    scheme: Scheme,
    resource: &ResourceTexts,
) {
    if error.code.is_none() && error.needed.is_none() {
        append(challenge, "scope", resource.scope.as_deref());
    }
    if error.concerns(scheme) {
        append(challenge, "error", error.code);
        append(challenge, "error_description", error.description);
    }
    if let Some(needed) = &error.needed
        && (error.code.is_none() || error.concerns(scheme))
    {
        append(challenge, "scope", needed.scope.as_deref());
        append(challenge, "acr_values", needed.acr_values.as_deref());
        let max_age = needed.max_age.map(|seconds| seconds.to_string());
        append(challenge, "max_age", max_age.as_deref());
    }
}

/// Appends `name="value"`, after a comma unless it is the first parameter. Values contain no quotes.
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

const DEFAULT_REALM: &str = "api";
