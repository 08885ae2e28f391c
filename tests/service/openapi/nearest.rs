//! Operations whose path is spelled in another way than the route.

use http::Method;
use sender_constraint::openapi::OpenApiError;
use sender_constraint::require::Require;
use serde_json::json;

use super::table;
use crate::common::*;

#[test]
fn oas_04_the_route_that_may_be_meant_is_named() {
    let routes = table(&[("/accounts/{id}/orders", Require::scopes(["read"]))]);
    let security = World::new().guard.layer().requirements(routes).openapi();
    let assert_undeclared = |path: &str, nearest: Option<&str>| {
        let document = json!({"openapi": "3.1.0", "paths": {path: {"get": {}}}});
        let of_document = security.document(&document).unwrap_err();
        assert_eq!(
            security.operation(&Method::GET, path),
            Err(of_document.clone())
        );
        let OpenApiError::Undeclared(operations) = &of_document else {
            panic!("{of_document}");
        };
        assert_eq!(operations.len(), 1);
        assert_eq!(operations[0].operation, format!("GET {path}"));
        assert_eq!(operations[0].nearest.as_deref(), nearest);
        operations[0].to_string()
    };
    for near in [
        "/accounts/{account_id}/orders",
        "/accounts/{id}/orders/",
        "/Accounts/{id}/orders",
    ] {
        let text = assert_undeclared(near, Some("/accounts/{id}/orders"));
        let advice = "(the route is spelled `/accounts/{id}/orders`)";
        assert_eq!(text, format!("GET {near} {advice}"));
    }
    for other in ["/accounts/id/orders", "/accounts/{id}", "/orders"] {
        assert_eq!(assert_undeclared(other, None), format!("GET {other}"));
    }
}
