//! Bodies, streamed in both directions: with a limit for silence, and with the trailers filtered.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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

use crate::progress::{Failure, Progress};

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

/// A body as it comes from its sender, which can be taken away from a reader that does not read.
#[derive(Clone, Debug)]
pub(crate) struct Source(Arc<Mutex<Option<Incoming>>>);

impl Source {
    pub(crate) fn new(body: Incoming) -> Self {
        Self(Arc::new(Mutex::new(Some(body))))
    }

    /// Drops the body once its reader takes nothing for `limit`: its sender is then free.
    pub(crate) async fn drop_when_stalled(self, limit: Duration, progress: Progress) {
        progress.stalled(limit).await;
        drop(self.body().take());
    }

    /// Whether its reader has not had all of it, and has not given up.
    pub(crate) fn is_being_read(&self) -> bool {
        self.body().is_some()
    }

    fn body(&self) -> MutexGuard<'_, Option<Incoming>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The body that a peer sends, passed on as it comes. `filter` changes its trailers. `idle` limits the peer only: while
/// nobody reads, nothing is read from the peer either.
pub(crate) fn relayed(
    source: Source,
    idle: Duration,
    progress: Progress,
    filter: impl FnOnce(&mut HeaderMap) + Send + 'static,
) -> Body {
    if source.body().as_ref().is_none_or(Incoming::is_end_stream) {
        drop(source.body().take());
        progress.wait_for_reader();
        return empty();
    }
    let relayed = Relayed {
        source,
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
        source: Source,
        idle: Duration,
        progress: Progress,
        silence: Option<Pin<Box<Sleep>>>,
        // Whether `silence` runs.
        is_silent: bool,
        filter: Option<Box<dyn FnOnce(&mut HeaderMap) + Send>>,
    }

    // The reader drops it at its end, and where it gives up.
    impl PinnedDrop for Relayed {
        fn drop(this: Pin<&mut Self>) {
            drop(this.source.body().take());
            this.progress.wait_for_reader();
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
        let polled = match &mut *this.source.body() {
            Some(body) => Pin::new(body)
                .poll_frame(context)
                .map_err(BodyError::Connection),
            None => Poll::Ready(Some(Err(BodyError::Idle(*this.idle)))),
        };
        let Poll::Ready(frame) = polled else {
            this.progress.wait_for_sender();
            let end = Instant::now() + *this.idle;
            let silence = this
                .silence
                .get_or_insert_with(|| Box::pin(sleep_until(end)));
            if !*this.is_silent {
                silence.as_mut().reset(end);
                *this.is_silent = true;
            }
            ready!(silence.as_mut().poll(context));
            this.progress.fail(Failure::Idle);
            return Poll::Ready(Some(Err(BodyError::Idle(*this.idle))));
        };
        *this.is_silent = false;
        this.progress.wait_for_reader();
        Poll::Ready(frame.map(|frame| {
            let mut frame = frame.inspect_err(|_| this.progress.fail(Failure::Malformed))?;
            if let Some(trailers) = frame.trailers_mut()
                && let Some(filter) = this.filter.take()
            {
                filter(trailers);
            }
            Ok(frame)
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.source
            .body()
            .as_ref()
            .is_some_and(Incoming::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let body = self.source.body();
        body.as_ref()
            .map_or_else(SizeHint::default, Incoming::size_hint)
    }
}
