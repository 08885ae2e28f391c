//! Documents whose operations, security or schemes would be left with another meaning than is enforced.

use sender_constraint::openapi::OpenApiError;
use sender_constraint::require::Require;
use serde_json::{Value, json};

use super::{json, table, undeclared};
use crate::common::*;

fn completed(paths: Value, schemes: Value) -> Result<Value, OpenApiError> {
    let routes = table(&[("/a", Require::scopes(["read"]))]);
    let security = World::new().guard.layer().requirements(routes).openapi();
    let document = json!({
        "openapi": "3.1.0",
        "paths": paths,
        "components": {"securitySchemes": schemes, "pathItems": {"b": {"get": {}}}},
    });
    security.document(&document).map(|text| json(&text))
}

fn refusal(paths: Value, schemes: Value) -> String {
    completed(paths, schemes).unwrap_err().to_string()
}

#[test]
fn oas_04_a_path_with_a_reference_is_refused() {
    let reference = json!({"$ref": "#/components/pathItems/b"});
    let text = refusal(json!({"/a": {"get": {}}, "/b": reference}), json!({}));
    assert!(text.contains("the path `/b` has `$ref`"), "{text}");
    let text = refusal(json!({"/b": "none"}), json!({}));
    assert!(text.contains("`/b` is no JSON object"), "{text}");
    // An extension is no path.
    let paths = json!({"/a": {"get": {}}, "x-b": "none"});
    assert_eq!(completed(paths, json!({})).unwrap()["paths"]["x-b"], "none");
}

#[test]
fn oas_01_a_scheme_of_the_application_is_not_replaced() {
    let paths = || json!({"/a": {"get": {}}});
    let text = refusal(paths(), json!({"dpop": {"type": "apiKey"}}));
    assert!(text.contains("another security scheme `dpop`"), "{text}");
    // The guard accepts no bearer tokens, so it has no scheme of this name.
    let bearer = json!({"type": "http", "scheme": "bearer"});
    let found = completed(paths(), json!({"bearer": bearer})).unwrap();
    assert_eq!(found["components"]["securitySchemes"]["bearer"], bearer);
    // Its own is no other.
    let own = found["components"]["securitySchemes"].clone();
    assert!(completed(paths(), own).is_ok());
}

#[test]
fn oas_04_an_empty_alternative_beside_others_is_no_statement() {
    for stated in [
        json!([{}, {"api_key": []}]),
        json!([{"api_key": []}, {}]),
        json!([{}, {}]),
    ] {
        let paths = json!({"/b": {"get": {"security": stated}}});
        assert_eq!(undeclared(completed(paths, json!({}))), ["GET /b"]);
    }
    let paths = json!({"/b": {"get": {"security": [{"api_key": []}, {"other": []}]}}});
    assert!(completed(paths, json!({})).is_ok());
}
