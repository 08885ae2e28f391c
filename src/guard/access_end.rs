//! When the access of a long response ends: at the expiry of its token (RFC 9068 section 4), or when it is denied.

use std::future::Future;
use std::time::Duration;

use super::check::Guard;
use super::policy::Policy;
use crate::access::Access;
use crate::revocation::{Denial, RevocationError, TokenUse};
use crate::time::Timestamp;
use crate::unavailable::Unavailable;

/// Why an [`Access`] has ended, which was accepted before.
///
/// The text is for the operator; it shows no token.
///
/// ```
/// use sender_constraint::{Access, AccessEnd, Guard};
///
/// /// The close code of a WebSocket (RFC 6455 section 7.4).
/// fn close_code(end: &AccessEnd) -> u16 {
///     match end {
///         // With a new token the client may connect again.
///         AccessEnd::Expired => 4401,
///         AccessEnd::Unavailable(_) => 1013,
///         _ => 1008,
///     }
/// }
///
/// async fn watch(guard: Guard, access: Access) -> u16 {
///     let end = guard.access_end(&access).await;
///     println!("closed: {end}");
///     close_code(&end)
/// }
/// # drop(watch);
/// assert_eq!(close_code(&AccessEnd::Expired), 4401);
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AccessEnd {
    /// A [`Revocation`](crate::revocation::Revocation) denies the token or its sender.
    #[error("the token is denied: {0}")]
    Denied(Denial),
    /// The token expired, and its verifier's leeway has passed.
    #[error("the token expired")]
    Expired,
    /// Whether the token is denied is unknown: a new request would be answered with 503.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Guard {
    /// Completes when `access` ends: when the token expires, with the leeway with which it was accepted, or is denied
    /// by one of the guard's revocations. For WebSockets and other long responses, which are checked once, at their
    /// start. [`GuardLayer::end_responses_with_access`](crate::GuardLayer::end_responses_with_access) does this for
    /// response bodies.
    ///
    /// The guard's clock decides. It is read at the expiry and every 30 seconds, and every second if the guard has a
    /// [`Revocation`](crate::revocation::Revocation): a denial takes effect within a second. A token without `exp`,
    /// which only a [`TokenVerifier`](crate::token::TokenVerifier) of the application can accept or an introspection
    /// endpoint can report, never expires here. Ended rollovers and exceptions are not seen, nor what the issuer would
    /// report now.
    ///
    /// The future owns what it needs, and starts nothing before it is polled. Dropping it ends the polling.
    ///
    /// ```
    /// # #[cfg(feature = "axum")]
    /// # mod example {
    /// use axum::extract::State;
    /// use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
    /// use axum::response::Response;
    /// use sender_constraint::{Access, Guard};
    ///
    /// async fn chat(State(guard): State<Guard>, access: Access, upgrade: WebSocketUpgrade) -> Response {
    ///     upgrade.on_upgrade(async move |mut socket: WebSocket| {
    ///         let end = guard.access_end(&access);
    ///         tokio::pin!(end);
    ///         loop {
    ///             tokio::select! {
    ///                 _ = &mut end => break, // dropping the socket closes it
    ///                 Some(Ok(Message::Text(text))) = socket.recv() => {
    ///                     let _ = socket.send(Message::Text(text)).await;
    ///                 }
    ///                 else => break,
    ///             }
    ///         }
    ///     })
    /// }
    /// # fn routes() -> axum::Router<Guard> {
    /// #     axum::Router::new().route("/chat", axum::routing::any(chat))
    /// # }
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// The future needs a Tokio runtime with its timer enabled.
    pub fn access_end(
        &self,
        access: &Access,
    ) -> impl Future<Output = AccessEnd> + Send + 'static + use<> {
        let (guard, access) = (self.clone(), access.clone());
        async move {
            loop {
                match guard.policy().wait(&access, guard.policy().now()) {
                    Ok(wait) => tokio::time::sleep(wait).await,
                    Err(end) => return end,
                }
            }
        }
    }
}

impl Policy {
    /// How long to wait before the next look at the clock.
    fn wait(&self, access: &Access, now: Timestamp) -> Result<Duration, AccessEnd> {
        let token = access.token();
        let until = token.accepted_until();
        if until.is_some_and(|until| now >= until) {
            return Err(AccessEnd::Expired);
        }
        let mut token_use = TokenUse::new(token);
        if let Some(jkt) = access.sender().jkt() {
            token_use = token_use.with_proof_key(jkt);
        }
        if let Some(x5t_s256) = access.sender().x5t_s256() {
            token_use = token_use.with_certificate(x5t_s256);
        }
        self.check_revocations(&token_use, now)
            .map_err(|error| match error {
                RevocationError::Denied(denial) => AccessEnd::Denied(denial),
                RevocationError::Unavailable(error) => AccessEnd::Unavailable(error),
            })?;
        let longest = if self.revocations.is_empty() {
            CLOCK_INTERVAL
        } else {
            REVOCATION_INTERVAL
        };
        let left = until.map(|until| until.saturating_duration_since(now));
        Ok(left.map_or(longest, |left| left.min(longest)))
    }
}

/// Within which a denial takes effect.
const REVOCATION_INTERVAL: Duration = Duration::from_secs(1);
/// Within which a clock that was set is noticed.
const CLOCK_INTERVAL: Duration = Duration::from_secs(30);
