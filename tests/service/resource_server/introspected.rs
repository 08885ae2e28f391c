//! Introspection at the example `resource_server`: its options, and what they change.

use super::running::{AUDIENCE, Running, URL};
use crate::common::{TempFile, private_keys};

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::post;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use sender_constraint_testing::Client;
use serde_json::{Value, json};
use tokio::net::TcpListener;

#[tokio::test]
async fn int_13_plain_response_passes_unless_signed_ones_are_required() {
    let plain = Introspected::start(&[]).await;
    let answer = plain.answer().to_string();
    let (status, text) = plain.present(JSON, &answer).await;
    assert_eq!(status, StatusCode::OK, "{text}");

    let signed = Introspected::start(&["--require-signed-responses"]).await;
    let answer = signed.answer().to_string();
    let (status, text) = signed.present(JSON, &answer).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    let hint = "configure with --require-signed-responses";
    assert!(text.contains(hint), "{text}");
}

#[tokio::test]
async fn int_14_signed_response_is_verified_with_the_keys_of_the_issuer() {
    for (algorithms, expected) in [
        (None, StatusCode::OK),
        (Some("RS256,ES256"), StatusCode::OK),
        (Some("RS256"), StatusCode::SERVICE_UNAVAILABLE),
    ] {
        let mut options = vec!["--require-signed-responses"];
        options.extend(algorithms.iter().flat_map(|names| ["--token-algs", names]));
        let server = Introspected::start(&options).await;
        let (status, text) = server.present(SIGNED, &server.signed_answer()).await;
        assert_eq!(status, expected, "{algorithms:?}: {text}");
        let is_refused = expected != StatusCode::OK;
        let hint = "configure with --token-algs";
        assert_eq!(text.contains(hint), is_refused, "{text}");
    }
}

#[tokio::test]
async fn options_of_introspection_are_checked_at_start() {
    let key = TempFile::new(&private_keys::p256());
    let path = key.path();
    let introspecting = introspecting(path.to_str().unwrap());
    let started = async |options: &[&str]| {
        let options = [introspecting.as_slice(), options].concat();
        Running::try_start(&options).await.map(drop)
    };
    for seconds in ["1", "3600"] {
        let cache = ["--introspection-cache", seconds];
        assert_eq!(started(&cache).await, Ok(()), "{seconds}");
    }
    for seconds in ["0", "3601"] {
        let error = started(&["--introspection-cache", seconds]).await;
        let error = error.unwrap_err();
        assert!(error.starts_with("--introspection-cache: "), "{error}");
    }
}

/// The service, and the introspection endpoint of its issuer.
struct Introspected {
    service: Running,
    client: Client,
    /// What the endpoint answers: the content type and the body.
    response: Arc<Mutex<(String, String)>>,
}

impl Introspected {
    async fn start(options: &[&str]) -> Self {
        let (endpoint, response) = endpoint().await;
        let key = TempFile::new(&private_keys::p256());
        let path = key.path();
        let mut all = introspecting(path.to_str().unwrap());
        all.extend(["--introspection-endpoint", &endpoint, "--explain"]);
        all.extend(options);
        Self {
            service: Running::start(&all).await,
            client: Client::new(),
            response,
        }
    }

    fn answer(&self) -> Value {
        json!({
            "active": true,
            "aud": AUDIENCE,
            "cnf": {"jkt": self.client.key().thumbprint()},
            "exp": now() + 60,
        })
    }

    fn signed_answer(&self) -> String {
        let issuer = self.service.issuer.issuer();
        let claims = json!({
            "iss": issuer.name(),
            "aud": CLIENT_ID,
            "iat": now(),
            "token_introspection": self.answer(),
        });
        let header = json!({"typ": "token-introspection+jwt"});
        issuer.jwt(header, claims).sign()
    }

    /// One request, which the endpoint answers with this.
    async fn present(&self, content_type: &str, body: &str) -> (StatusCode, String) {
        *self.response.lock().unwrap() = (content_type.to_owned(), body.to_owned());
        let request = self.client.request("GET", URL, "opaque");
        let answer = self.service.send(request).await;
        (answer.status, answer.text)
    }
}

fn introspecting(key: &str) -> Vec<&str> {
    let client = ["--client-id", CLIENT_ID, "--client-key", key];
    [&["--introspect", "all"], client.as_slice()].concat()
}

async fn endpoint() -> (String, Arc<Mutex<(String, String)>>) {
    let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/introspect", tcp.local_addr().unwrap());
    let response = Arc::<Mutex<(String, String)>>::default();
    let answered = Arc::clone(&response);
    let answer = async move || {
        let (content_type, body) = answered.lock().unwrap().clone();
        ([(CONTENT_TYPE, content_type)], body)
    };
    let app = Router::new().route("/introspect", post(answer));
    tokio::spawn(async { axum::serve(tcp, app).await });
    (url, response)
}

fn now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.unwrap().as_secs()
}

const CLIENT_ID: &str = "https://api.example.com/client";
const JSON: &str = "application/json";
const SIGNED: &str = "application/token-introspection+jwt";
