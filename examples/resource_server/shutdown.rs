//! A server that stops without losing a request.
//!
//! hyper's `graceful_shutdown`, and with it `axum::serve`, closes idle HTTP/1.1 connections at once: a request that the
//! client has just written on one is lost. Here the end has three steps: no more connections are accepted; for the
//! grace period the open ones serve what still arrives, and announce in each response that they close; then they close.

use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use sender_constraint::cert::Peer;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use super::connection::{self, Phase};
use super::lingering::LINGER;

/// Serves `app` until `stop`, then for as long as clients need, at most `grace` and another second.
pub(crate) async fn serve<L: Listener>(
    mut listener: L,
    peer: impl Fn(L::Addr) -> Peer,
    app: Router,
    grace: Duration,
    stop: impl Future<Output = ()>,
) {
    let phase = watch::Sender::new(Phase::Serving);
    let spawn = |(io, address): (L::Io, L::Addr)| {
        let serving = connection::serve(io, peer(address), app.clone(), phase.subscribe());
        tokio::spawn(serving);
    };
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            accepted = listener.accept() => spawn(accepted),
            () = stop.as_mut() => break,
        }
    }
    phase.send_replace(Phase::Draining);
    // The kernel has accepted connections that wait for this process, with requests on them.
    let deadline = Instant::now() + BACKLOG_TIME;
    while Instant::now() < deadline
        && let Ok(accepted) = timeout_at(deadline, listener.accept()).await
    {
        spawn(accepted);
    }
    drop(listener);
    if timeout(grace, phase.closed()).await.is_ok() {
        return;
    }
    phase.send_replace(Phase::Closing);
    // What is still under way now has had the whole grace period.
    drop(timeout(2 * LINGER, phase.closed()).await);
}

const BACKLOG_TIME: Duration = Duration::from_millis(10);
