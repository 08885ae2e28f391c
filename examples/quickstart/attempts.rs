//! What is tried: honest calls, and attacks that each change one thing of an honest call.

use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::{Method, Request};
use sender_constraint_testing::{Issuer, Proof, SigningKey, Token, encode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::AUDIENCE;
use crate::client::{Client, Outcome, header};

pub(crate) struct Attempt {
    pub(crate) what: &'static str,
    pub(crate) request: Request,
    pub(crate) expected: Outcome,
}

pub(crate) fn attempts(issuer: &Issuer, client: &Client) -> Vec<Attempt> {
    let token = bound(issuer, client).sign();
    let verdict = json!({
        "issuer": issuer.name(),
        "user": "alice",
        "client": "app",
        "may_read": true,
        "may_write": false,
        "key": client.key().thumbprint(),
    });
    let first = client.get(&token);
    let again = first.try_clone().expect("a request without a body");
    let mut nothing = client.get(&token);
    nothing.headers_mut().clear();
    let head = client.call(Method::HEAD, &token);
    let post = client.call(Method::POST, &token);
    let last = client.get(&token);

    let mut attempts = vec![
        accepted("honest call", first, verdict.clone()),
        refused("the same request once more", again, PROOF, "proof_replayed"),
    ];
    attempts.extend(bad_proofs(client, &token));
    attempts.extend(bad_tokens(client, issuer));
    attempts.extend([
        refused("no credentials", nothing, None, "credentials_missing"),
        accepted("honest call by HEAD", head, Value::Null),
        accepted("honest call by POST", post, verdict.clone()),
        accepted("honest call at the end", last, verdict),
    ]);
    attempts
}

/// A good token of this client, with a proof that was not made with its key, for this request, now.
fn bad_proofs(client: &Client, token: &str) -> [Attempt; 9] {
    let good = client.proof(&Method::GET, token).sign();
    let with = |change: &dyn Fn(Proof) -> Proof| {
        let proof = change(client.proof(&Method::GET, token));
        client.request(Method::GET, token, &proof.sign())
    };
    let mut missing = client.get(token);
    missing.headers_mut().remove("dpop");
    let mut two = client.get(token);
    two.headers_mut().append("dpop", header(&good));
    let mut elsewhere = client.get(token);
    elsewhere.url_mut().set_path("/transfers");
    let mut as_post = client.get(token);
    *as_post.method_mut() = Method::POST;
    let old = with(&|proof| proof.claim("iat", now() - 3600));
    let early = with(&|proof| proof.claim("iat", now() + 3600));
    let other = with(&|proof| proof.claim("ath", sha256("another token")));
    let mut private = client.key().jwk();
    private["d"] = json!(encode(client.key().secret_bytes().unwrap_or_default()));
    let showing = with(&|proof| proof.header("jwk", private.clone()));
    let forged = client.request(Method::GET, token, &tampered(&good));

    let refused = |what, request, reason| refused(what, request, PROOF, reason);
    [
        refused("stolen token without a proof", missing, "proof_missing"),
        refused("two proofs", two, "proof_repeated"),
        refused("proof for another URL", elsewhere, "proof_target_uri"),
        refused("proof for another method", as_post, "proof_method"),
        refused("proof of an hour ago", old, "proof_issued_too_long_ago"),
        refused("proof of an hour ahead", early, "proof_issued_in_future"),
        refused("proof for another token", other, "proof_access_token_hash"),
        refused("proof with the private key inside", showing, "proof_key"),
        refused("proof with a tampered signature", forged, "proof_signature"),
    ]
}

/// A good proof, with a token that is not this client's, not for this use, or not of this issuer.
fn bad_tokens(client: &Client, issuer: &Issuer) -> [Attempt; 8] {
    let good = bound(issuer, client);
    let thief = Client::new(client.url());
    let stolen = thief.get(&good.sign());
    let bearer = client.get_as_bearer(&good.sign());
    let unbound = client.get_as_bearer(&issuer.token(AUDIENCE).sign());
    let foreign = good.clone().claim("aud", "https://other.example.com");
    let foreign = client.get(&foreign.sign());
    let expired = client.get(&good.clone().claim("exp", now() - 3600).sign());
    let strange = client.get(&good.clone().signed_by(&SigningKey::es256()).sign());
    let none = good.header("alg", "none").sign();
    let leftover = client.get(&none);
    let (unsigned, _) = none.rsplit_once('.').expect("a signature");
    let unsigned = client.get(&format!("{unsigned}."));

    let refused = |what, request, reason| refused(what, request, TOKEN, reason);
    [
        refused(
            "stolen token, thief's proof",
            stolen,
            "binding_key_mismatch",
        ),
        refused(
            "bound token as Bearer",
            bearer,
            "binding_bound_token_as_bearer",
        ),
        refused("unbound token as Bearer", unbound, "binding_unbound_token"),
        refused("token for another audience", foreign, "token_audience"),
        refused("expired token", expired, "token_expired"),
        refused("token signed by another key", strange, "token_signature"),
        refused("token with alg none", leftover, "token_algorithm"),
        refused("the same without a signature", unsigned, "token_not_a_jws"),
    ]
}

/// A token for the holder of the client's key, and nobody else (RFC 9449 section 6.1).
fn bound(issuer: &Issuer, client: &Client) -> Token {
    let token = issuer.token(AUDIENCE).bound_to(client.key());
    token.claim("scope", "accounts:read")
}

/// The same proof, except for the first character of its signature.
fn tampered(jws: &str) -> String {
    let (message, signature) = jws.rsplit_once('.').expect("a signature");
    let (first, rest) = signature.split_at(1);
    let other = if first == "A" { "B" } else { "A" };
    format!("{message}.{other}{rest}")
}

fn sha256(text: &str) -> String {
    encode(Sha256::digest(text))
}

/// Seconds since 1970.
fn now() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH);
    since_epoch.expect("a clock after 1970").as_secs()
}

fn accepted(what: &'static str, request: Request, answer: Value) -> Attempt {
    Attempt {
        what,
        request,
        expected: Outcome {
            status: 200,
            error: None,
            reason: None,
            answer,
        },
    }
}

fn refused(
    what: &'static str,
    request: Request,
    error: Option<&str>,
    reason: &'static str,
) -> Attempt {
    Attempt {
        what,
        request,
        expected: Outcome {
            status: 401,
            error: error.map(str::to_owned),
            reason: Some(reason),
            answer: Value::Null,
        },
    }
}

const PROOF: Option<&str> = Some("invalid_dpop_proof");
const TOKEN: Option<&str> = Some("invalid_token");
