//! Authenticates the client of a request (RFC 6749 section 2.3).

use std::sync::Arc;

use http::request::Parts;

use super::assertion::{ClientAssertions, UnverifiedAssertion};
use super::authenticated::AuthenticatedClient;
use super::certificate::Certificate;
use super::client::{Client, Registration, is_client_id};
use super::client_secret_exception::ClientSecretException;
use super::credentials::Credentials;
use super::error::ClientAuthError;
use super::log::SecretLog;
use super::parameters::Parameters;
use super::registry::ClientRegistry;
use super::rejection::ClientRejection;
use crate::cert::{CertSource, TlsConnection};
use crate::excerpt::Excerpt;
use crate::time::{Clock, SystemClock};

/// Authenticates the clients of a token endpoint, and of revocation, introspection and PAR endpoints.
///
/// The registration determines the method. A request with another method is refused, and one with more than one too.
/// Clones share the replay store.
///
/// ```
/// use http::Request;
/// use sender_constraint::keys::StaticKeys;
/// use sender_constraint::token_endpoint::{Client, ClientAssertions, ClientAuthenticator, StaticClients};
///
/// # async fn example(jwks: &str, request: Request<Vec<u8>>) -> Result<(), Box<dyn std::error::Error>> {
/// let clients = StaticClients::new([Client::private_key_jwt("app", StaticKeys::from_json(jwks)?)?])?;
/// let assertions = ClientAssertions::new("https://as.example.com")?;
/// let authenticator = ClientAuthenticator::new(assertions, clients);
///
/// let (head, body) = request.into_parts();
/// match authenticator.authenticate(&head, &body).await {
///     Ok(client) => println!("{} asks for {:?}", client.client_id(), client.parameters().value("scope")),
///     Err(rejection) => println!("answer {}: {}", rejection.status(), rejection.reason()),
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Deployment
///
/// Read the body with a limit, 64 KiB or less, before it is passed on: `axum::body::to_bytes` takes one. Serve with
/// TLS. Limit the rate of requests: each may cost a signature verification.
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientAuthenticator {
    assertions: ClientAssertions,
    clients: Arc<dyn ClientRegistry>,
    certificates: Arc<dyn CertSource>,
    clock: Arc<dyn Clock>,
    log: SecretLog,
}

impl ClientAuthenticator {
    /// Authenticates the clients of this registry; those that sign assertions by these rules.
    pub fn new(assertions: ClientAssertions, clients: impl ClientRegistry) -> Self {
        Self {
            assertions,
            clients: Arc::new(clients),
            certificates: Arc::new(TlsConnection),
            clock: Arc::new(SystemClock),
            log: SecretLog::default(),
        }
    }

    /// Reads client certificates from `source` instead of the TLS connection: behind a proxy, from a header that it
    /// sets.
    ///
    /// Certificates that a proxy forwards authenticate `self_signed_tls_client_auth` clients, never `tls_client_auth`
    /// clients: only the handshake of this process verifies a chain.
    pub fn certificates(mut self, source: impl CertSource) -> Self {
        self.certificates = Arc::new(source);
        self
    }

    /// Reads the time from this clock instead of the system's.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Authenticates the client of the request with this head and this body.
    ///
    /// A request without other credentials than a `client_id` needs a [`Peer`](crate::cert::Peer) with
    /// [`TlsConnection`], whichever client it names.
    ///
    /// Neither the method nor the path of the request is checked. Parameters in the query are not read.
    ///
    /// # Errors
    ///
    /// [`ClientRejection`], which has the response: `invalid_client` (401), `invalid_request` (400), 503 if the answer
    /// is not known because of an outage, or 500 if the request needs a [`Peer`](crate::cert::Peer) and has none.
    pub async fn authenticate(
        &self,
        head: &Parts,
        body: &[u8],
    ) -> Result<AuthenticatedClient, ClientRejection> {
        let checked = self.check(head, body).await;
        checked.map_err(|reason| ClientRejection::new(reason, &head.headers))
    }

    async fn check(
        &self,
        head: &Parts,
        body: &[u8],
    ) -> Result<AuthenticatedClient, ClientAuthError> {
        let parameters = Parameters::of_request(&head.headers, body)?;
        let credentials = Credentials::of_request(&head.headers, &parameters)?;
        let stated = parameters.value("client_id");
        // Before the look-up: the refusal of a certificate must not depend on whether the client is registered.
        let certificate = self.certificate(&credentials, head)?;
        let client = match &credentials {
            Credentials::Assertion(text) => {
                let assertion = self.assertions.read(text, stated, self.clock.now())?;
                self.check_assertion(assertion).await?
            }
            Credentials::Basic(basic) => {
                check_same(stated, &basic.client_id)?;
                self.check_others(Some(&basic.client_id), &credentials, &certificate)
                    .await?
            }
            Credentials::None | Credentials::Secret(_) => {
                self.check_others(stated, &credentials, &certificate)
                    .await?
            }
        };
        Ok(AuthenticatedClient {
            client_id: client.id().to_owned(),
            method: client.method(),
            certificate: certificate.into_presented(),
            parameters: parameters.without_credentials(),
            _private: (),
        })
    }

    /// Required without other credentials: only a certificate can then authenticate the client.
    fn certificate<'a>(
        &self,
        credentials: &Credentials<'_>,
        head: &'a Parts,
    ) -> Result<Certificate<'a>, ClientAuthError> {
        match credentials {
            Credentials::None => Certificate::required(&*self.certificates, head),
            _ => Certificate::optional(&*self.certificates, head),
        }
    }

    async fn check_assertion(
        &self,
        assertion: UnverifiedAssertion<'_>,
    ) -> Result<Arc<Client>, ClientAuthError> {
        let found = self.find(assertion.client_id()).await;
        let client = match found {
            Ok(client) => client,
            Err(error) => {
                self.assertions.verify_with_decoy(&assertion);
                return Err(error);
            }
        };
        let Registration::PrivateKeyJwt(keys) = &client.registration else {
            self.assertions.verify_with_decoy(&assertion);
            return Err(wrong_method(&client, "a client assertion"));
        };
        self.assertions.verify(assertion, keys, &self.clock).await?;
        Ok(client)
    }

    /// Checks the credentials of the registered method, if the request has no assertion.
    async fn check_others(
        &self,
        client_id: Option<&str>,
        credentials: &Credentials<'_>,
        certificate: &Certificate<'_>,
    ) -> Result<Arc<Client>, ClientAuthError> {
        let client = self
            .find(client_id.ok_or(ClientAuthError::Missing)?)
            .await?;
        match (&client.registration, credentials) {
            (Registration::ClientSecretBasic(exception), Credentials::Basic(basic)) => {
                self.check_secret(&client, exception, &basic.secret)?;
            }
            (Registration::ClientSecretPost(exception), Credentials::Secret(secret)) => {
                self.check_secret(&client, exception, secret)?;
            }
            (Registration::SelfSignedTlsClientAuth(registered), Credentials::None) => {
                certificate.check_registered(&client, registered)?;
            }
            (Registration::TlsClientAuth(name), Credentials::None) => {
                certificate.check_name(&client, name, self.clock.now())?;
            }
            _ => return Err(wrong_method(&client, credentials.name())),
        }
        Ok(client)
    }

    fn check_secret(
        &self,
        client: &Client,
        exception: &ClientSecretException,
        presented: &str,
    ) -> Result<(), ClientAuthError> {
        let client_id = || Excerpt::new(client.id());
        if !exception.is_secret(presented) {
            return Err(ClientAuthError::Secret {
                client_id: client_id(),
            });
        }
        let now = self.clock.now();
        if exception.is_over(now) {
            return Err(ClientAuthError::SecretExpired {
                ago: now.saturating_duration_since(exception.until()),
                client_id: client_id(),
                owner: Excerpt::new(exception.owner()),
            });
        }
        self.log.used(client, exception, now);
        Ok(())
    }

    /// The registration with exactly this identifier.
    async fn find(&self, client_id: &str) -> Result<Arc<Client>, ClientAuthError> {
        let unknown = || ClientAuthError::UnknownClient {
            client_id: Excerpt::new(client_id),
        };
        if !is_client_id(client_id) {
            return Err(unknown());
        }
        let found = self.clients.find(client_id).await?;
        found
            .filter(|client| client.id() == client_id)
            .ok_or_else(unknown)
    }
}

/// RFC 6749 section 2.3.1 has no `client_id` beside the header; some clients send the same one.
fn check_same(stated: Option<&str>, client_id: &str) -> Result<(), ClientAuthError> {
    match stated.filter(|stated| *stated != client_id) {
        None => Ok(()),
        Some(parameter) => Err(ClientAuthError::OtherClient {
            found: Excerpt::new(client_id),
            parameter: Excerpt::new(parameter),
        }),
    }
}

fn wrong_method(client: &Client, presented: &'static str) -> ClientAuthError {
    ClientAuthError::Method {
        client_id: Excerpt::new(client.id()),
        registered: client.method(),
        presented,
    }
}
