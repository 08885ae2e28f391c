//! Operations whose path is spelled in another way than the route.

use sender_constraint::openapi::OpenApiError;
use sender_constraint::require::Require;
use serde_json::json;

use super::table;
use crate::common::*;

#[test]
fn oas_04_the_route_that_may_be_meant_is_named() {
    let routes = table(&[("/accounts/{id}/orders", Require::scopes(["read"]))]);
    let security = World::new().guard.layer().requirements(routes).openapi();
    let error = |path: &str| {
        let document = json!({"openapi": "3.1.0", "paths": {path: {"get": {}}}});
        security.document(&document).unwrap_err()
    };
    for near in [
        "/accounts/{account_id}/orders",
        "/accounts/{id}/orders/",
        "/Accounts/{id}/orders",
    ] {
        let text = format!("GET {near} (the route is spelled `/accounts/{{id}}/orders`)");
        assert_eq!(error(near), OpenApiError::Undeclared(vec![text.clone()]));
        let operation = security.operation(&http::Method::GET, near);
        assert_eq!(operation, Err(OpenApiError::Undeclared(vec![text])));
    }
    for other in ["/accounts/id/orders", "/accounts/{id}", "/orders"] {
        let text = format!("GET {other}");
        assert_eq!(error(other), OpenApiError::Undeclared(vec![text]));
    }
}
