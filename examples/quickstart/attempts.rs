//! What is tried: honest calls, and attacks that each change one thing of an honest call.

use p256::ecdsa::SigningKey;
use p256::elliptic_curve::Generate as _;
use reqwest::{Method, Request};
use serde_json::{Value, json};

use crate::client::{Client, Outcome, header};
use crate::issuer::Issuer;
use crate::jwt::{Jwt, now, sha256, tampered};

pub(crate) struct Attempt {
    pub(crate) what: &'static str,
    pub(crate) request: Request,
    pub(crate) expected: Outcome,
}

pub(crate) fn attempts(issuer: &Issuer, client: &Client) -> Vec<Attempt> {
    let token = issuer.sign(&issuer.bound(&client.thumbprint()));
    let verdict = json!({
        "issuer": issuer.name(),
        "user": "alice",
        "client": "app",
        "may_read": true,
        "may_write": false,
        "key": client.thumbprint(),
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
    let good = client.sign(&client.proof(&Method::GET, token));
    let with = |change: &dyn Fn(&mut Jwt)| {
        let mut proof = client.proof(&Method::GET, token);
        change(&mut proof);
        client.request(Method::GET, token, &client.sign(&proof))
    };
    let mut missing = client.get(token);
    missing.headers_mut().remove("dpop");
    let mut two = client.get(token);
    two.headers_mut().append("dpop", header(&good));
    let mut elsewhere = client.get(token);
    elsewhere.url_mut().set_path("/transfers");
    let mut as_post = client.get(token);
    *as_post.method_mut() = Method::POST;
    let old = with(&|proof| proof.claims["iat"] = json!(now() - 3600));
    let early = with(&|proof| proof.claims["iat"] = json!(now() + 3600));
    let other = with(&|proof| proof.claims["ath"] = json!(sha256("another token")));
    let showing = with(&|proof| proof.header["jwk"]["d"] = json!(client.secret()));
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
    let bound = issuer.bound(&client.thumbprint());
    let with = |change: fn(&mut Jwt)| {
        let mut token = issuer.bound(&client.thumbprint());
        change(&mut token);
        token
    };
    let thief = Client::new(client.url());
    let stolen = thief.get(&issuer.sign(&bound));
    let bearer = client.get_as_bearer(&issuer.sign(&bound));
    let unbound = client.get_as_bearer(&issuer.sign(&issuer.unbound()));
    let foreign = with(|token| token.claims["aud"] = json!("https://other.example.com"));
    let foreign = client.get(&issuer.sign(&foreign));
    let expired = with(|token| token.claims["exp"] = json!(now() - 3600));
    let expired = client.get(&issuer.sign(&expired));
    let strange = client.get(&bound.sign(&SigningKey::generate()));
    let none = with(|token| token.header["alg"] = json!("none")).unsigned();
    let leftover = client.get(&format!("{none}.c2lnbmF0dXJl"));
    let unsigned = client.get(&format!("{none}."));

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
        refused("token signed by a stranger", strange, "token_signature"),
        refused("token with alg none", leftover, "token_algorithm"),
        refused("the same without a signature", unsigned, "token_not_a_jws"),
    ]
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
