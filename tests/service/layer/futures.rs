//! The future of a guarded request: repeated inside, dropped early, polled too often.

use std::convert::Infallible;
use std::future::{Future, Ready, pending, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use crate::common::*;
use http::{Request, Response, StatusCode};
use sender_constraint::Access;
use tower::retry::{Policy, Retry};
use tower::{Layer as _, Service as _, ServiceExt as _, service_fn};

#[tokio::test]
async fn dpop_63_retries_inside_use_one_proof_once() {
    let world = World::new();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let inner = service_fn(move |request: Request<()>| {
        assert!(request.extensions().get::<Access>().is_some());
        let is_first = counted.fetch_add(1, Ordering::SeqCst) == 0;
        let mut response = Response::new(String::new());
        *response.status_mut() = if is_first {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::OK
        };
        ready(Ok::<_, Infallible>(response))
    });
    let service = world.guard.layer().layer(Retry::new(OnceMore, inner));
    let good = world.good_request();
    let copy = good.clone();
    let response = service.clone().oneshot(good).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(calls.load(Ordering::SeqCst), 2);

    let refused = Answer(service.oneshot(copy).await.unwrap());
    refused.assert_refused("PROOF", "proof_replayed");
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn future_dropped_unpolled_uses_up_nothing() {
    let world = World::new();
    let good = world.good_request();
    let mut service = world.guard.layer().layer(service_fn(served));
    drop(service.ready().await.unwrap().call(good.clone()));
    world.send(good).await.assert_passed();
}

#[tokio::test]
async fn future_dropped_while_served_stops_the_service_and_has_used_the_proof() {
    let world = World::new();
    let places = Arc::new(());
    let kept = Arc::clone(&places);
    let inner = service_fn(move |_: Request<()>| {
        let place = Arc::clone(&kept);
        async move {
            pending::<()>().await;
            drop(place);
            Ok::<_, Infallible>(Response::new(String::new()))
        }
    });
    let service = world.guard.layer().layer(inner);
    let good = world.good_request();
    let mut served = Box::pin(service.oneshot(good.clone()));
    assert!(poll_once(served.as_mut()).is_pending());
    assert!(Arc::strong_count(&places) > 1, "the service was called");
    drop(served);
    assert_eq!(Arc::strong_count(&places), 1);
    world
        .send(good)
        .await
        .assert_refused("PROOF", "proof_replayed");
}

#[tokio::test]
async fn future_polled_after_its_answer_does_not_panic() {
    let world = World::new();
    let mut service = world.guard.layer().layer(service_fn(served));
    let mut refused = Box::pin(service.ready().await.unwrap().call(request("", "")));
    assert!(poll_once(refused.as_mut()).is_ready());
    assert!(poll_once(refused.as_mut()).is_pending());
}

#[derive(Clone)]
struct OnceMore;

impl Policy<Request<()>, Response<String>, Infallible> for OnceMore {
    type Future = Ready<()>;

    fn retry(
        &mut self,
        _: &mut Request<()>,
        result: &mut Result<Response<String>, Infallible>,
    ) -> Option<Ready<()>> {
        let failed = result
            .as_ref()
            .is_ok_and(|response| response.status().is_server_error());
        failed.then(|| ready(()))
    }

    fn clone_request(&mut self, request: &Request<()>) -> Option<Request<()>> {
        Some(request.clone())
    }
}

fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

async fn served(_: Request<()>) -> Result<Response<String>, Infallible> {
    Ok(Response::new("served".to_owned()))
}
