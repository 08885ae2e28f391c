//! How this server authenticates to an authorization server, seen in its requests.

mod keys;
mod private_key_jwt;
mod shared_secret;

use sender_constraint::client_auth::ClientAuthentication;
use sender_constraint::http_client::OutgoingRequest;
use sender_constraint::time::Timestamp;
use sender_constraint::token::{Introspection, PresentedToken, TokenError, TokenVerifier as _};

use crate::common::{AUDIENCE, AuthorizationServer, ISSUER, Key, TestClock, answer};

const CLIENT_ID: &str = "https://rs.example.com/client";

/// The request with which one token is introspected at this time.
async fn request(
    method: impl Into<ClientAuthentication>,
    now: u64,
) -> Result<OutgoingRequest, TokenError> {
    let mut answer = answer(&Key::from_seed("ES256", 1));
    answer["exp"] = (now + 600).into();
    let server = AuthorizationServer::answering(&answer);
    let tokens = Introspection::new(ISSUER, AUDIENCE, method, server.clone()).unwrap();
    let tokens = tokens.clock(TestClock::at(now));
    let now = Timestamp::from_unix_seconds(now);
    let verified = tokens.verify(PresentedToken::new("token"), now).await;
    verified.map(|_| server.last_call())
}
