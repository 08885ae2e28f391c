//! A stream that ends when its peer no longer reads, and that is read for a while after its last byte was written (RFC
//! 9112 section 9.6).
//!
//! The program `resource_server`, an example of the library, has the second half in `lingering.rs`: an example is read and
//! copied by itself, and must not need this crate. It has no limit for a peer that no longer reads.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// Fails a write of which nothing can be sent for the limit. A socket that is closed with unread bytes in it sends a
/// reset, which can destroy a response that the client has not read yet: shutting down reads and discards first.
pub(super) struct Deadline<Io> {
    io: Io,
    limit: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
    is_stalled: bool,
    linger: Option<Pin<Box<Sleep>>>,
}

impl<Io> Deadline<Io> {
    pub(super) const fn new(io: Io, limit: Duration) -> Self {
        Self {
            io,
            limit,
            stalled: None,
            is_stalled: false,
            linger: None,
        }
    }

    fn checked<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.is_stalled = false;
            return written;
        }
        let limit = self.limit;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(limit)));
        if !self.is_stalled {
            stalled.as_mut().reset(Instant::now() + limit);
            self.is_stalled = true;
        }
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Deadline<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl<Io: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Deadline<Io> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.io).poll_write(context, bytes);
        self.checked(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.io).poll_flush(context);
        self.checked(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { io, linger, .. } = &mut *self;
        if linger.is_none() {
            ready!(Pin::new(&mut *io).poll_shutdown(context))?;
        }
        let linger = linger.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        let mut discarded = [0; 4096];
        while linger.as_mut().poll(context).is_pending() {
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
        let written = Pin::new(&mut self.io).poll_write_vectored(context, slices);
        self.checked(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}

/// How long a client may take to read the last response and close.
const LINGER: Duration = Duration::from_millis(500);
