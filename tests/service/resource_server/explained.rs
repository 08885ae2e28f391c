//! `--explain` of the example `resource_server`: what the body of a refusal has, and what it never has.

use super::presented::MAX_PART;
use super::running::{Running, URL};

use http::{Request, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn refusal_is_explained() {
    let server = Running::start(&["--explain"]).await;
    let token = server
        .token()
        .claim("aud", "https://other.example.com")
        .sign();
    let proof = server.client.proof("GET", URL, &token).sign();
    let request = server.client.request_with("GET", URL, &token, &proof);
    let answer = server.send(request).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.headers["content-type"], "application/json");
    let challenge = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains("error=\"invalid_token\""), "{challenge}");
    let body: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(body["status"], 401);
    assert_eq!(body["error"], "invalid_token");
    assert_eq!(body["kind"], "token_audience");
    assert_eq!(
        body["reason"],
        "the token's audience is \"https://other.example.com\", but this server accepts [\"https://api.example.com\"]; \
         configure with --audience"
    );
    assert_eq!(body["options"], json!(["--audience"]));
    assert_eq!(
        body["token"]["header"],
        json!({"alg": "ES256", "kid": "k1", "typ": "at+jwt"})
    );
    assert_eq!(body["token"]["claims"]["sub"], "alice");
    assert_eq!(body["proof"]["header"]["typ"], "dpop+jwt");
    assert_eq!(body["proof"]["claims"]["htu"], URL);
    assert!(body["proof"]["age_seconds"].is_number(), "{body}");
    // Indented, for people.
    assert!(
        answer.text.starts_with("{\n  \"status\": 401,\n"),
        "{}",
        answer.text
    );
    for secret in token.split('.').chain(proof.split('.')) {
        assert!(!answer.text.contains(secret), "{}", answer.text);
    }
}

#[tokio::test]
async fn without_the_option_a_refusal_has_no_body() {
    let server = Running::start(&[]).await;
    let answer = server.send(Request::get(URL).body(()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.text, "");
}

#[tokio::test]
async fn accepted_request_is_not_explained() {
    let server = Running::start(&["--explain"]).await;
    let request = server.client.request("GET", URL, &server.token().sign());
    let answer = server.send(request).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(!answer.text.contains("\"kind\""), "{}", answer.text);
}

#[tokio::test]
async fn what_is_not_a_jwt_is_not_shown() {
    let server = Running::start(&["--explain"]).await;
    for authorization in [
        "",
        "DPoP",
        "Basic secret",
        "DPoP secret",
        "DPoP se.cr.et",
        "DPoP a.b.c.d.e",
    ] {
        let request = Request::get(URL).header("authorization", authorization);
        let request = request.header("dpop", "se.cr.et").body(()).unwrap();
        let answer = server.send(request).await;
        let body: Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(body["token"], Value::Null, "{authorization}");
        assert_eq!(body["proof"], Value::Null, "{authorization}");
        assert!(!answer.text.contains("se.cr.et"), "{}", answer.text);
    }
}

#[tokio::test]
async fn text_of_a_client_breaks_neither_json_nor_terminal() {
    let server = Running::start(&["--explain"]).await;
    let hostile = "\"}\r\n\u{1b}[2J\u{7f}\u{9b}\u{202e}\u{2028}\u{10ffff}";
    let token = server.token().claim("sub", hostile).claim("aud", hostile);
    let token = token.header("kid", hostile).sign();
    let answer = server.send(server.client.request("GET", URL, &token)).await;
    let is_plain = |each: char| each == '\n' || (' '..='~').contains(&each);
    assert!(answer.text.chars().all(is_plain), "{}", answer.text);
    let body: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(body["token"]["claims"]["sub"], hostile);
    assert_eq!(body["token"]["header"]["kid"], hostile);
}

#[tokio::test]
async fn explanation_is_limited() {
    let server = Running::start(&["--explain"]).await;
    // A part at its limit, and one longer by as little as there is.
    for (length, is_shown) in [(MAX_PART, true), (MAX_PART + 2, false)] {
        let claims = claims_of_length(length);
        let token = server.token().sign_texts(r#"{"alg":"ES256"}"#, &claims);
        assert_eq!(token.split('.').nth(1).unwrap().len(), length);
        let answer = server.send(server.client.request("GET", URL, &token)).await;
        let body: Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(body["token"]["claims"].is_object(), is_shown, "{length}");
        assert_eq!(body["token"]["header"], json!({"alg": "ES256"}));
    }
}

/// Indentation makes much of little.
#[tokio::test]
async fn explanation_is_limited_as_it_is_written() {
    let server = Running::start(&["--explain"]).await;
    for (elements, is_shown) in [(150, true), (2000, false)] {
        let claims = format!(
            "{{\"a\":{}1{}}}",
            "[".repeat(100),
            ",1".repeat(elements) + &"]".repeat(100)
        );
        let token = server.token().sign_texts(r#"{"alg":"ES256"}"#, &claims);
        let answer = server.send(server.client.request("GET", URL, &token)).await;
        assert!(answer.text.len() <= 65_536, "{} bytes", answer.text.len());
        let body: Value = serde_json::from_str(&answer.text).unwrap();
        assert_eq!(body["token"].is_object(), is_shown, "{elements}");
        let note = body["note"].as_str().unwrap();
        assert_eq!(note.contains("64 KiB"), !is_shown, "{note}");
    }
}

/// JSON whose base64url has this length.
fn claims_of_length(length: usize) -> String {
    let bytes = length * 3 / 4;
    let head = "{\"a\":\"";
    format!("{head}{}\"}}", "a".repeat(bytes - head.len() - 2))
}
