//! The decision about an original request, whatever the protocol in which the proxy described it.

use http::header::WWW_AUTHENTICATE;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Version};
use sender_constraint::cert::{Peer, TrustedPeers};
use sender_constraint::{Guard, Rejection};

use super::original::OriginalError;
use crate::body::Body;
use crate::config::{ForwardAuth as Settings, SettingError, Statuses};
use crate::identity::IdentityFields;
use crate::log_limit::limited;
use crate::response::{refused, with_status};

/// Decides for trusted peers.
#[derive(Clone, Debug)]
pub(crate) struct Decider {
    peers: TrustedPeers,
    statuses: Statuses,
    identity: IdentityFields,
}

pub(crate) enum Decision {
    Accepted {
        /// For the upstream.
        identity: HeaderMap,
        /// For the response of the upstream: the next nonce.
        response: HeaderMap,
    },
    Refused(Box<Response<Body>>),
}

impl Decider {
    pub(crate) fn new(settings: &Settings, identity: IdentityFields) -> Result<Self, SettingError> {
        Ok(Self {
            peers: settings.trusted_peers.trusted()?,
            statuses: settings.statuses,
            identity,
        })
    }

    /// Whether the peer may describe requests of others.
    pub(crate) fn trusts(&self, peer: &Peer) -> bool {
        let is_trusted = self.peers.contains(peer);
        if !is_trusted {
            limited!(warn, %peer, "not a trusted peer: `forward_auth.trusted_peers`");
        }
        is_trusted
    }

    /// Decides about the original request, from whose head the credentials are removed if it is accepted.
    pub(crate) async fn decide(&self, guard: &Guard, head: &mut Parts) -> Decision {
        // The version is that of the proxy's own request. A refusal in the form of gRPC has the status 200, which a proxy
        // takes for an acceptance.
        head.version = Version::HTTP_11;
        let admission = match guard.check(head).await {
            Ok(admission) => admission,
            Err(rejection) => return self.refuse(guard, &rejection, head),
        };
        let mut identity = HeaderMap::new();
        if let Err(status) = self.identity.write(admission.access(), &mut identity) {
            return Decision::Refused(Box::new(with_status(status)));
        }
        let mut response = HeaderMap::new();
        admission.finish(&mut response);
        Decision::Accepted { identity, response }
    }

    fn refuse(&self, guard: &Guard, rejection: &Rejection, head: &Parts) -> Decision {
        Decision::Refused(Box::new(self.relayable(refused(guard, rejection, head))))
    }

    /// The client sends what is malformed, and the proxy relays it; whatever else is missing is the fault of the proxy.
    pub(super) fn unknown(&self, reason: &OriginalError, peer: &Peer) -> Response<Body> {
        if let OriginalError::Malformed(_) = reason {
            limited!(warn, %peer, %reason, "the original request is malformed");
            return self.relayable(with_status(StatusCode::BAD_REQUEST));
        }
        limited!(error, %peer, %reason, "the original request is unknown");
        with_status(StatusCode::INTERNAL_SERVER_ERROR)
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

#[cfg(test)]
mod tests {
    use http::Request;
    use sender_constraint::proof::Dpop;
    use sender_constraint::token::JwtVerifier;
    use sender_constraint_testing::Issuer;

    use super::*;
    use crate::config::{Config, Mode};

    const EXAMPLE: &str = include_str!("../../examples/forward_auth_caddy.toml");
    const ORIGIN: &str = "https://api.example.com";

    #[tokio::test]
    async fn a_refusal_over_http2_is_no_status_of_grpc() {
        let issuer = Issuer::new("https://as.example.com");
        let tokens = JwtVerifier::new(issuer.name(), ORIGIN, issuer.keys()).unwrap();
        let guard = Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap());
        let guard = guard.grpc_responses().build().unwrap();
        let config = Config::parse("gate.toml", EXAMPLE, []).unwrap();
        let Mode::ForwardAuth(settings) = &config.mode else {
            panic!("{:?}", config.mode);
        };
        let identity = IdentityFields::new(&config.identity).unwrap();
        let decider = Decider::new(settings, identity).unwrap();
        let request = Request::post("/package.Service/Method")
            .version(Version::HTTP_2)
            .header("content-type", "application/grpc");
        let (mut head, ()) = request.body(()).unwrap().into_parts();
        let Decision::Refused(response) = decider.decide(&guard, &mut head).await else {
            panic!("accepted without credentials");
        };
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    }
}
