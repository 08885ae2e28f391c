//! Routes that no guard protects are found.

use axum::Router;
use axum::body::Body;
use axum::routing::{get, post};
use http::{Method, Request};
use sender_constraint::cors::{EXPOSED_HEADERS, REQUEST_HEADERS};
use sender_constraint::{Access, Rejection, unguarded_paths};
use tower::ServiceExt as _;
use tower_http::cors::CorsLayer;

use crate::common::*;

async fn data() -> &'static str {
    "data"
}

#[tokio::test]
async fn unguarded_paths_are_those_that_answer_without_a_guard() {
    let world = World::new();
    let guarded = Router::new()
        .route("/a", get(data))
        .route("/post", post(data))
        .layer(world.guard.layer())
        .route("/late", get(data));
    let nested = Router::new()
        .route("/{id}", get(data))
        .layer(world.guard.clone());
    let app: Router = Router::new()
        .nest("/nested", nested)
        .route("/one", get(data).layer(world.guard.layer()))
        .merge(guarded)
        .route("/public", get(data));
    let paths = [
        "/a",
        "/post",
        "/nested/7",
        "/one",
        "/late",
        "/public",
        "not a path",
    ];
    let unguarded = unguarded_paths(&app, paths).await.unwrap();
    assert_eq!(unguarded, ["/late", "/public", "not a path"]);
}

#[tokio::test]
async fn accesses_are_in_responses_on_demand() {
    let world = World::new();
    for (layer, is_shown) in [
        (world.guard.layer(), false),
        (world.guard.layer().access_in_responses(), true),
    ] {
        let app: Router = Router::new().route("/a", get(data)).layer(layer);
        let response = app
            .clone()
            .oneshot(world.good_request().map(|()| Body::empty()))
            .await;
        let response = response.unwrap();
        let access = response.extensions().get::<Access>();
        assert_eq!(access.is_some(), is_shown);
        assert!(access.is_none_or(|access| access.subject() == Some("alice")));
        let refused = app
            .oneshot(request("", "").map(|()| Body::empty()))
            .await
            .unwrap();
        assert!(refused.extensions().get::<Access>().is_none());
        assert!(refused.extensions().get::<Rejection>().is_some());
    }
}

#[tokio::test]
async fn dpop_94_cors_constants_let_a_page_call_and_read_refusals() {
    let world = World::new();
    let cors = CorsLayer::new()
        .allow_origin(["https://app.example.com".parse().unwrap()])
        .allow_methods([Method::GET])
        .allow_headers(REQUEST_HEADERS)
        .expose_headers(EXPOSED_HEADERS);
    let app: Router = Router::new()
        .route("/a", get(data))
        .layer(world.guard.layer())
        .layer(cors);
    let preflight = Request::options("/a")
        .header("origin", "https://app.example.com")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization,dpop");
    let response = app
        .clone()
        .oneshot(preflight.body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let allowed = response.headers()["access-control-allow-headers"]
        .to_str()
        .unwrap();
    assert_eq!(allowed, "authorization,dpop");
    let request = Request::get("/a").header("origin", "https://app.example.com");
    let refused = app
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(refused.status(), 401);
    let lines = refused
        .headers()
        .get_all("access-control-expose-headers")
        .iter();
    let exposed: Vec<_> = lines
        .flat_map(|line| line.to_str().unwrap().split(','))
        .collect();
    for name in EXPOSED_HEADERS {
        let is_named = |each: &&str| each.trim().eq_ignore_ascii_case(name.as_str());
        assert!(exposed.iter().any(is_named), "{name} in {exposed:?}");
    }
}
