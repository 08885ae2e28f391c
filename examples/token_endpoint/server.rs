//! The server: authenticates the client, and issues a token that is bound to its certificate.

use std::error::Error;
use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use sender_constraint::cert::{ClientCertPolicy, MutualTls, Peer, TlsListener};
use sender_constraint::token_endpoint::{
    AuthenticatedClient, ClientAssertions, ClientAuthenticator, StaticClients,
};
use sender_constraint_testing::Issuer;
use sender_constraint_testing::certificates::{CertificateAuthority, Identity};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedSender;

use crate::ISSUER;

/// The reasons of refusals, as an operator sees them.
type Log = UnboundedSender<Option<&'static str>>;

#[derive(Clone)]
pub(crate) struct Endpoint {
    authenticator: ClientAuthenticator,
    issuer: Arc<Issuer>,
    log: Log,
}

impl Endpoint {
    pub(crate) fn new(clients: StaticClients, log: Log) -> Result<Self, Box<dyn Error>> {
        let assertions = ClientAssertions::new(ISSUER)?;
        Ok(Self {
            authenticator: ClientAuthenticator::new(assertions, clients),
            issuer: Arc::new(Issuer::new(ISSUER)),
            log,
        })
    }

    async fn answer(&self, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
            let _ = self.log.send(Some("body_too_large"));
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        };
        match self.authenticator.authenticate(&head, &body).await {
            Ok(client) => self.grant(&client),
            Err(rejection) => {
                let _ = self.log.send(Some(rejection.kind()));
                rejection.to_response().map(Body::from)
            }
        }
    }

    /// The client credentials grant (RFC 6749 section 4.4).
    fn grant(&self, client: &AuthenticatedClient) -> Response {
        if client.parameters().value("grant_type") != Some("client_credentials") {
            return self.refuse("unsupported_grant_type");
        }
        let Some(certificate) = client.certificate() else {
            // This server issues no token that anyone could use.
            return self.refuse("invalid_request");
        };
        let _ = self.log.send(None);
        let token = self.issuer.token("https://api.example.com");
        let token = token
            .claim("sub", client.client_id())
            .claim("client_id", client.client_id())
            .claim(
                "cnf",
                json!({"x5t#S256": certificate.thumbprint().to_string()}),
            );
        let body = json!({"access_token": token.sign(), "token_type": "Bearer", "expires_in": 600});
        no_store(StatusCode::OK, body)
    }

    fn refuse(&self, error: &'static str) -> Response {
        let _ = self.log.send(Some(error));
        no_store(StatusCode::BAD_REQUEST, json!({"error": error}))
    }
}

/// Serves the endpoint on TLS, with clients that present such certificates.
pub(crate) async fn listen(
    endpoint: &Endpoint,
    identity: &Identity,
    clients: ClientCertPolicy,
) -> Result<SocketAddr, Box<dyn Error>> {
    let tls = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let tls = tls.with_safe_default_protocol_versions()?;
    let chain = vec![CertificateDer::from(identity.certificate().to_vec())];
    let key = PrivatePkcs8KeyDer::from(identity.private_key().to_vec());
    let tls = MutualTls::new(tls, clients, chain, key.into())?;
    let tcp = TcpListener::bind("127.0.0.1:0").await?;
    let address = tcp.local_addr()?;
    let answer = |State(endpoint): State<Endpoint>, request: Request| async move {
        endpoint.answer(request).await
    };
    let app = Router::new()
        .route("/token", post(answer))
        .with_state(endpoint.clone());
    let app = app.into_make_service_with_connect_info::<Peer>();
    tokio::spawn(axum::serve(TlsListener::new(tcp, tls), app).into_future());
    Ok(address)
}

/// Takes certificates of this authority only, and verifies their chains.
pub(crate) fn trusting(
    authority: &CertificateAuthority,
) -> Result<ClientCertPolicy, Box<dyn Error>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(authority.certificate().to_vec()))?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    Ok(ClientCertPolicy::verified_by(verifier)?)
}

fn no_store(status: StatusCode, body: Value) -> Response {
    (status, [(CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

const MAX_BODY_BYTES: usize = 64 * 1024;
