//! Long responses that end with their access, as the operator reads them.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::BodyExt as _;
use sender_constraint::revocation::{DenyList, Entry};
use tower::{Layer as _, ServiceExt as _, service_fn};
use tracing::Level;

use crate::common::*;
use crate::events::Log;

/// A stream that is silent for ever.
#[derive(Default)]
struct Silent;

impl Body for Silent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

#[tokio::test]
async fn ends_of_responses_are_limited_events() {
    let list = DenyList::with_clock(TestClock::at(NOW));
    let world = World::with(|builder| builder.deny_list(list.clone()));
    let layer = world.guard.layer().end_responses_with_access();
    let service = layer.layer(service_fn(|_: Request<()>| {
        std::future::ready(Ok::<_, Infallible>(Response::new(Silent)))
    }));
    let mut bodies = Vec::new();
    for number in 0..200 {
        let token = world.token().sign();
        let proof = world
            .proof(&token)
            .claim("jti", format!("end {number}"))
            .sign();
        let request = request(&format!("DPoP {token}"), &proof);
        bodies.push(service.clone().oneshot(request).await.unwrap().into_body());
    }
    let log = Log::listen();
    list.deny(Entry::client(ISSUER, "app")).unwrap();
    for body in &mut bodies {
        assert!(body.frame().await.is_none());
    }
    let events = log.events();
    assert!((1..=30).contains(&events.len()), "{}", events.len());
    let event = &events[0];
    assert_eq!(event.level, Level::INFO);
    assert_eq!(event.text("message"), "response ended with its access");
    assert_eq!(event.text("client_id"), "\"app\"");
    assert!(event.text("reason").contains("denied"), "{event:?}");
}
