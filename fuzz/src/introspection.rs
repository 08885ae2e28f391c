//! Introspection responses of any content: what passes is active, for this service, and bound to the client's key.

use arbitrary::Arbitrary;
use sender_constraint::client_auth::TlsClientAuth;
use sender_constraint::token::Introspection;
use serde_json::{Value, json};

use crate::edits::Edits;
use crate::input;
use crate::json::strict_object;
use crate::net::Net;
use crate::world::{CLIENT, ISSUER, NOW, ORIGIN, clock, dpop, guard, present, proof};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    status: u8,
    is_other_type: (bool, bool),
    response: Edits<'a>,
    bytes: Option<&'a [u8]>,
}

/// Checks the verdict on a token that the authorization server describes like this.
pub fn check(bytes: &[u8]) {
    let Some(input) = input::<Input<'_>>(bytes) else {
        return;
    };
    let body = match input.bytes {
        Some(bytes) => Some(bytes.to_vec()),
        None => input.response.apply(&active()).map(String::into_bytes),
    };
    let Some(body) = body else {
        return;
    };
    let status = if input.status < 200 {
        200
    } else {
        100 + u16::from(input.status)
    };
    let kind = if input.is_other_type == (true, true) {
        "text/html"
    } else {
        "application/json"
    };
    let net = Net::answering(vec![(status, kind, body.clone())]);
    let client = TlsClientAuth::new("rs").expect("a name");
    let tokens = Introspection::new(ISSUER, ORIGIN, client, net)
        .and_then(|tokens| tokens.endpoint("https://as.example.com/introspect"))
        .expect("a verifier");
    let guard = guard(tokens.clock(clock()), dpop());
    if present(&guard, TOKEN, &proof(TOKEN).sign()).is_ok() {
        assert_eq!((status, kind), (200, "application/json"));
        check_accepted(&body);
    }
}

fn check_accepted(body: &[u8]) {
    let text = std::str::from_utf8(body).expect("JSON is UTF-8");
    let response = strict_object(text).expect("an object");
    assert_eq!(response["active"], true, "{response}");
    let audience = &response["aud"];
    let is_for_us = audience == ORIGIN
        || audience
            .as_array()
            .is_some_and(|all| all.contains(&Value::from(ORIGIN)));
    assert!(is_for_us, "{response}");
    assert_eq!(response["cnf"]["jkt"], CLIENT.key().thumbprint());
    if let Some(issuer) = response.get("iss") {
        assert_eq!(issuer, ISSUER);
    }
    if let Some(end) = response.get("exp") {
        assert!(
            end.as_f64().is_some_and(|end| end + 60.0 >= NOW as f64),
            "{response}"
        );
    }
    let is_access = response
        .get("token_use")
        .is_none_or(|usage| usage == "access" || usage == "access_token");
    assert!(is_access, "{response}");
}

fn active() -> Value {
    json!({
        "active": true,
        "iss": ISSUER,
        "aud": ORIGIN,
        "sub": "alice",
        "client_id": "app",
        "token_type": "DPoP",
        "scope": "read",
        "exp": NOW + 60,
        "iat": NOW,
        "cnf": {"jkt": CLIENT.key().thumbprint()},
    })
}

const TOKEN: &str = "opaque-token";
