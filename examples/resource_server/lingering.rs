//! A stream that is read for a while after its last byte was written (RFC 9112 section 9.6).
//!
//! A socket that is closed with unread bytes in it sends a reset, and a reset can destroy a response that the client
//! has not read yet.
//!
//! The gate's `server/deadline.rs` has the same with a limit for a peer that no longer reads, which a server on the
//! Internet needs as well.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// Shuts down the write side first, then reads and discards until the client closes or [`LINGER`] is over.
pub(crate) struct Lingering<Io> {
    io: Io,
    end: Option<Pin<Box<Sleep>>>,
}

impl<Io> Lingering<Io> {
    pub(crate) const fn new(io: Io) -> Self {
        Self { io, end: None }
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Lingering<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Lingering<Io> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { io, end } = &mut *self;
        if end.is_none() {
            ready!(Pin::new(&mut *io).poll_shutdown(context))?;
        }
        let end = end.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        let mut discarded = [0; 4096];
        while end.as_mut().poll(context).is_pending() {
            let mut buffer = ReadBuf::new(&mut discarded);
            let read = ready!(Pin::new(&mut *io).poll_read(context, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}

/// How long a client may take to read the last response and close.
pub(crate) const LINGER: Duration = Duration::from_millis(500);
