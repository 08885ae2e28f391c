//! Implements the listener trait of `axum::serve` for [`TlsListener`], and supports [`Peer`] in
//! `into_make_service_with_connect_info`.

use std::io;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use super::peer::Peer;
use super::tls_listener::TlsListener;

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    // Not just the socket address, so that `Peer` is also available through `ListenerExt::tap_io`.
    type Addr = Peer;

    async fn accept(&mut self) -> (Self::Io, Peer) {
        Self::accept(self).await
    }

    fn local_addr(&self) -> io::Result<Peer> {
        Self::local_addr(self).map(Peer::tcp)
    }
}

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        stream.remote_addr().clone()
    }
}
