//! The response to the proxy over HTTP: 200 with the identity of the sender, or the refusal with its challenge.

use http::header::CACHE_CONTROL;
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use sender_constraint::Guard;
use sender_constraint::cert::Peer;

use super::decision::{Decider, Decision};
use super::original::restore;
use crate::body::{Body, empty};
use crate::config::Original;
use crate::request_span;
use crate::response::with_status;

/// The settings of the service, as a request needs them.
#[derive(Clone, Debug)]
pub(crate) struct ForwardAuth {
    decider: Decider,
    original: Original,
}

impl ForwardAuth {
    pub(crate) const fn new(decider: Decider, original: Original) -> Self {
        Self { decider, original }
    }
}

/// Answers an authorization request of a proxy.
pub(crate) async fn authorize(
    service: &ForwardAuth,
    guard: &Guard,
    mut head: Parts,
    peer: &Peer,
) -> Response<Body> {
    if !service.decider.trusts(peer) {
        return with_status(StatusCode::FORBIDDEN);
    }
    if let Err(reason) = restore(&mut head, &service.original) {
        return service.decider.unknown(&reason, peer);
    }
    request_span::record(&head.method, &head.uri);
    match service.decider.decide(guard, &mut head).await {
        Decision::Accepted { identity, response } => {
            let mut answer = Response::new(empty());
            let headers = answer.headers_mut();
            headers.extend(identity);
            // What the response of the upstream needs as well: the proxy can copy it.
            headers.extend(response);
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            answer
        }
        Decision::Refused(response) => *response,
    }
}
