//! Requirements that are not met, as the operator reads them.

use std::convert::Infallible;

use http::{Request, Response};
use sender_constraint::Access;
use sender_constraint::require::Require;
use tower::{Layer as _, ServiceExt as _, service_fn};
use tracing::Level;

use crate::common::*;
use crate::events::Log;

fn served() -> std::future::Ready<Result<Response<String>, Infallible>> {
    std::future::ready(Ok(Response::new(String::new())))
}

#[tokio::test]
async fn refusal_of_a_route_is_one_event_of_the_request() {
    let world = World::new();
    let require = Require::scopes(["admin"]);
    let inner = require.layer(service_fn(|_: Request<()>| served()));
    let log = Log::listen();
    let service = world.guard.layer().layer(inner);
    let response = service.oneshot(world.good_request()).await.unwrap();
    assert_eq!(response.status(), 403);
    let [accepted, refused] = <[_; 2]>::try_from(log.events()).unwrap();
    assert_eq!(accepted.text("message"), "request accepted");
    assert_eq!(refused.level, Level::WARN);
    assert_eq!(refused.text("kind"), "requirement_scope");
    assert_eq!(refused.text("path"), "\"/a\"");
    assert_eq!(refused.text("client_id"), "\"app\"");
}

#[tokio::test]
async fn refusal_of_a_handler_is_one_event_and_a_question_is_none() {
    let world = World::new();
    let log = Log::listen();
    let inner = service_fn(|request: Request<()>| {
        let access = request.extensions().get::<Access>().unwrap();
        assert!(!access.satisfies(&Require::scopes(["other"])));
        let refused = access.require(&Require::scopes(["admin"]));
        drop(refused.unwrap_err().response::<()>());
        served()
    });
    let service = world.guard.layer().layer(inner);
    service.oneshot(world.good_request()).await.unwrap();
    let [_, refused] = <[_; 2]>::try_from(log.events()).unwrap();
    assert_eq!(refused.text("kind"), "requirement_scope");
    assert_eq!(refused.text("client_id"), "\"app\"");
    assert_eq!(refused.text_if_any("path"), None);
}

#[tokio::test]
async fn requirement_without_a_guard_is_an_error_event() {
    let log = Log::listen();
    let service = Require::any_token().layer(service_fn(|_: Request<()>| served()));
    let request = Request::get("/a?access_token=secret").body(()).unwrap();
    assert_eq!(service.oneshot(request).await.unwrap().status(), 500);
    let event = log.only_event();
    assert_eq!(event.level, Level::ERROR);
    assert_eq!(event.text("route"), "\"/a\"");
    assert!(event.text("message").contains("`.layer(guard.layer())`"));
}
