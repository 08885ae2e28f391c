//! Tokens and proofs, all signed before the first request is sent.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::fill;
use indicatif::ProgressBar;
use sender_constraint::Digest;
use serde_json::json;

use crate::key::{Key, encode};
use crate::options::Options;
use crate::target::Target;

/// The authorization server.
pub(crate) struct Issuer {
    pub(crate) name: String,
    pub(crate) audience: String,
    key: Key,
}

impl Issuer {
    pub(crate) fn new(name: &str, audience: &str) -> Self {
        Self {
            name: name.to_owned(),
            audience: audience.to_owned(),
            key: Key::new(),
        }
    }

    pub(crate) fn jwks(&self) -> String {
        json!({"keys": [self.key.jwk()]}).to_string()
    }

    fn token(&self, client: &Key, number: usize) -> String {
        let jwk = client.jwk();
        let jkt = Digest::sha256(jwk.to_string().as_bytes()).to_string();
        let claims = json!({
            "iss": self.name, "aud": self.audience, "sub": format!("user-{number}"),
            "client_id": format!("client-{number}"), "jti": random(), "iat": now(), "exp": now() + 3600,
            "cnf": {"jkt": jkt},
        });
        self.key
            .sign(&json!({"typ": "at+jwt", "alg": "ES256"}), &claims)
    }
}

/// A key and the token that is bound to it.
pub(crate) struct Client {
    key: Key,
    token: String,
}

/// The one of the command line, or as many as it asks for.
pub(crate) fn clients(options: &Options, issuer: &Issuer) -> Result<Vec<Client>, String> {
    if let (Some(token), Some(key)) = (&options.token, &options.key) {
        let text = std::fs::read_to_string(token).map_err(|error| format!("{token}: {error}"))?;
        let (key, token) = (Key::read(key)?, text.trim().to_owned());
        return Ok(vec![Client { key, token }]);
    }
    let made = (0..options.clients).map(|number| {
        let key = Key::new();
        let token = issuer.token(&key, number);
        Client { key, token }
    });
    Ok(made.collect())
}

/// The requests as they go over the wire, spoilt ones among them.
pub(crate) fn sign_requests(
    options: &Options,
    clients: &[Client],
    target: &Target,
    progress: &ProgressBar,
) -> Vec<Vec<u8>> {
    let mut requests: Vec<Vec<u8>> = Vec::with_capacity(options.requests);
    for (number, Client { key, token }) in (0..options.requests).zip(clients.iter().cycle()) {
        let spoilt = options.spoil.filter(|every| number % every == every - 1);
        let fault = spoilt.map_or(Fault::None, |every| Fault::number(number / every));
        let request = match (fault, requests.last()) {
            (Fault::Replayed, Some(last)) => last.clone(),
            _ => target.wire(token, &proof(key, token, &target.uri(), fault)),
        };
        requests.push(request);
        progress.inc(1);
    }
    requests
}

/// What is wrong with a request.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Fault {
    None,
    Replayed,
    Stale,
    Method,
    Uri,
    Token,
}

impl Fault {
    const fn number(number: usize) -> Self {
        match number % 5 {
            0 => Self::Replayed,
            1 => Self::Stale,
            2 => Self::Method,
            3 => Self::Uri,
            _ => Self::Token,
        }
    }
}

fn proof(key: &Key, token: &str, uri: &str, fault: Fault) -> String {
    let other = |wanted: Fault, good: &str, bad: &str| {
        let text = if fault == wanted { bad } else { good };
        text.to_owned()
    };
    let ath = Digest::sha256(other(Fault::Token, token, "another").as_bytes());
    let age = if fault == Fault::Stale { 3600 } else { 0 };
    key.sign(
        &json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": key.jwk()}),
        &json!({
            "jti": random(),
            "htm": other(Fault::Method, "GET", "POST"),
            "htu": other(Fault::Uri, uri, &format!("{uri}/other")),
            "iat": now() - age,
            "ath": ath.to_string(),
        }),
    )
}

#[expect(
    clippy::expect_used,
    reason = "without random numbers there is no load"
)]
fn random() -> String {
    let mut bytes = [0; 16];
    fill(&mut bytes).expect("random bytes");
    encode(bytes)
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}
