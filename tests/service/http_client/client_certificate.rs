//! `ReqwestClient` with a client certificate, at an introspection endpoint that knows it (RFC 8705 section 2).

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request};
use axum::response::{IntoResponse as _, Response};
use axum::{Json, Router};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use sender_constraint::ConfigError;
use sender_constraint::cert::{
    CertSource as _, ClientCertPolicy, Peer, TlsConnection, TlsListener,
};
use sender_constraint::client_auth::TlsClientAuth;
use sender_constraint::http_client::ReqwestClient;
use sender_constraint::time::Timestamp;
use sender_constraint::token::{Introspection, PresentedToken, TokenError, TokenVerifier as _};

use crate::common::private_keys::pem;
use crate::common::{AUDIENCE, Key, NOW, TestClock, answer};
use crate::tls::{Identity, listen, mutual_tls};

#[tokio::test]
async fn cau_05_certificate_of_this_server_is_presented() {
    let (server, own, other) = (
        Identity::self_signed(),
        Identity::self_signed(),
        Identity::self_signed(),
    );
    let address = serve(&server, own.thumbprint()).await;
    let root = pem("CERTIFICATE", &server.certificate);
    let http = || ReqwestClient::with_root_certificates(root.as_bytes()).unwrap();
    let with = |identity: &Identity| {
        let (chain, key) = pems(identity);
        http().with_client_certificate(chain.as_bytes(), key.as_bytes())
    };
    verify(address, with(&own).unwrap()).await.unwrap();
    for refused in [with(&other).unwrap(), http()] {
        let error = verify(address, refused).await.unwrap_err();
        assert!(matches!(error, TokenError::Unavailable(_)), "{error}");
    }
}

#[tokio::test]
async fn certificate_and_key_belong_together_and_are_not_shown() {
    let (one, other) = (Identity::self_signed(), Identity::self_signed());
    let ((chain, key), (_, stray)) = (pems(&one), pems(&other));
    let with = |chain: &str, key: &str| {
        let client = ReqwestClient::new().unwrap();
        client.with_client_certificate(chain.as_bytes(), key.as_bytes())
    };
    for (chain, key) in [
        (chain.as_str(), stray.as_str()),
        ("", &key),
        (&chain, ""),
        ("x", "y"),
    ] {
        let refused = with(chain, key).unwrap_err();
        assert!(matches!(refused, ConfigError::HttpClient(_)), "{refused}");
    }
    let shown = format!("{:?}", with(&chain, &key).unwrap());
    let line = key.lines().nth(1).unwrap();
    assert!(!shown.contains(line) && !shown.contains("Pkcs8"), "{shown}");
}

fn pems(identity: &Identity) -> (String, String) {
    let chain = pem("CERTIFICATE", &identity.certificate);
    (chain, pem("PRIVATE KEY", identity.key.secret_der()))
}

async fn verify(address: SocketAddr, http: ReqwestClient) -> Result<(), TokenError> {
    let origin = format!("https://localhost:{}", address.port());
    let client = TlsClientAuth::new("rs").unwrap();
    let tokens = Introspection::new(&origin, AUDIENCE, client, http).unwrap();
    let tokens = tokens.endpoint(&format!("{origin}/introspect")).unwrap();
    let tokens = tokens.clock(TestClock::at(NOW));
    let now = Timestamp::from_unix_seconds(NOW);
    let token = PresentedToken::new("opaque");
    tokens.verify(token, now).await.map(drop)
}

/// An endpoint that answers the client with this certificate.
async fn serve(server: &Identity, registered: String) -> SocketAddr {
    let tls = mutual_tls(server, ClientCertPolicy::any());
    let listener = TlsListener::new(listen().await, tls);
    let address = listener.local_addr().unwrap();
    let app = Router::new().fallback(move |request: Request| {
        let registered = registered.clone();
        async move { introspected(request, &registered).await }
    });
    let service = app.into_make_service_with_connect_info::<Peer>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

async fn introspected(request: Request, registered: &str) -> Response {
    let (head, body) = request.into_parts();
    let presented = TlsConnection.certificate(&head).unwrap();
    assert!(head.extensions.get::<ConnectInfo<Peer>>().is_some());
    let thumbprint = presented.map(|it| it.thumbprint().to_string());
    if thumbprint.as_deref() != Some(registered) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    assert_eq!(
        head.headers[CONTENT_TYPE],
        "application/x-www-form-urlencoded"
    );
    let body = axum::body::to_bytes(body, 1024).await.unwrap();
    assert_eq!(
        body,
        "token=opaque&token_type_hint=access_token&client_id=rs"
    );
    let mut answer = answer(&Key::from_seed("ES256", 1));
    answer.as_object_mut().unwrap().remove("iss");
    Json(answer).into_response()
}
