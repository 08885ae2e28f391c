//! Accepts connections, as many at once as the limit allows; the others wait in the backlog of the socket.

use std::sync::Arc;
use std::time::Duration;

use sender_constraint::cert::Peer;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, timeout_at};

use super::connection;
use super::connection_permit::{ConnectionPermit, Phase};
use super::listener::{Accepted, Listener};
use super::tls::Handshakes;
use crate::gate::CurrentGate;

/// Serves until the phase changes. Connections go on: each holds a receiver of `phase`.
pub(crate) async fn serve(
    listener: Listener,
    tls: Option<Handshakes>,
    current: Arc<CurrentGate>,
    connections: usize,
    mut phase: watch::Receiver<Phase>,
) {
    let places = Arc::new(Semaphore::new(connections));
    let spawn = |accepted, permit| {
        let (tls, current, phase) = (tls.clone(), Arc::clone(&current), phase.clone());
        tokio::spawn(begin(accepted, permit, tls, current, phase));
    };
    let mut stop = phase.clone();
    loop {
        let next = async {
            let permit = Arc::clone(&places).acquire_owned().await;
            (listener.accept().await, permit)
        };
        tokio::select! {
            (accepted, permit) = next => {
                let Ok(permit) = permit else { return };
                spawn(accepted, permit);
            }
            _ = stop.wait_for(|phase| *phase > Phase::Serving) => break,
        }
    }
    // The kernel has accepted connections that wait for this process, with requests on them.
    let deadline = Instant::now() + BACKLOG_TIME;
    while let Ok(permit) = Arc::clone(&places).try_acquire_owned()
        && let Ok(accepted) = timeout_at(deadline, listener.accept()).await
    {
        spawn(accepted, permit);
    }
    phase.mark_unchanged();
}

async fn begin(
    accepted: Accepted,
    permit: OwnedSemaphorePermit,
    tls: Option<Handshakes>,
    current: Arc<CurrentGate>,
    phase: watch::Receiver<Phase>,
) {
    let io: (Box<dyn Io>, Peer) = match (accepted, tls) {
        (Accepted::Unix(stream), _) => (Box::new(stream), Peer::unix()),
        (Accepted::Tcp(stream, peer), None) => (Box::new(stream), peer),
        (Accepted::Tcp(stream, peer), Some(tls)) => match tls.accept(stream, peer).await {
            Ok((stream, peer)) => (Box::new(stream), peer),
            Err(reason) => {
                tracing::debug!(%reason, "handshake failed");
                return;
            }
        },
    };
    let (io, peer) = io;
    connection::serve(io, ConnectionPermit::new(peer, phase, permit), current).await;
}

/// A connection of any kind.
pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

const BACKLOG_TIME: Duration = Duration::from_millis(10);
