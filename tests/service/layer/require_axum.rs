//! Requirements in an axum router.

use std::time::Duration;

use axum::body::Body;
use axum::routing::{get, post};
use axum::{Json, Router};
use http::{Method, Request, Response, StatusCode};
use sender_constraint::require::{InsufficientAccess, Require, RouteRequirements};
use sender_constraint::{Access, GuardBuilder, Rejection, required_by_routes, unguarded_paths};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::common::*;

async fn data() -> &'static str {
    "data"
}

async fn call_tool(access: Access, Json(call): Json<Value>) -> Result<String, InsufficientAccess> {
    if call["tool"] == "write_file" {
        access.require(&Require::scopes(["files:write"]))?;
    }
    Ok(format!("ran {}", call["tool"]))
}

fn app(world: &World) -> Router {
    let five_minutes = Duration::from_secs(300);
    Router::new()
        .route("/a", get(data))
        .route_layer(Require::scopes(["read"]))
        .route(
            "/pay",
            post(data).route_layer(Require::scopes(["pay"]).max_age(five_minutes)),
        )
        .route("/tools", post(call_tool))
        .layer(world.guard.layer())
}

#[tokio::test]
async fn resp_29_31_requirement_is_a_layer_of_routes() {
    let world = World::new();
    let app = app(&world);
    let response = send(&app, good(&world, "GET", "/a")).await;
    assert_eq!(response.status(), StatusCode::OK);
    let response = send(&app, good(&world, "POST", "/pay")).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(kind(&response), Some("requirement_auth_time_missing"));
    assert_eq!(
        challenges(&response),
        [
            "DPoP algs=\"ES256 ES384 EdDSA Ed25519 PS256\", error=\"insufficient_user_authentication\", \
          error_description=\"More recent authentication is required\", scope=\"pay\", max_age=\"300\""
        ]
    );
    let token = world.token().claim("auth_time", NOW);
    let response = send(&app, with_token(&world, "POST", "/pay", &token)).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(kind(&response), Some("requirement_scope"));
    assert_eq!(response.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn scp_01_handler_requires_what_depends_on_the_body() {
    let world = World::new();
    let app = app(&world);
    let call = |tool: &str| {
        let mut request = good(&world, "POST", "/tools");
        let json = "application/json".parse().unwrap();
        request.headers_mut().insert("content-type", json);
        *request.body_mut() = Body::from(json!({"tool": tool}).to_string());
        request
    };
    assert_eq!(send(&app, call("list")).await.status(), StatusCode::OK);
    let response = send(&app, call("write_file")).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(kind(&response), Some("requirement_scope"));
    assert!(challenges(&response)[0].ends_with("scope=\"files:write\""));
    let mut cross_origin = call("write_file");
    let origin = "https://app.example.com".parse().unwrap();
    cross_origin.headers_mut().insert("origin", origin);
    let response = send(&app, cross_origin).await;
    let exposed = &response.headers()["access-control-expose-headers"];
    assert_eq!(exposed, "WWW-Authenticate");
}

/// The route layer is added before the guard, or it is outside of it.
#[tokio::test]
async fn requirement_without_a_guard_is_a_mistake_of_the_set_up() {
    let world = World::new();
    let outside: Router = Router::new()
        .route("/a", get(data))
        .layer(world.guard.layer())
        .route_layer(Require::any_token());
    let alone: Router = Router::new()
        .route("/a", get(data))
        .route_layer(Require::any_token());
    for app in [outside, alone] {
        let response = send(&app, good(&world, "GET", "/a")).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(kind(&response), None);
    }
}

#[tokio::test]
async fn anon_05_requirement_answers_anonymous_requests_with_401() {
    let world = World::with(GuardBuilder::allow_anonymous_requests);
    let response = send(&app(&world), bare("GET", "/a")).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(kind(&response), Some("credentials_missing"));
    let unguarded = unguarded_paths(&app(&world), ["/a"]).await.unwrap();
    assert!(unguarded.is_empty(), "{unguarded:?}");
}

#[tokio::test]
async fn resp_36_challenge_of_the_route_is_the_only_one() {
    let world = World::with(GuardBuilder::allow_unbound_tokens);
    let response = send(&app(&world), good(&world, "POST", "/pay")).await;
    assert_eq!(challenges(&response).len(), 1);
}

#[tokio::test]
async fn scp_02_guard_refuses_matched_routes_without_requirement() {
    let world = World::new();
    let requirements = RouteRequirements::default()
        .method(Method::GET, "/api/items/{id}", Require::scopes(["read"]))
        .and_then(|table| table.route("/literal", Require::any_token()))
        .unwrap();
    let guard = world.guard.layer().requirements(requirements);
    let items = Router::new()
        .route("/items/{id}", get(data).put(data))
        .route("/late", get(data));
    let app: Router = Router::new()
        .nest("/api", items)
        .route("/literal", get(data))
        .route("/{any}", get(data))
        .fallback(data)
        .layer(guard);
    for (method, path, status) in [
        ("GET", "/api/items/7", 200),
        ("HEAD", "/api/items/7", 200),
        ("PUT", "/api/items/7", 403),
        ("GET", "/api/late", 403),
        ("GET", "/literal", 200),
        // Another route than the one in the table.
        ("GET", "/%6citeral", 403),
        ("GET", "/other", 403),
        ("GET", "/api/items/7/more", 403),
    ] {
        let response = send(&app, good(&world, method, path)).await;
        assert_eq!(response.status().as_u16(), status, "{method} {path}");
        let expected = (status == 403).then_some("requirement_undeclared");
        assert_eq!(kind(&response), expected, "{method} {path}");
    }
}

#[tokio::test]
async fn scp_02_routes_are_listed_with_what_they_require() {
    let world = World::new();
    let read = Router::new()
        .route("/read", get(data))
        .route_layer(world.guard.layer().require(Require::scopes(["read"])));
    let app = app(&world).merge(read);
    let requests = [
        good(&world, "GET", "/a"),
        good(&world, "POST", "/pay"),
        good(&world, "GET", "/read"),
        good(&world, "POST", "/tools"),
    ];
    let listed = required_by_routes(&app, requests).await.unwrap();
    let listed: Vec<_> = listed
        .iter()
        .map(|(path, requirements)| {
            let requirements: Vec<_> = requirements.iter().map(ToString::to_string).collect();
            format!("{path}: {}", requirements.join(", "))
        })
        .collect();
    assert_eq!(
        listed,
        [
            "/a: scope read",
            "/pay: scope pay; max_age 300",
            "/read: scope read",
            "/tools: "
        ]
    );
}

#[tokio::test]
async fn refusal_of_the_guards_own_requirement_has_the_body_of_the_application() {
    let world = World::new();
    let layer = world
        .guard
        .layer()
        .require(Require::scopes(["pay"]).acr(["mfa"]));
    let app: Router = Router::new()
        .route("/a", get(data))
        .layer(layer.problem_json());
    let response = send(&app, good(&world, "GET", "/a")).await;
    assert_eq!(
        response.headers()["content-type"],
        "application/problem+json"
    );
    let body = axum::body::to_bytes(response.into_body(), 4096)
        .await
        .unwrap();
    let problem: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        problem,
        json!({
            "type": "about:blank",
            "title": "Unauthorized",
            "status": 401,
            "error": "insufficient_user_authentication",
            "detail": "A different authentication level is required",
            "scope": "pay",
            "acr_values": "mfa",
        })
    );
}

fn good(world: &World, method: &str, path: &str) -> Request<Body> {
    with_token(world, method, path, &world.token())
}

fn with_token(world: &World, method: &str, path: &str, token: &Token) -> Request<Body> {
    let token = token.sign();
    let proof = world.proof(&token).claim("htm", method);
    let proof = proof.claim("htu", format!("{ORIGIN}{path}")).sign();
    let mut request = bare(method, path);
    let authorization = format!("DPoP {token}").parse().unwrap();
    request.headers_mut().insert("authorization", authorization);
    request.headers_mut().insert("dpop", proof.parse().unwrap());
    request
}

fn bare(method: &str, path: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    request.body(Body::empty()).unwrap()
}

async fn send(app: &Router, request: Request<Body>) -> Response<Body> {
    app.clone().oneshot(request).await.unwrap()
}

fn kind(response: &Response<Body>) -> Option<&'static str> {
    response.extensions().get().map(Rejection::kind)
}

fn challenges(response: &Response<Body>) -> Vec<&str> {
    let lines = response.headers().get_all("www-authenticate").iter();
    lines.map(|line| line.to_str().unwrap()).collect()
}
