//! The client: JSON-RPC over HTTP with a token, and what comes back.

use std::error::Error;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use reqwest::{Method, Request, Response, Url};
use sender_constraint_testing::SigningKey;
use serde_json::{Value, json};

use crate::table::Tried;

pub(crate) struct Client {
    signer: sender_constraint_testing::Client,
    url: Url,
}

/// What came of a request: the client's side, and the reason in the operator's log.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) status: u16,
    /// `error` of the challenge, and its `scope`.
    pub(crate) error: Option<String>,
    pub(crate) scope: Option<String>,
    /// Whether the challenge leads to the metadata.
    pub(crate) leads_on: bool,
    pub(crate) reason: Option<&'static str>,
    /// What a tool answered, or the `resource` of the metadata.
    pub(crate) text: String,
}

impl Client {
    pub(crate) fn new(url: &str) -> Result<Self, Box<dyn Error>> {
        let signer = sender_constraint_testing::Client::new();
        let url = url.parse()?;
        Ok(Self { signer, url })
    }

    pub(crate) const fn key(&self) -> &SigningKey {
        self.signer.key()
    }

    pub(crate) fn url(&self) -> &str {
        self.url.as_str()
    }

    /// A `GET` of another path of the server.
    pub(crate) fn get(&self, path: &str) -> Request {
        let mut request = Request::new(Method::GET, self.url.clone());
        request.url_mut().set_path(path);
        request
    }

    /// A call of a tool, without credentials.
    pub(crate) fn call(&self, tool: &str) -> Request {
        let arguments = json!({"name": "notes.txt"});
        let params = json!({"name": tool, "arguments": arguments});
        let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
        let mut request = Request::new(Method::POST, self.url.clone());
        let headers = request.headers_mut();
        let accepted = "application/json, text/event-stream";
        headers.insert(ACCEPT, HeaderValue::from_static(accepted));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let version = HeaderValue::from_static("2025-11-25");
        headers.insert("mcp-protocol-version", version);
        *request.body_mut() = Some(call.to_string().into());
        request
    }

    pub(crate) fn bearer(&self, tool: &str, token: &str) -> Request {
        let mut request = self.call(tool);
        let authorization = header(&format!("Bearer {token}"));
        request.headers_mut().insert(AUTHORIZATION, authorization);
        request
    }

    /// With a proof of the client's key for this request.
    pub(crate) fn dpop(&self, tool: &str, token: &str) -> Request {
        let mut request = self.call(tool);
        let proof = self.signer.proof("POST", self.url.as_str(), token).sign();
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, header(&format!("DPoP {token}")));
        headers.insert("dpop", header(&proof));
        request
    }
}

impl Tried for Outcome {
    fn told(&self) -> String {
        let error = self.error.as_deref().unwrap_or_default();
        format!("{} {error}", self.status)
    }

    fn reason(&self) -> Option<&str> {
        self.reason
    }
}

impl Outcome {
    pub(crate) async fn of(
        response: Response,
        reason: Option<&'static str>,
    ) -> Result<Self, Box<dyn Error>> {
        let challenge = response.headers().get(WWW_AUTHENTICATE);
        let challenge = challenge.and_then(|value| value.to_str().ok());
        let parameter = |name: &str| {
            let (_, value) = challenge?.split_once(&format!("{name}=\""))?;
            Some(value.split('"').next()?.to_owned())
        };
        let (error, scope) = (parameter("error"), parameter("scope"));
        let leads_on = parameter("resource_metadata").is_some();
        let status = response.status().as_u16();
        let body: Value = serde_json::from_str(&response.text().await?).unwrap_or_default();
        let text = body.pointer("/result/content/0/text");
        let text = text.or_else(|| body.get("resource"));
        Ok(Self {
            status,
            error,
            scope,
            leads_on,
            reason,
            text: text.and_then(Value::as_str).unwrap_or_default().to_owned(),
        })
    }
}

fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("visible ASCII")
}
