//! One call of an introspection endpoint (RFC 7662 section 2).

use std::sync::Arc;

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use super::breaker::{Breaker, Ending};
use super::endpoint::Endpoint;
use super::metadata::Place;
use super::response::{Expected, Refusal};
use super::response_error::ResponseError;
use super::signed::{Parties, SignedResponses};
use crate::client_auth::{ClientAuthentication, ClientCredentials};
use crate::excerpt::Excerpt;
use crate::future::MaybeReady;
use crate::http_client::{HttpClient, HttpError, IncomingResponse, OutgoingRequest};
use crate::time::{Clock, Timestamp};
use crate::token::access_token::AccessToken;
use crate::token::error::TokenError;
use crate::token::verifier::{PresentedToken, TokenVerifier};
use crate::unavailable::Unavailable;
use crate::url_error::redacted;

/// Asks the endpoint for every token: the cache is around it. Clones share the circuit breaker and the endpoint.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    pub(super) expected: Expected,
    pub(super) endpoint: Endpoint,
    pub(super) client: ClientAuthentication,
    pub(super) http: Arc<dyn HttpClient>,
    pub(super) signed: Option<SignedResponses>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) breaker: Arc<Breaker>,
}

/// A call without a usable response, and whether other tokens would fare the same.
struct Failure {
    reason: String,
    ending: Ending,
}

impl Caller {
    async fn introspect(&self, token: PresentedToken<'_>) -> Result<Arc<AccessToken>, TokenError> {
        let permit = self.breaker.admit(&*self.clock).map_err(|wait| {
            let reason = "calls are refused after consecutive failures";
            self.unavailable(reason).with_retry_after(wait)
        })?;
        let credentials = match self.credentials() {
            Ok(credentials) => credentials,
            Err(unavailable) => {
                permit.end(Ending::Unknown);
                return Err(unavailable.into());
            }
        };
        match self.ask(token, &credentials).await {
            Ok(response) => {
                permit.end(Ending::Responded);
                let read = self.read(&response, self.clock.now()).await;
                read.map(Arc::new).map_err(|refusal| match refusal {
                    Refusal::Response(error) => self.unavailable(&error.to_string()).into(),
                    Refusal::Token(error) => error,
                })
            }
            Err(failure) => {
                permit.end(failure.ending);
                if matches!(failure.ending, Ending::Failed) {
                    self.endpoint.doubt();
                }
                Err(self.unavailable(&failure.reason).into())
            }
        }
    }

    fn credentials(&self) -> Result<ClientCredentials, Unavailable> {
        let issuer = &self.expected.issuer;
        self.client.credentials(issuer, self.clock.now())
    }

    /// Returns a response of status 200.
    async fn ask(
        &self,
        token: PresentedToken<'_>,
        credentials: &ClientCredentials,
    ) -> Result<IncomingResponse, Failure> {
        let http = &*self.http;
        let place = self.endpoint.find(http, self.clock.now()).await;
        let place = place.map_err(Failure::of_server)?;
        let request = self.request(&place, token, credentials);
        let response = http.send(&request).await;
        let response = response.map_err(|error| Failure::of_transport(&error, &place.url))?;
        match response.status.as_u16() {
            200 => Ok(response),
            status => Err(Failure::of_status(status, &redacted(&place.url))),
        }
    }

    fn request(
        &self,
        place: &Place,
        token: PresentedToken<'_>,
        credentials: &ClientCredentials,
    ) -> OutgoingRequest {
        let accept = self.media_type();
        let own = [
            ("token", token.expose_secret()),
            ("token_type_hint", "access_token"),
        ];
        let form = credentials.form.iter();
        let form = form.map(|(name, value)| (*name, value.as_str()));
        let parameters = own.into_iter().chain(form);
        OutgoingRequest::post_form(place.url.clone(), place.source, accept, parameters)
            .authorized(credentials.basic.clone())
    }

    async fn read(
        &self,
        response: &IncomingResponse,
        now: Timestamp,
    ) -> Result<AccessToken, Refusal> {
        let body = &response.body;
        check_form(response, self.media_type()).map_err(Refusal::Response)?;
        let Some(signed) = &self.signed else {
            return self.expected.read(body, now);
        };
        let parties = Parties {
            issuer: &self.expected.issuer,
            client_id: self.client.client_id(),
        };
        let verified = signed.verify(body, parties, now).await;
        let json = verified.map_err(Refusal::Response)?;
        self.expected.read(json.as_bytes(), now)
    }

    const fn media_type(&self) -> &'static str {
        match self.signed {
            Some(_) => "application/token-introspection+jwt",
            None => "application/json",
        }
    }

    fn unavailable(&self, reason: &str) -> Unavailable {
        Unavailable::introspection(reason).named(&self.expected.issuer)
    }
}

impl Failure {
    fn of_server(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            ending: Ending::Failed,
        }
    }

    fn of_transport(error: &HttpError, url: &str) -> Self {
        let ending = match error {
            HttpError::TooLarge(_) => Ending::Unknown,
            _ => Ending::Failed,
        };
        Self {
            reason: error.redacted(url),
            ending,
        }
    }

    /// The token may be the cause of a 400, and clients choose tokens: they must not be able to open the breaker.
    fn of_status(status: u16, shown: &str) -> Self {
        let ending = match status {
            401 | 403 | 404 | 408 | 429 | 500.. => Ending::Failed,
            _ => Ending::Unknown,
        };
        Self {
            reason: format!("{shown}: status {status}"),
            ending,
        }
    }
}

impl TokenVerifier for Caller {
    fn verify<'a>(
        &'a self,
        token: PresentedToken<'a>,
        _now: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        MaybeReady::pending(self.introspect(token))
    }
}

fn check_form(response: &IncomingResponse, expected: &'static str) -> Result<(), ResponseError> {
    let length = response.body.len();
    if length > MAX_RESPONSE_BYTES {
        return Err(ResponseError::TooLarge {
            length,
            limit: MAX_RESPONSE_BYTES,
        });
    }
    let found = media_type_of(&response.headers);
    if found.eq_ignore_ascii_case(expected) {
        return Ok(());
    }
    let found = Excerpt::new(found);
    Err(ResponseError::MediaType { found, expected })
}

/// Without parameters.
fn media_type_of(headers: &HeaderMap) -> &str {
    let value = headers.get(CONTENT_TYPE);
    let value = value.and_then(|value| value.to_str().ok());
    let name = value.and_then(|value| value.split(';').next());
    name.map_or("(absent)", str::trim)
}

/// More than any response with rich authorization details.
const MAX_RESPONSE_BYTES: usize = 64 * 1024;
