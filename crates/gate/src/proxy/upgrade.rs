//! WebSockets (RFC 6455): after the upstream has agreed, bytes are copied in both directions.

use http::header::{CONNECTION, UPGRADE};
use http::{HeaderValue, Response, StatusCode};
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use sender_constraint::AccessEnd;
use tokio::io::copy_bidirectional;

use super::ending::{self, End};
use super::fields::is_websocket_handshake;
use crate::body::{Body, empty};
use crate::server::{ConnectionPermit, Phase};

/// Answers with the upstream's 101, and copies until one side closes, the token of the request ends, or the server stops.
/// `None` if the response agrees to something else than a WebSocket.
pub(super) fn switch(
    mut response: Response<Incoming>,
    client: OnUpgrade,
    permit: ConnectionPermit,
    end: Option<End>,
) -> Option<Response<Body>> {
    if !is_websocket_handshake(response.headers()) {
        return None;
    }
    let upstream = hyper::upgrade::on(&mut response);
    tokio::spawn(copy(client, upstream, permit, end));
    let (mut head, _) = response.into_parts();
    super::response::clean(&mut head);
    let headers = &mut head.headers;
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    debug_assert_eq!(head.status, StatusCode::SWITCHING_PROTOCOLS);
    Some(Response::from_parts(head, empty()))
}

async fn copy(
    client: OnUpgrade,
    upstream: OnUpgrade,
    mut permit: ConnectionPermit,
    end: Option<End>,
) {
    let (Ok(client), Ok(upstream)) = tokio::join!(client, upstream) else {
        return;
    };
    let (mut client, mut upstream) = (TokioIo::new(client), TokioIo::new(upstream));
    tokio::select! {
        copied = copy_bidirectional(&mut client, &mut upstream) => {
            if let Err(error) = copied {
                tracing::debug!(%error, "websocket ended");
            }
        }
        ended = ended(end) => ending::report(&ended),
        () = permit.reached(Phase::Closing) => {}
    }
}

async fn ended(end: Option<End>) -> AccessEnd {
    match end {
        Some(end) => end.await,
        None => std::future::pending().await,
    }
}
