//! Routes that would match no request.

use http::Method;
use sender_constraint::ConfigError;
use sender_constraint::require::{Require, RouteRequirements};

#[test]
fn scp_02_routes_are_spelled_as_axum_names_them() {
    let add = |route: &str| {
        let of_route = RouteRequirements::default().route(route, Require::any_token());
        let of_method =
            RouteRequirements::default().method(Method::GET, route, Require::any_token());
        assert_eq!(of_route.is_ok(), of_method.is_ok(), "{route}");
        of_route.map(drop)
    };
    for route in [
        "/",
        "/accounts",
        "/accounts/",
        "/accounts/{id}",
        "/files/{*rest}",
        "/package.Service/Method",
        "/accounts/1:close",
        "/a*b",
    ] {
        assert_eq!(add(route), Ok(()), "{route}");
    }
    for route in [
        "",
        "accounts",
        "*",
        "https://rs.example.com/accounts",
        "/accounts/:id",
        "/:id",
        "/files/*rest",
        "/*",
    ] {
        let error = add(route).unwrap_err();
        assert_eq!(error, ConfigError::Route(route.to_owned()));
        assert!(error.to_string().contains("`{id}` or `{*rest}`"), "{error}");
    }
}
