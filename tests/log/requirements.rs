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
    assert_eq!(refused.text("message"), "accepted request refused");
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
    assert_eq!(refused.text("message"), "accepted request refused");
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

/// Requests are counted by the events of the check, those that are refused after it by another one.
#[tokio::test]
async fn events_of_accepted_and_refused_requests_add_up() {
    let world = World::with(sender_constraint::GuardBuilder::allow_anonymous_requests);
    let layer = world.guard.layer().require(Require::scopes(["admin"]));
    let service = layer.layer(service_fn(|_: Request<()>| served()));
    let log = Log::listen();
    let stray = request("Bearer stray", "");
    for request in [world.good_request(), request("", ""), stray] {
        let response = service.clone().oneshot(request).await.unwrap();
        assert!(response.status().is_client_error());
    }
    let messages: Vec<_> = log
        .events()
        .iter()
        .map(|event| {
            let kind = event.text_if_any("kind").unwrap_or("none");
            format!("{}: {kind}", event.text("message"))
        })
        .collect();
    assert_eq!(
        messages,
        [
            "request accepted: none",
            "accepted request refused: requirement_scope",
            "request accepted without credentials: none",
            "accepted request refused: credentials_missing",
            "request refused: token_not_a_jws",
        ]
    );
}

/// Each event reports what was dropped of its own.
#[tokio::test]
async fn refusals_after_the_check_have_a_limit_of_their_own() {
    let world = World::with(sender_constraint::GuardBuilder::allow_anonymous_requests);
    let required = world.guard.layer().require(Require::any_token());
    let required = required.layer(service_fn(|_: Request<()>| served()));
    let log = Log::listen();
    for _ in 0..20 {
        required.clone().oneshot(request("", "")).await.unwrap();
    }
    world.clock.advance(1);
    let mut head = request("", "").into_parts().0;
    world.guard.check(&mut head).await.map(drop).unwrap_err();
    required.oneshot(request("", "")).await.unwrap();
    let events = log.events();
    let of = |message: &str| {
        let mut found: Vec<_> = events
            .iter()
            .filter(|event| event.text("message") == message)
            .collect();
        found.pop().unwrap()
    };
    assert_eq!(of("request refused").text_if_any("suppressed"), None);
    assert_eq!(of("accepted request refused").text("suppressed"), "10");
}
