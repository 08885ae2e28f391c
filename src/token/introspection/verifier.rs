//! The verifier and its settings: calls of the endpoint, behind a cache.

use std::sync::Arc;
use std::time::Duration;

use super::breaker::Breaker;
use super::caller::Caller;
use super::endpoint::Endpoint;
use super::metadata::Place;
use super::response::Expected;
use super::signed::SignedResponses;
use crate::client_auth::ClientAuthentication;
use crate::config_error::{ConfigError, in_range};
use crate::future::MaybeReady;
use crate::http_client::{HttpClient, UrlSource};
use crate::jose::{Algorithm, AlgorithmList};
use crate::keys::KeySource;
use crate::time::{Clock, SystemClock, Timestamp};
use crate::token::access_token::AccessToken;
use crate::token::audience::checked_audience;
use crate::token::cached::Cached;
use crate::token::error::TokenError;
use crate::token::verifier::{PresentedToken, TokenVerifier};
use crate::token::verifier_settings::VerifierSettings;
use crate::uri::{PlainHttp, check_issuer, check_url};
use crate::url_error::{UrlError, redacted};

/// Verifies opaque access tokens, and JWTs whose revocation must be seen, by asking the issuer (RFC 7662).
///
/// - Only `"active": true` accepts a token. `iss`, if it is there, is the configured issuer; `aud` contains this
///   server; `exp` and `nbf` hold by this server's clock, and `iat` is at most 60 s ahead of it; `cnf` is enforced as that
///   of a JWT is (RFC 9449 section 6.2, RFC 8705 section 3.2). A `token_type` other than `Bearer` and `DPoP` is refused,
///   and `DPoP` without `cnf.jkt` too.
/// - Anything but status 200 and JSON is an outage: the request is refused with 503, never with 401. After five
///   consecutive failures, requests are refused at once for 1, 2, 4, .. 30 s, until one trial call succeeds. A status
///   400 does not count as a failure of the server: the token may be its cause.
/// - Results are cached, calls and waiting requests limited: see [`Cached`], whose settings [`Introspection::cache`]
///   changes. Until its result expires (60 s by default), a revocation has no effect.
/// - The token is sent in the body of a POST request, with the credentials of this server. Under the scheme DPoP, the
///   endpoint is called only after the signature of the proof was verified.
///
/// The endpoint is read from the issuer's metadata with the first token, and again after 12 hours or a failure, unless
/// [`Introspection::endpoint`] sets it.
///
/// This does not check scopes. Encrypted responses are not supported. Clones share the cache, the endpoint and the
/// circuit breaker. Needs a Tokio runtime with its timer enabled.
///
/// # Deployment
///
/// The issuer sees every token at least once per minute and server. If clients may send bearer tokens, anyone can cause
/// calls: the limits of [`Cached`] apply to all clients together. [`PerIssuer`](crate::token::PerIssuer) accepts tokens
/// of several issuers, [`Hybrid`](crate::token::Hybrid) verifies JWTs before it asks for them.
///
/// ```
/// use std::time::Duration;
///
/// use sender_constraint::client_auth::PrivateKeyJwt;
/// use sender_constraint::http_client::HttpClient;
/// use sender_constraint::token::Introspection;
/// use sender_constraint::{ConfigError, Guard, proof::Dpop};
///
/// fn guard(client: PrivateKeyJwt, http: impl HttpClient) -> Result<Guard, ConfigError> {
///     let tokens = Introspection::new("https://as.example.com", "https://api.example.com", client, http)?
///         .cache(|cache| cache.max_age(Duration::from_secs(10)))?;
///     Guard::builder(tokens).dpop(Dpop::new("https://api.example.com")?).build()
/// }
/// ```
///
/// A server without credentials cannot be configured:
///
/// ```compile_fail
/// # use sender_constraint::{http_client::HttpClient, token::Introspection};
/// fn tokens(http: impl HttpClient) {
///     Introspection::new("https://as.example.com", "https://api.example.com", (), http);
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Introspection {
    caller: Caller,
    cached: Cached,
    algorithms: Option<AlgorithmList>,
}

impl Introspection {
    /// Accepts tokens of `issuer` for `audience`. This server authenticates by `client`; its requests are sent by
    /// `http`.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Issuer`] unless the issuer is an `https` URL without query and fragment, or an `http` URL on
    /// loopback; [`ConfigError::Audience`] for an empty audience.
    pub fn new(
        issuer: &str,
        audience: &str,
        client: impl Into<ClientAuthentication>,
        http: impl HttpClient,
    ) -> Result<Self, ConfigError> {
        check_issuer(issuer, PlainHttp::Never)?;
        let client = client.into();
        let caller = Caller {
            expected: Expected {
                issuer: issuer.to_owned(),
                audiences: Vec::new(),
                requires_audience: true,
                leeway: DEFAULT_LEEWAY,
            },
            endpoint: Endpoint::of_issuer(issuer, client.uses_tls()),
            client,
            http: Arc::new(http),
            signed: None,
            clock: Arc::new(SystemClock),
            breaker: Arc::new(Breaker::default()),
        };
        let verifier = Self {
            cached: Cached::new(caller.clone()),
            caller,
            algorithms: None,
        };
        verifier.add_audience(audience)
    }

    /// Sets the URL of the endpoint: the issuer's metadata is not read.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Url`] unless it is an `https` URL, or an `http` URL on loopback.
    pub fn endpoint(mut self, url: &str) -> Result<Self, ConfigError> {
        check_url(url, PlainHttp::Never).map_err(|reason: UrlError| ConfigError::Url {
            value: redacted(url),
            reason,
        })?;
        self.caller.endpoint = Endpoint::Configured(Place {
            url: url.to_owned(),
            source: UrlSource::Configured,
        });
        Ok(self.renewed())
    }

    /// Accepts another audience as well.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Audience`] if it is empty, begins or ends with a space, or is a list.
    pub fn add_audience(mut self, audience: &str) -> Result<Self, ConfigError> {
        let audience = checked_audience(audience)?;
        self.caller.expected.audiences.push(audience);
        Ok(self.renewed())
    }

    /// Accepts tokens whose response has no `aud`, for an issuer that never states it. Then a token that a client
    /// obtained for another server of this issuer is accepted here (RFC 9700 section 2.3). An `aud` that is present is
    /// still checked.
    pub fn accept_tokens_without_audience(mut self) -> Self {
        self.caller.expected.requires_audience = false;
        self.renewed()
    }

    /// Sets how far clocks may differ for `exp` and `nbf`: 30 s by default, at most 300 s.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] above 300 s.
    pub fn leeway(mut self, leeway: Duration) -> Result<Self, ConfigError> {
        let setting = "the leeway for introspected tokens";
        let leeway = in_range(setting, leeway, Duration::ZERO, MAX_LEEWAY)?;
        self.caller.expected.leeway = leeway;
        Ok(self.renewed())
    }

    /// Requires responses that the issuer has signed with one of `keys` (RFC 9701), of the algorithms
    /// [`Algorithm::TOKEN_DEFAULT`] unless [`Introspection::response_algorithms`] sets others. Their `aud` contains the
    /// client identifier of this server, and their `iat` is at most 60 s off. A plain response is refused with 503.
    ///
    /// # Errors
    ///
    /// [`ConfigError::UnsupportedAlgorithm`] in a build without a crypto backend.
    pub fn require_signed_responses(mut self, keys: impl KeySource) -> Result<Self, ConfigError> {
        let algorithms = match &self.algorithms {
            Some(algorithms) => algorithms.clone(),
            None => AlgorithmList::new("response", Algorithm::TOKEN_DEFAULT)?,
        };
        self.caller.signed = Some(SignedResponses {
            keys: Arc::new(keys),
            algorithms,
        });
        Ok(self.renewed())
    }

    /// Sets the algorithms of signed responses. This alone does not require them.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for an empty list or an algorithm that this build cannot verify.
    pub fn response_algorithms(
        mut self,
        algorithms: impl IntoIterator<Item = Algorithm>,
    ) -> Result<Self, ConfigError> {
        let algorithms = AlgorithmList::new("response", algorithms)?;
        if let Some(signed) = &mut self.caller.signed {
            signed.algorithms = algorithms.clone();
        }
        self.algorithms = Some(algorithms);
        Ok(self.renewed())
    }

    /// Sets the clock for `exp`, `nbf`, client assertions and the circuit breaker; must be the guard's clock.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.caller.clock = Arc::new(clock);
        self.renewed()
    }

    /// Changes the settings of the cache and the limits of calls.
    ///
    /// # Errors
    ///
    /// Those of `settings`.
    pub fn cache(
        mut self,
        settings: impl FnOnce(Cached) -> Result<Cached, ConfigError>,
    ) -> Result<Self, ConfigError> {
        self.cached = settings(self.cached)?;
        Ok(self.renewed())
    }

    /// Discards all cached results: the next request with each token asks the issuer.
    pub fn purge(&self) {
        self.cached.purge();
    }

    /// The issuer's identifier.
    pub(in crate::token) fn issuer(&self) -> &str {
        &self.caller.expected.issuer
    }

    /// A clone with other rules must not share what these rules accept.
    fn renewed(mut self) -> Self {
        self.cached = self.cached.with_verifier(self.caller.clone());
        self
    }
}

impl TokenVerifier for Introspection {
    /// Ready at once if the result is cached.
    fn verify<'a>(
        &'a self,
        token: PresentedToken<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        self.cached.verify(token, now)
    }

    fn accepted_issuers(&self) -> Vec<String> {
        vec![self.issuer().to_owned()]
    }

    fn settings(&self) -> VerifierSettings {
        let settings = VerifierSettings::default()
            .sees_revocation()
            .leeway(self.caller.expected.leeway);
        match &self.caller.signed {
            Some(signed) => signed.add_to(settings),
            None => settings,
        }
    }
}

const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);
const MAX_LEEWAY: Duration = Duration::from_secs(300);
