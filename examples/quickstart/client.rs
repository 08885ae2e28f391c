//! The client: signs a fresh proof for each of its requests, and reads what comes back.

use std::error::Error;

use reqwest::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use reqwest::{Method, Request, Response, Url};
use sender_constraint_testing::{Proof, SigningKey};
use serde_json::Value;

use crate::table::Tried;

pub(crate) struct Client {
    signer: sender_constraint_testing::Client,
    url: Url,
}

/// What came of a request: the client's side, and the reason in the operator's log.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) status: u16,
    /// `error` of the challenge.
    pub(crate) error: Option<String>,
    pub(crate) reason: Option<&'static str>,
    /// What the handler answered.
    pub(crate) answer: Value,
}

impl Client {
    /// A client with a key of its own, which calls this URL.
    pub(crate) fn new(url: Url) -> Self {
        let signer = sender_constraint_testing::Client::new();
        Self { signer, url }
    }

    pub(crate) fn url(&self) -> Url {
        self.url.clone()
    }

    /// What its tokens are bound to.
    pub(crate) const fn key(&self) -> &SigningKey {
        self.signer.key()
    }

    /// An honest GET.
    pub(crate) fn get(&self, token: &str) -> Request {
        self.call(Method::GET, token)
    }

    /// An honest request: the token, and a proof that was made for this request.
    pub(crate) fn call(&self, method: Method, token: &str) -> Request {
        let proof = self.proof(&method, token).sign();
        self.request(method, token, &proof)
    }

    /// A DPoP proof (RFC 9449 section 4.2): method, URL and time of the request, and the hash of the token.
    pub(crate) fn proof(&self, method: &Method, token: &str) -> Proof {
        self.signer.proof(method.as_str(), self.url.as_str(), token)
    }

    pub(crate) fn request(&self, method: Method, token: &str, proof: &str) -> Request {
        let mut request = Request::new(method, self.url());
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, header(&format!("DPoP {token}")));
        headers.insert("dpop", header(proof));
        request
    }

    /// A GET as plain bearer tokens are used (RFC 6750).
    pub(crate) fn get_as_bearer(&self, token: &str) -> Request {
        let mut request = Request::new(Method::GET, self.url());
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, header(&format!("Bearer {token}")));
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
        let challenges = response.headers().get_all(WWW_AUTHENTICATE).iter();
        let error = challenges.filter_map(error_of).next();
        Ok(Self {
            status: response.status().as_u16(),
            error: error.map(str::to_owned),
            reason,
            answer: match response.text().await?.as_str() {
                "" => Value::Null,
                text => serde_json::from_str(text)?,
            },
        })
    }
}

/// `invalid_token` of `DPoP algs="ES256", error="invalid_token"`.
fn error_of(challenge: &HeaderValue) -> Option<&str> {
    let (_, from_error) = challenge.to_str().ok()?.split_once("error=\"")?;
    from_error.split('"').next()
}

pub(crate) fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("visible ASCII")
}
