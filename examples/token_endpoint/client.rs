//! A client of the token endpoint: a certificate for the connection, and a form.

use std::error::Error;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::Response;
use sender_constraint_testing::certificates::Identity;
use serde_json::Value;

use crate::table::Tried;

/// A request for a token: the form, and user and password for `Authorization`.
#[derive(Clone, Default)]
pub(crate) struct Form {
    pub(crate) fields: Vec<(&'static str, String)>,
    pub(crate) basic: Option<(&'static str, &'static str)>,
}

impl Form {
    pub(crate) fn new() -> Self {
        Self::default().with("grant_type", "client_credentials")
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.fields.push((name, value.to_owned()));
        self
    }

    /// RFC 7523 section 2.2.
    pub(crate) fn asserting(self, assertion: &str) -> Self {
        self.with("client_assertion_type", JWT_BEARER)
            .with("client_assertion", assertion)
    }
}

/// Who sends: the certificate that the connection presents.
#[derive(Clone)]
pub(crate) struct Sender {
    server: Vec<u8>,
    identity: Identity,
}

/// What came of a request: the client's side, and the reason in the operator's log.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) status: u16,
    pub(crate) error: Option<String>,
    /// `sub` of the token.
    pub(crate) token_of: Option<String>,
    pub(crate) reason: Option<&'static str>,
}

impl Sender {
    pub(crate) fn new(server: &[u8], identity: Identity) -> Self {
        let server = server.to_vec();
        Self { server, identity }
    }

    /// Sends the form on a connection of its own.
    pub(crate) async fn send(
        &self,
        address: SocketAddr,
        form: &Form,
    ) -> Result<Response, Box<dyn Error>> {
        let key = pem("PRIVATE KEY", self.identity.private_key());
        let identity = pem("CERTIFICATE", self.identity.certificate()) + &key;
        let http = reqwest::Client::builder()
            .no_proxy()
            .resolve("localhost", address)
            .tls_certs_only([reqwest::Certificate::from_der(&self.server)?])
            .identity(reqwest::Identity::from_pem(identity.as_bytes())?)
            .build()?;
        let url = format!("https://localhost:{}/token", address.port());
        let mut request = http.post(url);
        if let Some((user, password)) = form.basic {
            request = request.basic_auth(user, Some(password));
        }
        let fields = form.fields.iter();
        let fields = fields.map(|(name, value)| format!("{name}={}", value.replace(':', "%3A")));
        let body = fields.collect::<Vec<_>>().join("&");
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        Ok(request.body(body).send().await?)
    }
}

impl Tried for Outcome {
    fn told(&self) -> String {
        let client = self.token_of.as_ref();
        let token = client.map(|client| format!("token of {client}"));
        let told = self.error.clone().or(token).unwrap_or_default();
        format!("{} {told}", self.status)
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
        let status = response.status().as_u16();
        let body = match response.text().await?.as_str() {
            "" => Value::Null,
            text => serde_json::from_str(text)?,
        };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let token_of = match body["access_token"].as_str() {
            Some(token) => text(&claims(token)?["sub"]),
            None => None,
        };
        Ok(Self {
            status,
            error: text(&body["error"]),
            token_of,
            reason,
        })
    }
}

fn claims(token: &str) -> Result<Value, Box<dyn Error>> {
    let payload = token.split('.').nth(1).unwrap_or_default();
    Ok(serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload)?)?)
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
}

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
