//! The extractors for axum.

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use http::Request;
use http_body_util::BodyExt as _;
use sender_constraint::Access;
use sender_constraint::extract::Claims;
use tower::ServiceExt as _;

use crate::common::*;

#[tokio::test]
async fn access_is_optional_where_a_route_may_have_no_guard() {
    async fn who(access: Option<Access>) -> String {
        let subject = access.as_ref().and_then(Access::subject);
        subject.unwrap_or("anonymous").to_owned()
    }
    let world = World::new();
    let public = Router::new().route("/public", get(who));
    let guarded = Router::new()
        .route("/a", get(who))
        .layer(world.guard.layer());
    let app = public.merge(guarded);
    let call = async |request: Request<Body>| {
        let response = app.clone().oneshot(request).await.unwrap();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(body.to_vec()).unwrap()
    };
    let request = Request::get("/public").body(Body::empty()).unwrap();
    assert_eq!(call(request).await, "anonymous");
    assert_eq!(
        call(world.good_request().map(|()| Body::empty())).await,
        "alice"
    );
}

#[derive(serde::Deserialize)]
struct Tenant {
    tenant: String,
}

async fn tenant(Claims(claims): Claims<Tenant>) -> String {
    claims.tenant
}

#[tokio::test]
async fn claims_are_extracted_as_a_type_of_the_application() {
    let world = World::new();
    let app: Router = Router::new()
        .route("/a", get(tenant))
        .layer(world.guard.layer());
    let call = async |token: Token| {
        let token = token.sign();
        let request = request(&format!("DPoP {token}"), &world.proof(&token).sign());
        let response = app
            .clone()
            .oneshot(request.map(|()| Body::empty()))
            .await
            .unwrap();
        let status = response.status().as_u16();
        let challenged = response.headers().contains_key("www-authenticate");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (
            status,
            challenged,
            String::from_utf8(body.to_vec()).unwrap(),
        )
    };
    let good = call(world.token().claim("tenant", "acme")).await;
    assert_eq!(good, (200, false, "acme".to_owned()));
    let missing = call(world.token()).await;
    assert_eq!(missing, (403, false, String::new()));
    let other_type = call(world.token().claim("tenant", 7)).await;
    assert_eq!(other_type, (403, false, String::new()));
}

#[tokio::test]
async fn claims_without_a_guard_are_a_mistake_of_the_set_up() {
    let app: Router = Router::new().route("/a", get(tenant));
    let request = Request::get("/a").body(Body::empty()).unwrap();
    let response = app.oneshot(request).await.unwrap();
    assert_eq!(response.status(), 500);
}
