//! Optional authentication in an axum router: handlers that require credentials, and those that do not.

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use sender_constraint::extract::Claims;
use sender_constraint::{Access, GuardBuilder, Rejection, unguarded_paths};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::common::*;

async fn required(access: Access) -> String {
    access.subject().unwrap_or_default().to_owned()
}

async fn optional(access: Option<Access>) -> String {
    access.map_or("anonymous", |_| "authenticated").to_owned()
}

async fn claims(Claims(claims): Claims<Value>) -> String {
    claims["sub"].to_string()
}

fn app(world: &World) -> Router {
    Router::new()
        .route("/a", get(required))
        .route("/optional", get(optional))
        .route("/claims", get(claims))
        .route("/forgets", get(|| async { "data" }))
        .layer(world.guard.layer())
}

async fn send(app: &Router, request: Request<()>) -> (u16, Option<String>, String) {
    let response: Response<Body> = app
        .clone()
        .oneshot(request.map(|()| Body::empty()))
        .await
        .unwrap();
    let status = response.status().as_u16();
    let challenge = response.headers().get("www-authenticate").cloned();
    assert_eq!(
        response.extensions().get::<Rejection>().is_some(),
        status == 401
    );
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let challenge = challenge.map(|value| value.to_str().unwrap().to_owned());
    (status, challenge, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn anon_05_handler_that_takes_access_answers_401_with_the_challenges() {
    let world = World::with(GuardBuilder::allow_anonymous_requests);
    let strict = World::new();
    let bare = |path: &str| Request::get(path).body(()).unwrap();
    let (_, expected, _) = send(&app(&strict), bare("/a")).await;
    assert!(expected.is_some());
    for path in ["/a", "/claims"] {
        let answer = send(&app(&world), bare(path)).await;
        assert_eq!(answer, (401, expected.clone(), String::new()), "{path}");
    }
    let answer = send(&app(&world), bare("/optional")).await;
    assert_eq!(answer, (200, None, "anonymous".to_owned()));
    let answer = send(&app(&world), world.good_request()).await;
    assert_eq!(answer, (200, None, "alice".to_owned()));
    let with_bad = request("Bearer garbage", "");
    assert_eq!(send(&app(&world), with_bad).await.0, 401);
}

#[tokio::test]
async fn anon_05_paths_that_serve_anonymous_clients_are_unguarded() {
    let world = World::with(GuardBuilder::allow_anonymous_requests);
    let paths = ["/a", "/optional", "/claims", "/forgets"];
    let unguarded = unguarded_paths(&app(&world), paths).await.unwrap();
    assert_eq!(unguarded, ["/optional", "/forgets"]);
    let unguarded = unguarded_paths(&app(&World::new()), paths).await.unwrap();
    assert!(unguarded.is_empty(), "{unguarded:?}");
}
