//! One method in a request, and the registered one.

use super::world::{APP, TYPE, World, assertion, form, head, head_with};

#[tokio::test]
async fn cau_18_one_method_in_a_request() {
    let world = World::new();
    let body = form(&assertion().sign());
    let basic = head_with("authorization", "Basic YXBwOnNlY3JldA==");
    let with_secret = format!("{body}&client_secret=x");
    for (head, body) in [
        (&head(), with_secret.as_str()),
        (&basic, &body),
        (&basic, "client_id=app&client_secret=x"),
    ] {
        let rejection = world.send(head, body).await.unwrap_err();
        assert_eq!(rejection.kind(), "client_multiple_methods");
        assert_eq!(
            (rejection.status().as_u16(), rejection.error()),
            (400, "invalid_request")
        );
    }
    assert_eq!(world.ask(&body).await.as_deref(), Ok(APP));
}

#[tokio::test]
async fn cau_18_assertion_and_type_belong_together() {
    let world = World::new();
    let signed = assertion().sign();
    let kind = TYPE.replace(':', "%3A");
    for body in [
        format!("client_assertion={signed}"),
        format!("client_assertion_type={kind}"),
        format!("client_assertion_type={kind}&client_assertion="),
    ] {
        let rejection = world.send(&head(), &body).await.unwrap_err();
        assert_eq!(rejection.kind(), "client_incomplete_assertion");
        assert_eq!(rejection.status(), 400);
    }
    for other in [
        "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
        "URN:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "x",
    ] {
        let body = format!("client_assertion_type={other}&client_assertion={signed}");
        let rejection = world.send(&head(), &body).await.unwrap_err();
        assert_eq!(rejection.kind(), "client_assertion_type", "{other}");
        assert_eq!(
            (rejection.status().as_u16(), rejection.error()),
            (401, "invalid_client")
        );
    }
}

#[tokio::test]
async fn cau_18_one_authorization_header_of_the_scheme_basic() {
    let world = World::new();
    let mut two = head_with("authorization", "Basic YXBwOnNlY3JldA==");
    two.headers
        .append("authorization", "Basic YXBwOnNlY3JldA==".parse().unwrap());
    let rejection = world.send(&two, "").await.unwrap_err();
    assert_eq!(rejection.kind(), "client_repeated_authorization");
    assert_eq!(rejection.status(), 400);
    for value in [
        "Bearer YXBwOnNlY3JldA==",
        "Basic",
        "Basic YXBw",
        "Basic YXBwOnNlY3JldA",
        "Basic YXBwO:nNlY3JldA==",
        "BasicYXBwOnNlY3JldA==",
        &format!("Basic {}", "YWE6".repeat(1025)),
    ] {
        let rejection = world
            .send(&head_with("authorization", value), "")
            .await
            .unwrap_err();
        assert_eq!(rejection.kind(), "client_authorization", "{value}");
        let response = rejection.to_response();
        assert_eq!(response.status(), 401);
        assert!(response.headers().contains_key("www-authenticate"));
    }
}

#[tokio::test]
async fn cau_19_the_registration_determines_the_method() {
    let world = World::new();
    let basic = head_with("authorization", "basic YXBwOnNlY3JldA==");
    for (head, body) in [
        (&basic, ""),
        (&head(), "client_id=app&client_secret=secret"),
        (&head(), "client_id=app"),
    ] {
        let rejection = world.send(head, body).await.unwrap_err();
        assert_eq!(rejection.kind(), "client_method", "{body}");
        assert_eq!(rejection.status(), 401);
        assert!(!format!("{rejection} {rejection:?}").contains("secret\""));
    }
    assert_eq!(world.ask("grant_type=x").await, Err("client_missing"));
    assert_eq!(
        world.ask("client_id=other").await,
        Err("client_unknown_client")
    );
}

#[tokio::test]
async fn cau_23_refusals_are_not_cached_and_say_no_reason() {
    let rejection = World::new()
        .send(&head(), "client_id=other")
        .await
        .unwrap_err();
    let response = rejection.to_response();
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["content-type"], "application/json");
    assert!(!response.headers().contains_key("www-authenticate"));
    assert_eq!(response.body(), r#"{"error":"invalid_client"}"#);
}
