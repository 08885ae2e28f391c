//! The guard as a tower layer: what it asks of the service behind, and what it leaves alone.

use std::cell::Cell;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::common::*;
use http::{Request, Response, StatusCode};
use sender_constraint::{Access, Rejection, Sender};
use serde_json::Value;
use tower::{Layer as _, Service, ServiceExt as _, service_fn};

#[tokio::test]
async fn calls_the_service_that_was_ready_and_not_its_clone() {
    let world = World::new();
    let mut service = world.guard.layer().layer(Fussy::default());
    for _ in 0..3 {
        let ready = service.ready().await.expect("ready");
        let response = ready.call(world.good_request()).await;
        assert_eq!(response.expect("called when ready").body(), "served");
    }
}

#[tokio::test]
async fn inner_service_that_cannot_be_made_ready_fails_accepted_requests_only() {
    let world = World::new();
    let inner = Fussy {
        is_broken: true,
        ..Fussy::default()
    };
    let mut service = world.guard.layer().layer(inner);
    let ready = service.ready().await.expect("always ready");
    let accepted = ready.call(world.good_request());
    let refused = ready.call(request("", ""));
    assert_eq!(accepted.await.err(), Some("broken"));
    assert_eq!(refused.await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn refused_request_takes_no_place_of_the_inner_service() {
    let world = World::new();
    let places = Arc::new(());
    let inner = Fussy {
        places: Arc::clone(&places),
        ..Fussy::default()
    };
    let mut service = world.guard.layer().layer(inner);
    let taken = || Arc::strong_count(&places) - 2; // ours and the service's

    let served = service.ready().await.unwrap().call(world.good_request());
    assert_eq!(taken(), 1, "the clone, and no place before the verdict");
    assert_eq!(served.await.unwrap().status(), StatusCode::OK);

    let mut refused = pin!(service.ready().await.unwrap().call(request("", "")));
    let response = refused.as_mut().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(taken(), 0, "though the future is still there");
}

#[tokio::test]
async fn body_is_not_touched_and_need_not_be_a_body() {
    let world = World::new();
    let (sent, answered) = (Local::default(), Local::default());
    let (expected, answer) = (Rc::clone(&sent.0), Rc::clone(&answered.0));
    // Neither this closure nor what it takes and gives can leave the thread.
    let inner = service_fn(move |request: Request<Local>| {
        assert!(Rc::ptr_eq(&request.body().0, &expected));
        expected.set(expected.get() + 1);
        let body = Local(Rc::clone(&answer));
        ready(Ok::<_, Infallible>(Response::new(body)))
    });
    let service = world.guard.layer().layer(inner);
    let good = world.good_request().map(|()| Local(Rc::clone(&sent.0)));
    let response = service.clone().oneshot(good).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(Rc::ptr_eq(&response.body().0, &answered.0));
    assert_eq!(sent.0.get(), 1);

    let bad = request("", "").map(|()| Local(Rc::clone(&sent.0)));
    let refused = service.oneshot(bad).await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(sent.0.get(), 1);
}

#[tokio::test]
async fn error_of_the_service_behind_is_passed_on() {
    #[derive(Debug, PartialEq)]
    struct OutOfPaper(u8);
    let world = World::new();
    let inner = service_fn(|_: Request<()>| ready(Err::<Response<String>, _>(OutOfPaper(7))));
    let service = world.guard.layer().layer(inner);
    let answer = service.clone().oneshot(world.good_request()).await;
    assert_eq!(answer.err(), Some(OutOfPaper(7)));
    let refused = service.oneshot(request("", "")).await;
    assert_eq!(refused.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn handler_finds_access_in_the_extensions() {
    let world = World::new();
    let mut good = world.good_request();
    good.extensions_mut().insert("of an outer layer");
    let answer = world.send(good).await;
    answer.assert_passed();
    let access = answer.access();
    assert_eq!(access.issuer(), ISSUER);
    assert_eq!(access.subject(), Some("alice"));
    assert_eq!(access.client_id(), Some("app"));
    assert!(!access.is_client_only());
    assert_eq!(access.scopes().collect::<Vec<_>>(), ["read", "write"]);
    assert!(access.has_scope("read"));
    assert!(!access.has_scope("rea") && !access.has_scope("READ"));
    let expires_at = access.expires_at().unwrap();
    assert_eq!(expires_at.as_unix_seconds(), 1_767_226_200);
    let all: Value = access.claims().deserialize().expect("claims");
    assert_eq!(all["scope"], "read write");
    let jkt = access.sender().jkt().unwrap();
    assert_eq!(jkt.to_string(), world.client.thumbprint());
    assert_eq!(access.sender().x5t_s256(), None);
    assert_eq!(answer.0.extensions().get(), Some(&"of an outer layer"));
}

#[tokio::test]
async fn jwt_13_tells_a_client_from_a_user() {
    let world = World::new();
    let token = world.token().claim("sub", "app").sign();
    let answer = world.present(&token, &world.proof(&token).sign()).await;
    answer.assert_passed();
    assert!(answer.access().is_client_only());
}

#[tokio::test]
async fn unbound_token_makes_access_with_an_unproven_sender() {
    let world = World::with(|builder| builder.allow_unbound_tokens());
    let answer = world
        .present_bearer(&Token::unbound(&world.issuer).sign())
        .await;
    answer.assert_passed();
    assert_eq!(answer.access().sender(), &Sender::default());
    assert_eq!(answer.access().sender().jkt(), None);
}

#[tokio::test]
async fn outer_layers_find_the_rejection_in_the_extensions() {
    let world = World::new();
    let good = world.good_request();
    let copy = good.clone();
    let answer = world.send(good).await;
    answer.assert_passed();
    assert!(answer.0.extensions().get::<Rejection>().is_none());
    let refused = world.send(copy).await;
    refused.assert_refused("PROOF", "proof_replayed");
    assert!(refused.0.extensions().get::<Access>().is_none());
    assert_eq!(world.calls(), 1);
}

#[tokio::test]
async fn http_21_credentials_do_not_reach_the_service_behind() {
    let world = World::with(|builder| builder.allow_unbound_tokens());
    let mut good = world.good_request();
    good.headers_mut()
        .insert("accept", "text/html".parse().unwrap());
    let answer = world.send(good).await;
    answer.assert_passed();
    assert_eq!(answer.inner_headers(), ["accept"]);

    let token = Token::unbound(&world.issuer).sign();
    let answer = world
        .send(request(&format!("Bearer {token}"), "stray"))
        .await;
    answer.assert_passed();
    assert!(answer.inner_headers().is_empty());
}

#[tokio::test]
async fn http_21_credentials_are_kept_on_demand() {
    let world = World::with(|builder| builder.keep_credentials());
    let answer = world.send(world.good_request()).await;
    answer.assert_passed();
    let mut names = answer.inner_headers().to_vec();
    names.sort();
    assert_eq!(names, ["authorization", "dpop"]);
}

#[tokio::test]
async fn resp_36_401_of_the_service_behind_is_not_changed() {
    let world = World::new();
    let inner = service_fn(|request: Request<()>| {
        assert!(request.extensions().get::<Access>().is_some());
        let response = Response::builder()
            .status(401)
            .header(
                "www-authenticate",
                "DPoP error=\"insufficient_user_authentication\"",
            )
            .header("x-own", "1")
            .body(String::from("log in again"));
        ready(Ok::<_, Infallible>(response.unwrap()))
    });
    let service = world.guard.layer().layer(inner);
    let answer = Answer(service.oneshot(world.good_request()).await.unwrap());
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        answer.challenges(),
        ["DPoP error=\"insufficient_user_authentication\""]
    );
    assert_eq!(answer.0.body(), "log in again");
    assert_eq!(answer.0.headers().len(), 2);
    assert!(answer.0.extensions().get::<Rejection>().is_none());
}

/// Answers only if it was asked whether it is ready, and its clones were not; keeps a place from then on.
#[derive(Default)]
struct Fussy {
    is_ready: bool,
    is_broken: bool,
    places: Arc<()>,
    place: Option<Arc<()>>,
}

impl Clone for Fussy {
    fn clone(&self) -> Self {
        Self {
            is_ready: false,
            is_broken: self.is_broken,
            places: Arc::clone(&self.places),
            place: None,
        }
    }
}

impl Service<Request<()>> for Fussy {
    type Response = Response<String>;
    type Error = &'static str;
    type Future = Ready<Result<Response<String>, &'static str>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
        if self.is_broken {
            return Poll::Ready(Err("broken"));
        }
        self.is_ready = true;
        self.place = Some(Arc::clone(&self.places));
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        assert!(self.is_ready, "called without having been polled ready");
        self.is_ready = false;
        self.place = None;
        ready(Ok(Response::new("served".to_owned())))
    }
}

/// A body of one thread, which no one can copy and which is no `http_body::Body`.
#[derive(Default)]
struct Local(Rc<Cell<u32>>);
