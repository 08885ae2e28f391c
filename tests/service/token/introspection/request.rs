//! What is sent to the endpoint (RFC 7662 section 2.1), and when.

use http::Method;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};

use super::*;
use crate::common::form_of;

#[tokio::test]
async fn int_01_token_is_sent_in_the_body_of_a_post_request() {
    let asked = Asked::new();
    asked.present(TOKEN).await.assert_passed();
    let call = asked.server.last_call();
    assert_eq!(call.method, Method::POST);
    assert_eq!(call.url, crate::common::ENDPOINT);
    assert_eq!(
        call.headers[CONTENT_TYPE],
        "application/x-www-form-urlencoded"
    );
    assert_eq!(call.headers[ACCEPT], "application/json");
    assert!(!call.headers.contains_key(AUTHORIZATION));
    let form = form_of(&call);
    let names: Vec<_> = form.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "token",
            "token_type_hint",
            "client_assertion_type",
            "client_assertion"
        ]
    );
    assert_eq!(
        (form[0].1.as_str(), form[1].1.as_str()),
        (TOKEN, "access_token")
    );
    for request in asked.server.requests() {
        assert!(!request.url.contains("opaque"), "{request:?}");
    }
    // Characters of token68 that have a meaning in a form are encoded.
    let body = String::from_utf8(call.body).unwrap();
    assert!(
        body.starts_with("token=opaque-1%7E2%2F3%2B4%3D&token_type_hint="),
        "{body}"
    );
}

#[tokio::test]
async fn int_10_endpoint_is_not_called_for_what_cannot_be_a_token_or_without_a_good_proof() {
    let asked = Asked::new();
    for bad in ["a b", "a,b", "\"a\"", "=", &"a".repeat(16 * 1024 + 1)] {
        asked.world.present_bearer(bad).await;
    }
    let forged = Proof::new(&client(), TOKEN).signed_by(&Key::from_seed("ES256", 5));
    let refused = asked.world.present(TOKEN, &forged.sign()).await;
    assert_eq!(refused.outcome(), "PROOF");
    let other = Proof::new(&client(), "other").sign();
    let refused = asked.world.present(TOKEN, &other).await;
    assert_eq!(refused.outcome(), "PROOF");
    assert!(asked.server.requests().is_empty());
}
