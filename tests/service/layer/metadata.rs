//! The metadata of the protected resource over the layer, in axum and tonic (RFC 9728).

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::routing::get;
use http::{Method, Request, Response, StatusCode};
use sender_constraint::metadata::ProtectedResource;
use sender_constraint::require::{Require, RouteRequirements};
use serde_json::{Value, json};
use tonic::service::Routes;
use tower::ServiceExt as _;

use crate::common::*;

const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

fn requirements() -> RouteRequirements {
    let table = RouteRequirements::default()
        .method(Method::GET, "/a", Require::scopes(["read"]))
        .and_then(|table| {
            let either = Require::scopes(["pay"]).any_scope(["write", "read"]);
            table.method(Method::POST, "/a", either)
        })
        .and_then(|table| table.route("/whoami", Require::any_token()));
    table.unwrap()
}

/// A guard whose document has the scopes of the routes.
fn world() -> World {
    let resource = ProtectedResource::new(&format!("{ORIGIN}/mcp")).unwrap();
    let resource = resource.scopes(requirements().scopes()).unwrap();
    World::with(|builder| builder.protected_resource(resource))
}

async fn data() -> &'static str {
    "data"
}

/// The table at the guard refuses every other path, those of the document too.
fn axum_app(world: &World) -> Router {
    Router::new()
        .route("/a", get(data).post(data))
        .layer(world.guard.layer().requirements(requirements()))
        .layer(world.guard.metadata_layer().expect("a resource"))
}

fn axum_app_that_ends_responses(world: &World) -> Router {
    let layer = world.guard.layer().requirements(requirements());
    Router::new()
        .route("/a", get(data).post(data))
        .layer(layer.end_responses_with_access())
        .layer(world.guard.metadata_layer().expect("a resource"))
}

async fn tonic_app(world: &World) -> Router {
    let (_reporter, health) = tonic_health::server::health_reporter();
    let router = Routes::new(health).prepare().into_axum_router();
    router
        .layer(world.guard.layer())
        .layer(world.guard.metadata_layer().expect("a resource"))
}

async fn fetch(app: &Router, method: Method, path: &str) -> Response<Body> {
    let request = Request::builder().method(method).uri(path);
    let request = request.body(Body::empty()).unwrap();
    app.clone().oneshot(request).await.unwrap()
}

async fn text(response: Response<Body>) -> String {
    let bytes = to_bytes(response.into_body(), 65_536).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn prm_08_document_is_served_over_the_layer_in_axum_and_tonic() {
    let world = world();
    let apps = [
        axum_app(&world),
        axum_app_that_ends_responses(&world),
        tonic_app(&world).await,
    ];
    let document = world.guard.metadata_document().unwrap();
    for app in &apps {
        for path in [WELL_KNOWN.to_owned(), format!("{WELL_KNOWN}/mcp")] {
            let response = fetch(app, Method::GET, &path).await;
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(response.headers()["content-type"], "application/json");
            assert_eq!(response.headers()["access-control-allow-origin"], "*");
            assert_eq!(text(response).await, document);
            let head = fetch(app, Method::HEAD, &path).await;
            assert_eq!(head.status(), StatusCode::OK);
            assert_eq!(text(head).await, "");
            let preflight = fetch(app, Method::OPTIONS, &path).await;
            assert_eq!(preflight.status(), StatusCode::NO_CONTENT);
            let post = fetch(app, Method::POST, &path).await;
            assert_eq!(post.status(), StatusCode::METHOD_NOT_ALLOWED);
        }
        let other = fetch(app, Method::GET, &format!("{WELL_KNOWN}/a")).await;
        assert_eq!(other.status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn prm_07_challenges_of_axum_and_tonic_lead_to_the_document() {
    let world = world();
    for (app, path) in [
        (axum_app(&world), "/a"),
        (tonic_app(&world).await, "/grpc.health.v1.Health/Check"),
    ] {
        let response = fetch(&app, Method::POST, path).await;
        let challenge = response.headers()["www-authenticate"].to_str().unwrap();
        let (_, url) = challenge.split_once("resource_metadata=\"").unwrap();
        let path = url.strip_prefix(ORIGIN).unwrap().trim_end_matches('"');
        let response = fetch(&app, Method::GET, path).await;
        assert_eq!(response.status(), StatusCode::OK, "{challenge}");
    }
}

#[test]
fn prm_04_scopes_supported_are_those_that_routes_require() {
    let document: Value =
        serde_json::from_str(&world().guard.metadata_document().unwrap()).unwrap();
    assert_eq!(
        document["scopes_supported"],
        json!(["pay", "read", "write"])
    );
    let requires_none = RouteRequirements::default();
    assert_eq!(requires_none.scopes().count(), 0);
}

/// What the guard requires stands in front of the end of responses.
#[tokio::test(start_paused = true)]
async fn scp_02_requirements_hold_where_responses_end_with_their_access() {
    let world = world();
    let app = axum_app_that_ends_responses(&world);
    for (scope, status) in [("read", 200), ("other", 403)] {
        let token = world.token().claim("scope", scope).sign();
        let proof = world.proof(&token).sign();
        let request = request(&format!("DPoP {token}"), &proof);
        let request = request.map(|()| Body::empty());
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status().as_u16(), status);
        tokio::time::advance(Duration::from_secs(1)).await;
        let body = if status == 200 { "data" } else { "" };
        assert_eq!(text(response).await, body);
    }
}
