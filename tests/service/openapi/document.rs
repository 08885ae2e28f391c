//! Whole documents: what is set, what is kept, and what is missing.

use sender_constraint::openapi::{OpenApiError, Security};
use sender_constraint::require::Require;
use serde_json::{Value, json};

use super::{json, table, undeclared};
use crate::common::*;

fn document(paths: Value) -> Value {
    json!({"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": paths})
}

fn declared() -> Security {
    let routes = table(&[
        ("/a", Require::scopes(["read"])),
        ("/b/{id}", Require::any_token()),
    ]);
    World::new().guard.layer().requirements(routes).openapi()
}

fn completed(security: &Security, document: &Value) -> Value {
    json(&security.document(document).unwrap())
}

#[test]
fn oas_03_document_has_schemes_and_the_security_of_each_operation() {
    let mut api = document(json!({
        "/a": {"summary": "A", "get": {"operationId": "a"}, "post": {"security": [{"dpop": ["other"]}]}},
        "/b/{id}": {"parameters": [], "delete": {"security": []}},
    }));
    api["components"] = json!({"schemas": {"A": {}}, "securitySchemes": {"other": {}}});
    let found = completed(&declared(), &api);
    let read = json!([{"dpop": ["read"]}]);
    assert_eq!(
        found["paths"]["/a"]["get"],
        json!({"operationId": "a", "security": read})
    );
    assert_eq!(found["paths"]["/a"]["post"]["security"], read);
    assert_eq!(
        found["paths"]["/b/{id}"]["delete"]["security"],
        json!([{"dpop": []}])
    );
    let components = &found["components"];
    assert_eq!(components["schemas"], json!({"A": {}}));
    assert_eq!(components["securitySchemes"]["dpop"]["scheme"], "dpop");
    assert_eq!(components["securitySchemes"]["other"], json!({}));
    // A second pass changes nothing.
    assert_eq!(completed(&declared(), &found), found);
}

#[test]
fn oas_04_operations_without_a_requirement_are_named() {
    let api = document(json!({
        "/a": {"get": {}},
        "/orders": {"get": {}, "post": {"security": [{"dpop": []}]}},
        "/A": {"get": {"security": [{"other": []}, {"dpop": []}]}},
        "/c": {"get": {"security": "none"}},
    }));
    let expected = [
        "GET /A (the route is spelled `/a`)",
        "GET /c",
        "GET /orders",
        "POST /orders",
    ];
    let error = declared().document(&api).unwrap_err();
    assert_eq!(undeclared::<()>(Err(error.clone())), expected);
    assert!(
        error
            .to_string()
            .contains("GET /orders, POST /orders: name each"),
        "{error}"
    );
}

#[test]
fn oas_03_operations_outside_of_the_guard_say_so() {
    let stated = [json!([]), json!([{}]), json!([{"other": []}])];
    for stated in &stated {
        let api = document(json!({"/health": {"get": {"security": stated}}}));
        let found = completed(&declared(), &api);
        assert_eq!(&found["paths"]["/health"]["get"]["security"], stated);
    }
    // Without a table, the guard's own security is for all that do not.
    let guard = World::new().guard.openapi();
    let [none, _, other] = stated;
    let api = document(json!({
        "/health": {"get": {"security": none}},
        "/a": {"get": {}, "put": {"security": other}},
    }));
    let found = completed(&guard, &api);
    assert_eq!(found["paths"]["/health"]["get"]["security"], none);
    for method in ["get", "put"] {
        assert_eq!(
            found["paths"]["/a"][method]["security"],
            json!([{"dpop": []}])
        );
    }
}

#[test]
fn oas_03_another_document_is_refused() {
    let with = |member: &str, value: Value| {
        let mut api = document(json!({"/a": {"get": {}}}));
        api[member] = value;
        declared().document(&api).map(drop).unwrap_err()
    };
    let version = |text: &str| OpenApiError::Version(text.to_owned());
    assert_eq!(with("openapi", json!("3.0.3")), version("3.0.3"));
    assert_eq!(with("openapi", json!("3.10.0")), version("3.10.0"));
    let malformed = [
        with("openapi", json!(3.1)),
        with("paths", json!([])),
        with("components", json!("none")),
        with("components", json!({"securitySchemes": []})),
        with("paths", json!({"/a": {"get": []}})),
        declared().document(&json!([])).unwrap_err(),
        declared()
            .document(&json!({"openapi": "3.1.0"}))
            .unwrap_err(),
    ];
    for error in malformed {
        assert!(matches!(error, OpenApiError::Document(_)), "{error:?}");
        assert!(
            error
                .to_string()
                .starts_with("expected an OpenAPI document, came ")
        );
    }
}
