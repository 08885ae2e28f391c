//! `security` of operations: the scopes, the alternatives, and the proofs that a requirement demands.

use std::time::Duration;

use http::Method;
use sender_constraint::openapi::OpenApiError;
use sender_constraint::require::{Require, SenderConstraint};
use sender_constraint::{ConfigError, GuardBuilder};
use serde_json::json;

use super::{certificates_only, json, of_both_methods, of_get_a, security, table, undeclared};
use crate::common::*;

#[test]
fn oas_02_scopes_of_a_requirement_are_those_of_the_operation() {
    let world = World::new();
    for (require, expected) in [
        (Require::any_token(), json!([{"dpop": []}])),
        (
            Require::scopes(["b", "a", "b"]),
            json!([{"dpop": ["b", "a"]}]),
        ),
        (
            Require::scopes(["a"]).any_scope(["b", "c"]),
            json!([{"dpop": ["a", "b"]}, {"dpop": ["a", "c"]}]),
        ),
        (
            Require::scopes(["a"]).any_scope(["b", "a"]),
            json!([{"dpop": ["a"]}]),
        ),
        (
            Require::any_token()
                .acr(["mfa"])
                .max_age(Duration::ZERO)
                .user(),
            json!([{"dpop": []}]),
        ),
    ] {
        assert_eq!(security(&world, require).unwrap(), expected);
    }
}

#[test]
fn oas_02_each_accepted_method_is_an_alternative() {
    let certificate = json!({"bearer": ["a"], "mutual_tls": []});
    for (world, expected) in [
        (World::bearer_only(), json!([{"bearer": ["a"]}])),
        (
            World::of_both_schemes(),
            json!([{"dpop": ["a"]}, {"bearer": ["a"]}]),
        ),
        (certificates_only(), json!([certificate])),
        (of_both_methods(), json!([{"dpop": ["a"]}, certificate])),
    ] {
        let found = security(&world, Require::scopes(["a"])).unwrap();
        assert_eq!(found, expected);
    }
}

#[test]
fn oas_02_required_method_excludes_the_others() {
    let require = |method| Require::any_token().bound_by(method);
    let certificate = json!({"bearer": [], "mutual_tls": []});
    for (world, method, expected) in [
        (
            World::of_both_schemes(),
            SenderConstraint::Any,
            json!([{"dpop": []}]),
        ),
        (
            of_both_methods(),
            SenderConstraint::Dpop,
            json!([{"dpop": []}]),
        ),
        (
            of_both_methods(),
            SenderConstraint::Mtls,
            json!([certificate, {"dpop": [], "mutual_tls": []}]),
        ),
        (
            certificates_only(),
            SenderConstraint::Mtls,
            json!([certificate]),
        ),
    ] {
        assert_eq!(security(&world, require(method)).unwrap(), expected);
    }
    let operation = "GET /a".to_owned();
    assert_eq!(
        security(&World::new(), require(SenderConstraint::Mtls)),
        Err(OpenApiError::Unmeetable { operation })
    );
}

#[test]
fn oas_02_requirements_of_layer_and_route_add_up() {
    let world = World::new();
    let layer = world.guard.layer().require(Require::scopes(["every"]));
    let layer = layer.requirements(table(&[("/a", Require::scopes(["a"]))]));
    let expected = json!([{"dpop": ["every", "a"]}]);
    assert_eq!(of_get_a(&layer.openapi()).unwrap(), expected);
    let declared = layer
        .openapi()
        .requirements(table(&[("/b", Require::any_token())]));
    assert_eq!(undeclared(of_get_a(&declared)), ["GET /a"]);
}

#[test]
fn oas_02_wildcard_of_a_route_is_a_parameter() {
    let world = World::new();
    let routes = table(&[("/files/{*path}", Require::scopes(["files"]))]);
    let security = world.guard.openapi().requirements(routes);
    let found = |path| {
        security
            .operation(&Method::GET, path)
            .map(|text| json(&text))
    };
    assert_eq!(
        found("/files/{path}").unwrap(),
        json!([{"dpop": ["files"]}])
    );
    assert_eq!(
        undeclared(found("/files/{other}")),
        ["GET /files/{other} (the route is spelled `/files/{*path}`)"]
    );
}

#[test]
fn oas_02_anonymous_requests_are_an_alternative_only_without_a_requirement() {
    let world = World::with(GuardBuilder::allow_anonymous_requests);
    let free = of_get_a(&world.guard.openapi()).unwrap();
    assert_eq!(free, json!([{"dpop": []}, {}]));
    let required = security(&world, Require::any_token()).unwrap();
    assert_eq!(required, json!([{"dpop": []}]));
}

#[test]
fn oas_02_alternatives_of_scopes_are_limited() {
    let of = |number: usize| {
        let scopes = |prefix: &str, number: usize| -> Vec<String> {
            (0..number).map(|at| format!("{prefix}{at}")).collect()
        };
        let require = Require::any_token().any_scope(scopes("a", 8));
        security(&World::new(), require.any_scope(scopes("b", number)))
    };
    assert_eq!(of(8).unwrap().as_array().unwrap().len(), 64);
    let operation = "GET /a".to_owned();
    assert_eq!(
        of(9),
        Err(OpenApiError::Alternatives {
            operation,
            most: 64
        })
    );
}

#[test]
fn oas_02_requirement_with_a_mistake_is_an_error() {
    let none: [&str; 0] = [];
    let error = security(&World::new(), Require::any_token().any_scope(none));
    let Err(OpenApiError::Requirement { operation, mistake }) = error else {
        panic!("{error:?}");
    };
    assert_eq!(operation, "GET /a");
    assert!(matches!(mistake, ConfigError::Size { .. }), "{mistake}");
}
