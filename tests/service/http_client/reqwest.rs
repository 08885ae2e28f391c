//! `ReqwestClient` on loopback: what a key set's server may not do to us (RFC 9728 section 7.7).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::common::{AUDIENCE, Key, MintToken as _, NOW, ORIGIN, TestClock, Token, World};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::{IntoResponse as _, Redirect, Response};
use http::header::{ACCEPT, AUTHORIZATION, CACHE_CONTROL, COOKIE, USER_AGENT};
use http::{HeaderMap, StatusCode};
use sender_constraint::http_client::ReqwestClient;
use sender_constraint::keys::RemoteKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::token::JwtVerifier;
use sender_constraint::{ConfigError, Guard};
use serde_json::json;
use tokio::net::TcpListener;

#[tokio::test]
async fn key_01_discovers_the_keys_of_an_issuer() {
    let server = Server::start(|path, issuer| match path {
        METADATA => json(&json!({"issuer": issuer, "jwks_uri": format!("{issuer}/jwks")})),
        "/jwks" => json(&key_set()),
        _ => StatusCode::NOT_FOUND.into_response(),
    })
    .await;
    let client = ReqwestClient::new().unwrap();
    let keys = RemoteKeys::for_issuer(&server.origin, client);
    let keys = keys.clock(TestClock::at(NOW)).fetch().await.unwrap();
    let tokens = JwtVerifier::new(&server.origin, AUDIENCE, keys).unwrap();
    let world = World::with_tokens(Key::from_seed("ES256", 0), tokens, |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    });
    let token = Token::bound(&world.issuer, &world.client).claim("iss", server.origin.as_str());
    let token = token.sign();
    let proof = world.proof(&token).sign();
    world.present(&token, &proof).await.assert_passed();

    // The short form asks the same.
    RemoteKeys::discover(&server.origin).await.unwrap();
    assert_eq!(server.paths(), [METADATA, "/jwks", METADATA, "/jwks"]);
    for (_, headers) in server.requests.lock().unwrap().iter() {
        let name = headers[USER_AGENT].to_str().unwrap();
        assert!(name.starts_with("sender-constraint/"), "{name}");
        assert_eq!(headers[ACCEPT], "application/json");
        assert!(!headers.contains_key(AUTHORIZATION) && !headers.contains_key(COOKIE));
    }
}

#[tokio::test]
async fn key_07_redirects_are_not_followed() {
    let server = Server::start(|path, issuer| match path {
        "/moved" => Redirect::temporary("/jwks").into_response(),
        "/far" => Redirect::permanent("http://169.254.169.254/latest").into_response(),
        "/back" => Redirect::to(&format!("{issuer}/jwks")).into_response(),
        _ => json(&key_set()),
    })
    .await;
    assert_eq!(server.fetch("/jwks").await, Ok(()));
    for path in ["/moved", "/far", "/back"] {
        let reason = server.fetch(path).await.unwrap_err();
        assert!(reason.contains("status 30"), "{reason}");
    }
    assert_eq!(server.paths(), ["/jwks", "/moved", "/far", "/back"]);
}

#[tokio::test]
async fn key_07_body_has_at_most_one_mebibyte() {
    let server = Server::start(|path, _| {
        let padded = |bytes: usize| {
            let set = key_set().to_string();
            let padding = " ".repeat(bytes - set.len());
            format!("{set}{padding}").into_response()
        };
        match path {
            "/fits" => padded(1024 * 1024),
            "/large" => padded(1024 * 1024 + 1),
            // Without a length, and without an end.
            _ => {
                let chunk = || Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 64 * 1024]));
                let endless = tokio_stream::iter(std::iter::repeat_with(chunk));
                Response::new(Body::from_stream(endless))
            }
        }
    })
    .await;
    assert_eq!(server.fetch("/fits").await, Ok(()));
    for path in ["/large", "/endless"] {
        let reason = server.fetch(path).await.unwrap_err();
        assert!(
            reason.contains("exceeds the limit of 1048576 bytes"),
            "{reason}"
        );
    }
}

#[tokio::test]
async fn key_07_private_address_that_a_document_names_is_refused() {
    let server = Server::start(|path, issuer| {
        let port = issuer.rsplit_once(':').unwrap().1;
        let (tenant, _) = path.trim_start_matches(METADATA).split_at(2);
        let jwks_uri = match tenant {
            "/1" => format!("https://127.0.0.2:{port}/jwks"),
            "/2" => format!("https://[::1]:{port}/jwks"),
            "/3" => "https://169.254.169.254/latest".to_owned(),
            "/4" => "https://2852039166/latest".to_owned(),
            "/5" => "https://[::ffff:10.0.0.1]/jwks".to_owned(),
            // A name, whose address is found out on connecting.
            _ => format!("https://localhost:{port}/jwks"),
        };
        json(&json!({"issuer": format!("{issuer}{tenant}"), "jwks_uri": jwks_uri}))
    })
    .await;
    for tenant in 1..=6 {
        let issuer = format!("{}/{tenant}", server.origin);
        let error = RemoteKeys::discover(&issuer).await.unwrap_err();
        let text = error.to_string();
        assert!(text.contains("private address"), "{tenant}: {text}");
    }
    assert!(server.paths().iter().all(|path| path.starts_with(METADATA)));
}

#[tokio::test]
async fn key_09_names_below_localhost_are_loopback() {
    let server = Server::start(|path, issuer| match path {
        METADATA => json(&json!({"issuer": issuer, "jwks_uri": format!("{issuer}/jwks")})),
        _ => json(&key_set()),
    })
    .await;
    let port = server.origin.rsplit_once(':').unwrap().1;
    for host in ["localhost", "keys.localhost", "a.b.localhost"] {
        let url = format!("http://{host}:{port}/jwks");
        let client = ReqwestClient::new().unwrap();
        let keys = RemoteKeys::from_jwks_uri(&url, client).fetch().await;
        assert!(keys.is_ok(), "{host}: {keys:?}");
    }
}

#[cfg(feature = "rustls")]
#[tokio::test]
async fn key_07_unknown_certificate_authority_is_named_with_its_remedy() {
    use crate::tls::{Authority, mutual_tls, params, serve};
    use base64::Engine as _;
    use sender_constraint::cert::ClientCertPolicy;

    let authority = Authority::new();
    let address = serve(mutual_tls(
        &authority.issue(&params()),
        ClientCertPolicy::any(),
    ))
    .await;
    let issuer = format!("https://localhost:{}", address.port());
    let text = async |client: ReqwestClient| {
        let keys = RemoteKeys::for_issuer(&issuer, client).fetch().await;
        keys.unwrap_err().to_string()
    };
    let refused = text(ReqwestClient::new().unwrap()).await;
    for part in [
        "certificate authority of the server is not trusted",
        "`ReqwestClient::with_root_certificates`",
        "`SSL_CERT_FILE`",
    ] {
        assert_eq!(refused.matches(part).count(), 1, "{refused}");
    }
    assert!(!refused.contains("lazy"), "{refused}");

    let der = base64::engine::general_purpose::STANDARD.encode(&authority.certificate);
    let pem = format!("-----BEGIN CERTIFICATE-----\n{der}\n-----END CERTIFICATE-----\n");
    let client = ReqwestClient::with_root_certificates(pem.as_bytes()).unwrap();
    // The server answers, with something else than metadata.
    let answered = text(client).await;
    assert!(answered.contains("not metadata"), "{answered}");
}

#[tokio::test]
async fn key_06_error_of_the_server_is_told_to_the_operator() {
    let server = Server::start(|path, _| match path {
        "/500" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "/html" => "<html>".into_response(),
        _ => json(&key_set()),
    })
    .await;
    let reason = server.fetch("/500").await.unwrap_err();
    assert!(reason.contains("status 500"), "{reason}");
    let reason = server.fetch("/html").await.unwrap_err();
    assert!(reason.contains("array `keys`"), "{reason}");
    let origin = server.origin.clone();
    let closed = origin.rsplit_once(':').unwrap().0.to_owned();
    let client = ReqwestClient::new().unwrap();
    // Nobody listens on port 1.
    let error = RemoteKeys::from_jwks_uri(&format!("{closed}:1/jwks"), client)
        .fetch()
        .await;
    assert!(matches!(error, Err(ConfigError::UnreachableKeys { .. })));
}

#[tokio::test]
async fn key_03_max_age_of_the_server_is_honoured() {
    let server = Server::start(|_, _| {
        let mut response = json(&key_set());
        let max_age = "public, max-age=301".parse().unwrap();
        response.headers_mut().insert(CACHE_CONTROL, max_age);
        response
    })
    .await;
    let clock = TestClock::at(NOW);
    let client = ReqwestClient::new().unwrap();
    let keys = RemoteKeys::from_jwks_uri(&format!("{}/jwks", server.origin), client);
    let keys = keys.clock(clock.clone()).fetch().await.unwrap();
    let tokens = JwtVerifier::new(crate::common::ISSUER, AUDIENCE, keys).unwrap();
    let world = World::with_tokens(Key::from_seed("ES256", 0), tokens, |tokens| {
        Guard::builder(tokens).allow_unbound_tokens()
    });
    let token = Token::unbound(&world.issuer)
        .claim("exp", NOW + 86_400)
        .sign();
    for (now, requests) in [(NOW, 1), (NOW + 300, 1), (NOW + 301, 2)] {
        clock.set(now);
        world.clock.set(now);
        world.present_bearer(&token).await.assert_passed();
        server.wait_for(requests).await;
        assert_eq!(server.paths().len(), requests);
    }
}

#[test]
fn certificates_that_cannot_be_read_are_refused_at_start() {
    for pem in [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        let error = ReqwestClient::with_root_certificates(pem.as_bytes()).unwrap_err();
        assert!(matches!(error, ConfigError::HttpClient(_)), "{error}");
    }
}

const METADATA: &str = "/.well-known/oauth-authorization-server";

/// A server on loopback that writes down what it is asked.
struct Server {
    origin: String,
    requests: Arc<Mutex<Vec<(String, HeaderMap)>>>,
}

impl Server {
    async fn start(answer: fn(path: &str, origin: &str) -> Response) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let requests: Arc<Mutex<Vec<_>>> = Arc::default();
        let server = Self {
            origin: origin.clone(),
            requests: Arc::clone(&requests),
        };
        let router = Router::new().fallback(move |request: Request| {
            let path = request.uri().path().to_owned();
            let response = answer(&path, &origin);
            requests
                .lock()
                .unwrap()
                .push((path, request.headers().clone()));
            std::future::ready(response)
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        server
    }

    /// Fetches a key set by the operator's word; on failure, the reason.
    async fn fetch(&self, path: &str) -> Result<(), String> {
        let client = ReqwestClient::new().unwrap();
        let keys = RemoteKeys::from_jwks_uri(&format!("{}{path}", self.origin), client);
        match keys.fetch().await {
            Ok(_) => Ok(()),
            Err(
                ConfigError::UnreachableKeys { reason, .. }
                | ConfigError::UnreadableKeys { reason, .. },
            ) => Err(reason),
            Err(other) => panic!("{other}"),
        }
    }

    fn paths(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        requests.iter().map(|(path, _)| path.clone()).collect()
    }

    /// Until so many requests came in; a background task makes them.
    async fn wait_for(&self, requests: usize) {
        let arrived = async {
            while self.requests.lock().unwrap().len() < requests {
                tokio::task::yield_now().await;
            }
        };
        let patience = Duration::from_secs(30);
        tokio::time::timeout(patience, arrived)
            .await
            .expect("a request");
    }
}

fn key_set() -> serde_json::Value {
    json!({"keys": [Key::from_seed("ES256", 0).published("k1")]})
}

fn json(document: &serde_json::Value) -> Response {
    document.to_string().into_response()
}
