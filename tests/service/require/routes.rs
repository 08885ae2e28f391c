//! Deny by default: a route without a requirement is refused before anything inside the guard runs.

use http::{Method, Request};
use sender_constraint::ConfigError;
use sender_constraint::require::{Require, RouteRequirements};

use crate::common::*;

fn table() -> RouteRequirements {
    let table = RouteRequirements::default()
        .method(Method::GET, "/a", Require::scopes(["read"]))
        .and_then(|table| table.method(Method::POST, "/a", Require::scopes(["admin"])))
        .and_then(|table| table.route("/a/any", Require::any_token()));
    table.unwrap()
}

/// A request with a proof of its own.
fn good(world: &World, method: &str, path: &str) -> Request<()> {
    let token = world.token().sign();
    let proof = world.proof(&token).claim("htm", method);
    let proof = proof.claim("htu", format!("{ORIGIN}{path}")).sign();
    let mut request = request(&format!("DPoP {token}"), &proof);
    *request.method_mut() = method.parse().unwrap();
    *request.uri_mut() = path.parse().unwrap();
    request
}

#[tokio::test]
async fn scp_02_route_without_requirement_is_403() {
    let world = World::new();
    let layer = world.guard.layer().requirements(table());
    let world = world.behind(layer);
    for (method, path) in [
        ("GET", "/a"),
        ("HEAD", "/a"),
        ("GET", "/a/any"),
        ("PUT", "/a/any"),
    ] {
        let answer = world.send(good(&world, method, path)).await;
        assert_eq!(answer.status(), 200, "{method} {path}");
    }
    assert_eq!(world.calls(), 4);
    for (method, path) in [
        ("PUT", "/a"),
        ("OPTIONS", "/a"),
        ("get", "/a"),
        ("GET", "/a/"),
        ("GET", "/A"),
        ("GET", "/%61"),
        ("GET", "/other"),
        ("GET", "/a/any/other"),
    ] {
        let answer = world.send(good(&world, method, path)).await;
        answer.assert_refused("403", "requirement_undeclared");
        assert!(answer.challenges().is_empty());
        let text = answer.rejection().to_string();
        assert!(text.contains(&format!("{method:?} {path:?}")), "{text}");
    }
    let answer = world.send(good(&world, "POST", "/a")).await;
    answer.assert_refused("SCOPE(DPoP)", "requirement_scope");
    assert_eq!(world.calls(), 4);
    // Who sends no credentials learns nothing about routes.
    let bare = Request::get("/other").body(()).unwrap();
    world
        .send(bare)
        .await
        .assert_refused("NOCRED", "credentials_missing");
}

#[tokio::test]
async fn scp_02_requirements_of_a_layer_add_up() {
    for swapped in [false, true] {
        let world = World::new();
        let layer = world.guard.layer().scope_in_challenges();
        let every = Require::scopes(["write"]);
        let layer = if swapped {
            layer.requirements(table()).require(every)
        } else {
            layer.require(every).requirements(table())
        };
        let world = world.behind(layer.require(Require::any_token()));
        let answer = world.send(good(&world, "GET", "/other")).await;
        answer.assert_refused("403", "requirement_undeclared");
        world.send(good(&world, "GET", "/a")).await.assert_passed();
        for scope in ["read", "write"] {
            let token = world.token().claim("scope", scope).sign();
            let answer = world.present(&token, &world.proof(&token).sign()).await;
            answer.assert_refused("SCOPE(DPoP)", "requirement_scope");
        }
        let bare = Request::get("/a").body(()).unwrap();
        let answer = world.send(bare).await;
        let scopes = if swapped { "read write" } else { "write read" };
        assert!(answer.challenges()[0].ends_with(&format!("scope=\"{scopes}\"")));
    }
}

#[test]
fn route_has_one_requirement_for_a_method() {
    let twice = |table: Result<RouteRequirements, ConfigError>| {
        let error = table.map(drop).unwrap_err();
        assert!(matches!(error, ConfigError::DuplicateRoute(_)), "{error}");
    };
    twice(table().method(Method::GET, "/a", Require::any_token()));
    twice(table().route("/a/any", Require::any_token()));
    assert!(table().route("/a", Require::any_token()).is_ok());
    let none: [&str; 0] = [];
    assert!(table().route("/b", Require::scopes(none)).is_err());
}

#[test]
fn table_lists_its_routes() {
    let table = table();
    let mut listed: Vec<_> = table
        .iter()
        .map(|(method, route, require)| {
            format!("{} {route}: {require}", method.map_or("*", Method::as_str))
        })
        .collect();
    listed.sort();
    assert_eq!(
        listed,
        [
            "* /a/any: any token",
            "GET /a: scope read",
            "POST /a: scope admin"
        ]
    );
}
