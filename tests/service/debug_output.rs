//! `Debug` of what is kept for many: it says nothing of whom.

use crate::common::*;
#[cfg(feature = "http-client")]
use sender_constraint::http_client::{IncomingResponse, OutgoingRequest, UrlSource};
use sender_constraint::token::AccessToken;
use serde_json::json;

#[tokio::test]
async fn http_20_debug_of_a_busy_guard_names_nobody() {
    let world = World::new();
    for _ in 0..50 {
        world.send(world.good_request()).await.assert_passed();
    }
    let text = format!("{:?} {:?}", world.guard, world.guard.layer());
    for secret in ["alice", "app", "read", "eyJ", &world.client.thumbprint()] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert!(text.len() < 8000, "{} bytes", text.len());
}

/// An extension method may be as long as the server's header limit.
#[tokio::test]
async fn a_log_line_is_bounded_whatever_the_method() {
    let world = World::new();
    let proof = world.proof("junk").sign();
    let mut request = request("DPoP junk", &proof);
    let method = "M".repeat(60_000);
    *request.method_mut() = http::Method::from_bytes(method.as_bytes()).expect("a method");
    let answer = world.send(request).await;
    answer.assert_refused("PROOF", "proof_method");
    assert!(answer.rejection().to_string().len() < 1000);
}

#[test]
fn debug_of_a_token_shows_identifiers_scope_and_expiry_and_no_other_claim() {
    let claims = json!({
        "iss": ISSUER, "sub": "alice", "client_id": "app", "scope": "read write", "exp": NOW,
        "jti": "secret", "email": "secret", "roles": ["secret"], "acr": "secret",
        "act": {"sub": "secret"}, "authorization_details": [{"type": "pay", "iban": "secret"}],
    });
    let token = AccessToken::from_verified_claims(claims.to_string().as_bytes()).unwrap();
    for text in [format!("{:?}", token.claims()), format!("{token:?}")] {
        let expiry = NOW.to_string();
        for shown in [ISSUER, "alice", "app", "read write", &expiry] {
            assert!(text.contains(shown), "{shown}: {text}");
        }
        // Bytes would be shown as numbers.
        assert!(
            !text.contains("secret") && !text.contains("115, 101"),
            "{text}"
        );
    }
}

#[cfg(feature = "http-client")]
#[test]
fn http_20_debug_of_requests_to_an_issuer_and_of_responses_shows_no_credential() {
    let secret = || http::HeaderValue::from_static("secret");
    let mut request = OutgoingRequest::get("https://as.example.com/?secret", UrlSource::Configured);
    request.headers.insert("authorization", secret());
    request.body = b"secret".to_vec();
    let text = format!("{request:?}");
    assert!(text.contains("https://as.example.com/"), "{text}");
    assert!(!text.contains("secret"), "{text}");

    let headers = http::HeaderMap::from_iter([(http::header::SET_COOKIE, secret())]);
    let response = IncomingResponse::new(http::StatusCode::OK, headers, b"secret".to_vec());
    let text = format!("{response:?}");
    assert!(text.contains("200"), "{text}");
    // Bytes are shown as numbers.
    assert!(!text.contains("secret") && !text.contains("115"), "{text}");
}
