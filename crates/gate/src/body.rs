//! Bodies, streamed in both directions: with a limit for silence, and with the trailers filtered.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::Incoming;
use pin_project_lite::pin_project;
use tokio::time::{Instant, Sleep, sleep_until};

/// The body of a request to the upstream, and of a response to the client.
pub(crate) type Body = UnsyncBoxBody<Bytes, BodyError>;

/// Why a body ends early.
#[derive(Debug)]
pub(crate) enum BodyError {
    /// The token of the request expired, or is denied.
    AccessEnded,
    Connection(hyper::Error),
    /// Nothing came for this time.
    Idle(Duration),
}

impl fmt::Display for BodyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessEnded => formatter.write_str("the access ended"),
            Self::Connection(error) => error.fmt(formatter),
            Self::Idle(limit) => write!(
                formatter,
                "no byte of the body for {} s; `limits.idle_seconds` governs this",
                limit.as_secs()
            ),
        }
    }
}

impl Error for BodyError {}

pub(crate) fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into())
        .map_err(|never| match never {})
        .boxed_unsync()
}

/// Whether a body is over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<AtomicBool>);

impl Progress {
    pub(crate) fn is_over(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn end(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The body that a peer sends, passed on as it comes. `filter` changes its trailers.
pub(crate) fn relayed(
    body: Incoming,
    idle: Duration,
    progress: Progress,
    filter: impl FnOnce(&mut HeaderMap) + Send + 'static,
) -> Body {
    if body.is_end_stream() {
        progress.end();
        return empty();
    }
    let relayed = Relayed {
        body,
        idle,
        progress,
        silence: None,
        is_silent: false,
        filter: Some(Box::new(filter)),
    };
    relayed.boxed_unsync()
}

pin_project! {
    struct Relayed {
        #[pin]
        body: Incoming,
        idle: Duration,
        progress: Progress,
        silence: Option<Pin<Box<Sleep>>>,
        // Whether `silence` runs.
        is_silent: bool,
        filter: Option<Box<dyn FnOnce(&mut HeaderMap) + Send>>,
    }

    // Whoever sends a body drops it at its end, and where it gives up.
    impl PinnedDrop for Relayed {
        fn drop(this: Pin<&mut Self>) {
            this.progress.end();
        }
    }
}

impl http_body::Body for Relayed {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.project();
        let Poll::Ready(frame) = this.body.poll_frame(context) else {
            let end = Instant::now() + *this.idle;
            let silence = this
                .silence
                .get_or_insert_with(|| Box::pin(sleep_until(end)));
            if !*this.is_silent {
                silence.as_mut().reset(end);
                *this.is_silent = true;
            }
            ready!(silence.as_mut().poll(context));
            return Poll::Ready(Some(Err(BodyError::Idle(*this.idle))));
        };
        *this.is_silent = false;
        Poll::Ready(frame.map(|frame| {
            let mut frame = frame.map_err(BodyError::Connection)?;
            if let Some(trailers) = frame.trailers_mut()
                && let Some(filter) = this.filter.take()
            {
                filter(trailers);
            }
            Ok(frame)
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
