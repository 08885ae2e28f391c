//! An authorization server in memory that answers introspection, counts its requests and fails at will.

use std::sync::{Arc, Mutex};

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use sender_constraint::future::MaybeReady;
use sender_constraint::http_client::{HttpClient, HttpError, IncomingResponse, OutgoingRequest};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{AUDIENCE, ISSUER, Key, NOW};

pub const ENDPOINT: &str = "https://as.example.com/introspect";

const HANGS: &str = "hangs";

/// Clones share the state.
#[derive(Clone, Debug)]
pub struct AuthorizationServer(Arc<State>);

#[derive(Debug)]
struct State {
    metadata: Mutex<Option<Value>>,
    answer: Mutex<Option<IncomingResponse>>,
    requests: Mutex<Vec<OutgoingRequest>>,
    open: watch::Sender<bool>,
}

impl AuthorizationServer {
    /// Publishes its metadata, and answers every token with `answer`.
    pub fn answering(answer: &Value) -> Self {
        let metadata = json!({"issuer": ISSUER, "introspection_endpoint": ENDPOINT});
        let server = Self(Arc::new(State {
            metadata: Mutex::new(Some(metadata)),
            answer: Mutex::default(),
            requests: Mutex::default(),
            open: watch::Sender::new(true),
        }));
        server.answer(answer);
        server
    }

    pub fn answer(&self, answer: &Value) {
        self.respond(200, "application/json", &answer.to_string());
    }

    pub fn respond(&self, status: u16, content_type: &str, body: &str) {
        let status = StatusCode::from_u16(status).unwrap();
        let mut headers = HeaderMap::new();
        if !content_type.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap());
        }
        let response = IncomingResponse::new(status, headers, body.as_bytes().to_vec());
        *self.0.answer.lock().unwrap() = Some(response);
    }

    /// From now on no call gets an answer.
    pub fn disconnect(&self) {
        *self.0.answer.lock().unwrap() = None;
    }

    pub fn publish(&self, metadata: Option<Value>) {
        *self.0.metadata.lock().unwrap() = metadata;
    }

    /// From now on the metadata never arrives.
    pub fn hang_metadata(&self) {
        self.publish(Some(json!(HANGS)));
    }

    /// Holds the answers to calls back.
    pub fn hold(&self) {
        self.0.open.send_replace(false);
    }

    pub fn release(&self) {
        self.0.open.send_replace(true);
    }

    pub fn requests(&self) -> Vec<OutgoingRequest> {
        self.0.requests.lock().unwrap().clone()
    }

    /// The calls of the endpoint, wherever it was.
    pub fn calls(&self) -> Vec<OutgoingRequest> {
        let mut requests = self.requests();
        requests.retain(|request| request.method == Method::POST);
        requests
    }

    pub fn last_call(&self) -> OutgoingRequest {
        self.calls().pop().expect("a call")
    }

    fn response(&self, request: &OutgoingRequest) -> Result<IncomingResponse, HttpError> {
        let failed = || HttpError::Failed {
            url: request.url.clone(),
            reason: "connection refused".to_owned(),
        };
        if request.method == Method::POST {
            let answer = self.0.answer.lock().unwrap().clone().ok_or_else(failed)?;
            if answer.body.len() > OutgoingRequest::MAX_RESPONSE_BYTES {
                return Err(HttpError::TooLarge(request.url.clone()));
            }
            return Ok(answer);
        }
        let metadata = self.0.metadata.lock().unwrap().clone();
        let metadata = metadata.ok_or_else(failed)?.to_string().into_bytes();
        Ok(IncomingResponse::new(
            StatusCode::OK,
            HeaderMap::new(),
            metadata,
        ))
    }
}

impl HttpClient for AuthorizationServer {
    fn send<'a>(
        &'a self,
        request: &'a OutgoingRequest,
    ) -> MaybeReady<'a, Result<IncomingResponse, HttpError>> {
        self.0.requests.lock().unwrap().push(request.clone());
        let mut open = self.0.open.subscribe();
        MaybeReady::pending(async move {
            // Others may send in between.
            tokio::task::yield_now().await;
            if request.method == Method::POST {
                open.wait_for(|open| *open).await.unwrap();
            } else if *self.0.metadata.lock().unwrap() == Some(json!(HANGS)) {
                std::future::pending::<()>().await;
            }
            self.response(request)
        })
    }
}

/// A good answer for a token that is bound to `client`.
pub fn answer(client: &Key) -> Value {
    json!({
        "active": true,
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "alice",
        "client_id": "app",
        "scope": "read write",
        "token_type": "DPoP",
        "exp": NOW + 600,
        "cnf": {"jkt": client.thumbprint()},
    })
}

/// The parameters of a form.
pub fn form_of(request: &OutgoingRequest) -> Vec<(String, String)> {
    url::form_urlencoded::parse(&request.body)
        .into_owned()
        .collect()
}
