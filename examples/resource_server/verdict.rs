//! The response to an accepted request: who sent it, and which token and proof.

use axum::Extension;
use axum::response::Response;
use sender_constraint::{Access, Sender};
use serde::Serialize;
use serde_json::{Value, json};

use super::age::age_of;
use super::json;
use super::presented::Presented;

/// In the order of the response.
#[derive(Serialize)]
struct Verdict<'a> {
    iss: &'a str,
    sub: Option<&'a str>,
    client_id: Option<&'a str>,
    scope: String,
    sender: Value,
    token: Token,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<Proof>,
}

#[derive(Serialize)]
struct Token {
    alg: Option<Value>,
    kid: Option<Value>,
    aud: Option<Value>,
    exp: Option<i64>,
}

#[derive(Serialize)]
struct Proof {
    alg: Option<Value>,
    age_seconds: Option<f64>,
}

/// The handler of every path and method.
pub(crate) async fn verdict(access: Access, presented: Extension<Presented>) -> Response {
    let verdict = Verdict {
        iss: access.issuer(),
        sub: access.subject(),
        client_id: access.client_id(),
        scope: access.scopes().collect::<Vec<_>>().join(" "),
        sender: sender(access.sender()),
        token: token(&access, &presented),
        proof: proof(&access, &presented),
    };
    json::response(json::pretty(&verdict))
}

fn sender(sender: &Sender) -> Value {
    match (sender.jkt(), sender.x5t_s256()) {
        (Some(jkt), None) => json!({"method": "dpop", "jkt": jkt.to_string()}),
        (Some(jkt), Some(x5t_s256)) => json!({
            "method": "dpop+mtls",
            "jkt": jkt.to_string(),
            "x5t#S256": x5t_s256.to_string(),
        }),
        (None, Some(x5t_s256)) => json!({"method": "mtls", "x5t#S256": x5t_s256.to_string()}),
        (None, None) => json!({"method": "none"}),
    }
}

fn token(access: &Access, presented: &Presented) -> Token {
    let claims: Value = access.claims().deserialize().unwrap_or_default();
    let token = presented.token().unwrap_or_default();
    Token {
        alg: token.header_member("alg").cloned(),
        kid: token.header_member("kid").cloned(),
        aud: claims.get("aud").cloned(),
        exp: access.expires_at().map(|exp| exp.as_unix_seconds()),
    }
}

/// The proof that the guard verified; it does not verify one that accompanies a token without `cnf.jkt`.
fn proof(access: &Access, presented: &Presented) -> Option<Proof> {
    access.sender().jkt()?;
    let proof = presented.proof()?;
    Some(Proof {
        alg: proof.header_member("alg").cloned(),
        age_seconds: age_of(&proof),
    })
}
