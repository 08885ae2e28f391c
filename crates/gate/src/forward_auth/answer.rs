//! The answer to the proxy: 200 with the identity of the sender, or the refusal with its challenge.

use http::header::{CACHE_CONTROL, HeaderName, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{HeaderValue, Response, StatusCode};
use sender_constraint::cert::{Peer, TrustedPeers};
use sender_constraint::{Guard, Rejection};

use super::original::{OriginalError, restore};
use crate::body::{Body, empty};
use crate::config::{ForwardAuth as Settings, Original, SettingError, Statuses};
use crate::identity::Statement;
use crate::log_limit::limited;
use crate::response::{refused, with_status};

/// The settings of the service, as a request needs them.
#[derive(Clone, Debug)]
pub(crate) struct ForwardAuth {
    peers: TrustedPeers,
    original: Original,
    statuses: Statuses,
    statement: Statement,
}

impl ForwardAuth {
    pub(crate) fn new(settings: &Settings, statement: Statement) -> Result<Self, SettingError> {
        Ok(Self {
            peers: settings.trusted_peers.trusted()?,
            original: settings.original.clone(),
            statuses: settings.statuses,
            statement,
        })
    }
}

/// Answers an authorization request of a proxy.
pub(crate) async fn judge(
    service: &ForwardAuth,
    guard: &Guard,
    mut head: Parts,
    peer: &Peer,
) -> Response<Body> {
    if !service.peers.contains(peer) {
        limited!(warn, %peer, "not a trusted peer: `forward_auth.trusted_peers`");
        return with_status(StatusCode::FORBIDDEN);
    }
    if let Err(reason) = restore(&mut head, &service.original) {
        return service.unknown(&reason, peer);
    }
    match guard.check(&mut head).await {
        Ok(admission) => {
            let mut response = Response::new(empty());
            let headers = response.headers_mut();
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            if let Err(status) = service.statement.write(admission.access(), headers) {
                return with_status(status);
            }
            // What the response of the upstream needs as well: the proxy can copy it.
            admission.finish(headers);
            response
        }
        Err(rejection) => service.refuse(guard, &rejection, &head),
    }
}

impl ForwardAuth {
    /// The client sends what is malformed, and the proxy relays it; whatever else is missing is the fault of the proxy.
    fn unknown(&self, reason: &OriginalError, peer: &Peer) -> Response<Body> {
        if let OriginalError::Malformed(_) = reason {
            limited!(warn, %peer, %reason, "the original request is malformed");
            return self.relayable(with_status(StatusCode::BAD_REQUEST));
        }
        limited!(error, %peer, %reason, "the original request is unknown");
        with_status(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn refuse(&self, guard: &Guard, rejection: &Rejection, head: &Parts) -> Response<Body> {
        self.relayable(refused(guard, rejection, head))
    }

    /// The response with a status that the proxy relays.
    fn relayable(&self, mut response: Response<Body>) -> Response<Body> {
        if self.statuses == Statuses::Only401And403 {
            let status = response.status();
            let value = HeaderValue::from(status.as_u16());
            response.headers_mut().insert(X_AUTH_STATUS, value);
            *response.status_mut() = relayed(&response);
        }
        response
    }
}

/// What nginx relays instead. It answers 500 itself for another status than 401 and 403, which is right for what is no
/// fault of the client.
fn relayed(response: &Response<Body>) -> StatusCode {
    let status = response.status();
    if !status.is_client_error() || status == StatusCode::TOO_MANY_REQUESTS {
        status
    } else if response.headers().contains_key(WWW_AUTHENTICATE) {
        StatusCode::UNAUTHORIZED
    } else {
        StatusCode::FORBIDDEN
    }
}

/// The status before it was replaced, for `auth_request_set`.
const X_AUTH_STATUS: HeaderName = HeaderName::from_static("x-auth-status");
