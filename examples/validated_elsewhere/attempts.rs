//! What is tried: honest calls, stolen tokens, and tokens that each differ from a good one in one thing.

use std::time::{SystemTime, UNIX_EPOCH};

use http::Request;
use sender_constraint_testing::{Client, Issuer, SigningKey, Token};
use serde_json::json;

use crate::{API, ISSUER};

pub(crate) struct Attempt {
    pub(crate) what: &'static str,
    pub(crate) request: Request<()>,
    /// The kind of the refusal; `None` for a call that is served.
    pub(crate) expected: Option<&'static str>,
}

pub(crate) fn attempts(issuer: &Issuer) -> Vec<Attempt> {
    let client = Client::new();
    let good = issuer.token(API).bound_to(client.key());
    let mut attempts = stolen(&client, &good.sign(), &issuer.token(API).sign());
    attempts.extend(bad_tokens(&client, &good));
    let last = get(&client, &good);
    attempts.push(attempt("honest call at the end", last, None));
    attempts
}

/// An honest call, and what a thief can do with a copy of it.
fn stolen(client: &Client, token: &str, unbound: &str) -> Vec<Attempt> {
    let url = format!("{API}/accounts");
    let honest = client.request("GET", &url, token);
    let replay = honest.clone();
    let thief = Client::new().request("GET", &url, token);
    let mut without = honest.clone();
    without.headers_mut().remove("dpop");
    vec![
        attempt("honest call", honest, None),
        attempt("the same request once more", replay, Some("proof_replayed")),
        attempt(
            "stolen token, thief's proof",
            thief,
            Some("binding_key_mismatch"),
        ),
        attempt(
            "stolen token without a proof",
            without,
            Some("proof_missing"),
        ),
        attempt(
            "stolen token as Bearer",
            bearer(token),
            Some("binding_bound_token_as_bearer"),
        ),
        attempt(
            "unbound token as Bearer",
            bearer(unbound),
            Some("binding_unbound_token"),
        ),
    ]
}

/// With a good proof each: the token is what is refused.
fn bad_tokens(client: &Client, good: &Token) -> Vec<Attempt> {
    let refused = |what, token: Token, kind| attempt(what, get(client, &token), Some(kind));
    let with = |name, value| good.clone().claim(name, value);
    let (mut no_audience, mut no_issuer, mut no_expiry) =
        (good.clone(), good.clone(), good.clone());
    for (token, claim) in [
        (&mut no_audience, "aud"),
        (&mut no_issuer, "iss"),
        (&mut no_expiry, "exp"),
    ] {
        token
            .claims
            .as_object_mut()
            .map(|claims| claims.remove(claim));
    }
    let evil = json!("https://evil.example.com");
    let header = |name, value: serde_json::Value| good.clone().header(name, value);
    let strange = good.clone().signed_by(&SigningKey::es256());
    vec![
        refused(
            "expired token",
            with("exp", json!(now() - 60)),
            "token_expired",
        ),
        refused(
            "token of tomorrow",
            with("nbf", json!(now() + 86_400)),
            "token_not_yet_valid",
        ),
        refused(
            "token for another audience",
            with("aud", evil.clone()),
            "token_audience",
        ),
        refused(
            "token without an audience",
            no_audience,
            "token_missing_claim",
        ),
        refused(
            "token of another issuer",
            with("iss", evil.clone()),
            "token_issuer",
        ),
        refused("token without an issuer", no_issuer, "token_missing_claim"),
        refused(
            "token of two issuers",
            with("iss", json!([ISSUER, evil])),
            "token_payload",
        ),
        refused("token without an expiry", no_expiry, "token_missing_claim"),
        refused(
            "ID token: another `typ`",
            header("typ", json!("JWT")),
            "token_type",
        ),
        refused(
            "token with `crit`",
            header("crit", json!(["exp"])),
            "token_critical",
        ),
        refused(
            "token with another `alg`",
            header("alg", json!("ES384")),
            "token_algorithm",
        ),
        refused(
            "token with an unknown `kid`",
            header("kid", json!("other")),
            "token_unknown_key",
        ),
        refused("token signed by another key", strange, "token_signature"),
    ]
}

fn get(client: &Client, token: &Token) -> Request<()> {
    client.request("GET", &format!("{API}/accounts"), &token.sign())
}

fn bearer(token: &str) -> Request<()> {
    let request = Request::get("/accounts").header("authorization", format!("Bearer {token}"));
    request.body(()).expect("a request")
}

fn attempt(what: &'static str, request: Request<()>, expected: Option<&'static str>) -> Attempt {
    Attempt {
        what,
        request,
        expected,
    }
}

/// Seconds since 1970.
fn now() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    since_epoch.expect("a clock after 1970").as_secs()
}
