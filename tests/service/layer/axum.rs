//! The guard in an axum 0.8 router: extractor, nesting, fallbacks, and a CORS layer outside.

use crate::common::*;
use axum::body::Body;
use axum::routing::{get, options, post};
use axum::{Extension, Router};
use http::header::{AUTHORIZATION, HeaderName};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use sender_constraint::{Access, Rejection};
use tower::ServiceExt as _;
use tower_http::cors::CorsLayer;

#[tokio::test]
async fn handler_takes_access_as_an_extractor() {
    let world = World::new();
    let app = app().layer(world.guard.layer());
    let response = send(&app, good(&world, "GET", "/a", "/a")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(response).await, "hello alice");
    let refused = send(&app, bare("GET", "/a")).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(kind(&refused), "credentials_missing");
    assert_eq!(text(refused).await, "");
}

#[tokio::test]
async fn handler_that_no_guard_stands_before_is_not_called() {
    let world = World::new();
    let response = send(&app(), good(&world, "GET", "/a", "/a")).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(text(response).await, "");
    let guarded = app().layer(world.guard.layer());
    let response = send(&guarded, good(&world, "GET", "/a", "/a")).await;
    assert_eq!(response.status(), StatusCode::OK);
}

#[tokio::test]
async fn a1_handler_sees_no_preflight_without_credentials() {
    let world = World::new();
    let handler = |access: Option<Extension<Access>>| async move { access.is_some().to_string() };
    let app: Router = Router::new()
        .route("/a", options(handler))
        .layer(world.guard.layer());
    let response = send(&app, good(&world, "OPTIONS", "/a", "/a")).await;
    assert_eq!(text(response).await, "true");
    let response = send(&app, preflight("/a")).await;
    assert_eq!(kind(&response), "credentials_missing");
    let refused = send(&app, bare("OPTIONS", "/a")).await;
    assert_eq!(kind(&refused), "credentials_missing");
}

#[tokio::test]
async fn dpop_24_proof_names_the_path_before_nest_shortened_it() {
    let world = World::new();
    let inside = Router::new().nest("/api", app().layer(world.guard.layer()));
    let twice = Router::new().nest("/v1", inside.clone());
    let outside = Router::new().nest("/api", app()).layer(world.guard.layer());
    let service = Router::new().nest_service("/api", app().layer(world.guard.layer()));
    for (app, path, inner) in [
        (&inside, "/api/a", "/a"),
        (&twice, "/v1/api/a", "/api/a"),
        (&outside, "/api/a", "/a"),
        (&service, "/api/a", "/a"),
    ] {
        let response = send(app, good(&world, "GET", path, path)).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let refused = send(app, good(&world, "GET", path, inner)).await;
        assert_eq!(kind(&refused), "proof_target_uri", "{inner}");
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn dpop_24_dot_segments_are_refused_whatever_route_they_meet() {
    let world = World::new();
    let routes = Router::new().route("/{*rest}", get(hello));
    let app = Router::new().nest("/api", routes.layer(world.guard.layer()));
    let response = send(&app, good(&world, "GET", "/api/b/a", "/api/b/a")).await;
    assert_eq!(response.status(), StatusCode::OK);
    for path in ["/api/b/../a", "/api/b/%2e%2E/a", "/api/./a", "/api/a/."] {
        let refused = send(&app, good(&world, "GET", path, "/api/a")).await;
        assert_eq!(refused.status(), StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(kind(&refused), "request_illegal_path");
    }
}

#[tokio::test]
async fn dpop_20_head_served_by_a_get_handler_needs_a_proof_for_head() {
    let world = World::new();
    let app = app().layer(world.guard.layer());
    let response = send(&app, good(&world, "HEAD", "/a", "/a")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(text(response).await, "");
    let mut other = good(&world, "GET", "/a", "/a");
    *other.method_mut() = Method::HEAD;
    let refused = send(&app, other).await;
    assert_eq!(kind(&refused), "proof_method");
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(text(refused).await, "");
}

#[tokio::test]
async fn thr_48_fallbacks_and_wrong_methods_are_guarded() {
    let world = World::new();
    let own = app()
        .fallback(|| async { "nothing here" })
        .layer(world.guard.layer());
    let default = app().layer(world.guard.layer());
    let nested = Router::new().nest("/api", app()).layer(world.guard.layer());
    for (app, method, path, status) in [
        (&own, "GET", "/other", StatusCode::OK),
        (&default, "GET", "/other", StatusCode::NOT_FOUND),
        (&nested, "GET", "/api/other", StatusCode::NOT_FOUND),
        (&default, "PUT", "/a", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let response = send(app, good(&world, method, path, path)).await;
        assert_eq!(response.status(), status, "{method} {path}");
        let refused = send(app, bare(method, path)).await;
        assert_eq!(
            refused.status(),
            StatusCode::UNAUTHORIZED,
            "{method} {path}"
        );
        assert_eq!(kind(&refused), "credentials_missing");
    }
}

#[tokio::test]
async fn guard_around_some_routes_leaves_the_others_open() {
    let world = World::new();
    let app: Router = app()
        .route_layer(world.guard.layer())
        .route("/health", get(|| async { "well" }));
    let response = send(&app, bare("GET", "/health")).await;
    assert_eq!(text(response).await, "well");
    let refused = send(&app, bare("GET", "/a")).await;
    assert_eq!(kind(&refused), "credentials_missing");
}

#[tokio::test]
async fn body_of_the_request_arrives() {
    let world = World::new();
    let echo = |access: Access, body: String| async move {
        format!("{}: {body}", access.client_id().unwrap())
    };
    let app: Router = Router::new()
        .route("/a", post(echo))
        .layer(world.guard.layer());
    let request = good(&world, "POST", "/a", "/a").map(|_| Body::from("ping"));
    assert_eq!(text(send(&app, request).await).await, "app: ping");
}

#[tokio::test]
async fn dpop_95_cors_layer_outside_answers_the_preflight() {
    let world = World::new();
    let app = app().layer(world.guard.layer()).layer(cors());
    let response = send(&app, preflight("/a")).await;
    assert_eq!(response.status(), StatusCode::OK);
    let headers = response.headers();
    assert_eq!(headers["access-control-allow-origin"], APP);
    assert_eq!(
        headers["access-control-allow-headers"],
        "authorization,dpop"
    );
    assert!(response.extensions().get::<Rejection>().is_none());
}

#[tokio::test]
async fn dpop_94_cors_layer_outside_makes_refusals_readable() {
    let world = World::new();
    let app = app().layer(world.guard.layer()).layer(cors());
    let mut accepted = good(&world, "GET", "/a", "/a");
    accepted
        .headers_mut()
        .insert("origin", HeaderValue::from_static(APP));
    let response = send(&app, accepted).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["access-control-allow-origin"], APP);

    let mut wrong = good(&world, "GET", "/a", "/b");
    wrong
        .headers_mut()
        .insert("origin", HeaderValue::from_static(APP));
    let refused = send(&app, wrong).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let headers = refused.headers();
    assert_eq!(headers["access-control-allow-origin"], APP);
    assert_eq!(headers["access-control-allow-credentials"], "true");
    // Credentialed requests read `*` as a name (Fetch standard, "CORS-exposed header-name list").
    assert_eq!(exposed(headers), ["www-authenticate"]);
}

#[tokio::test]
async fn dpop_94_names_that_the_application_exposes_stay_exposed() {
    let world = World::new();
    let own = HeaderName::from_static("x-total");
    let app = app()
        .layer(world.guard.layer())
        .layer(cors().expose_headers([own, http::header::WWW_AUTHENTICATE]));
    let mut wrong = good(&world, "GET", "/a", "/b");
    wrong
        .headers_mut()
        .insert("origin", HeaderValue::from_static(APP));
    let refused = send(&app, wrong).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let names = exposed(refused.headers());
    for name in ["x-total", "www-authenticate"] {
        assert!(names.iter().any(|each| each == name), "{name} in {names:?}");
    }
}

const APP: &str = "https://app.example.com";

fn app() -> Router {
    Router::new().route("/a", get(hello))
}

async fn hello(access: Access) -> String {
    format!("hello {}", access.subject().unwrap())
}

fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(HeaderValue::from_static(APP))
        .allow_methods([Method::GET])
        .allow_headers([AUTHORIZATION, HeaderName::from_static("dpop")])
        .allow_credentials(true)
}

/// A request with a fresh token, and a fresh proof for `claimed`.
fn good(world: &World, method: &str, path: &str, claimed: &str) -> Request<Body> {
    let token = world.token().sign();
    let proof = world
        .proof(&token)
        .claim("htm", method)
        .claim("htu", format!("{ORIGIN}{claimed}"))
        .sign();
    let mut request = bare(method, path);
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, format!("DPoP {token}").parse().unwrap());
    headers.insert("dpop", proof.parse().unwrap());
    request
}

fn bare(method: &str, path: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    request.body(Body::empty()).unwrap()
}

fn preflight(path: &str) -> Request<Body> {
    let mut request = bare("OPTIONS", path);
    for (name, value) in [
        ("origin", APP),
        ("access-control-request-method", "GET"),
        ("access-control-request-headers", "authorization,dpop"),
    ] {
        let value = HeaderValue::from_static(value);
        request.headers_mut().insert(name, value);
    }
    request
}

async fn send(app: &Router, request: Request<Body>) -> Response<Body> {
    app.clone().oneshot(request).await.unwrap()
}

fn kind(response: &Response<Body>) -> &'static str {
    let rejection = response.extensions().get::<Rejection>();
    rejection.unwrap().kind()
}

fn exposed(headers: &HeaderMap) -> Vec<String> {
    let lines = headers.get_all("access-control-expose-headers").iter();
    lines
        .flat_map(|line| line.to_str().unwrap().split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect()
}

async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}
