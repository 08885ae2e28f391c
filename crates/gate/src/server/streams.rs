//! The requests of one HTTP/2 connection: how many are under way, and an end for those whose client does not read the
//! response.
//!
//! Flow control lets a client keep a response back for ever (RFC 9113 section 5.2): hyper then does not poll the body, and
//! writes nothing, so that neither a limit in the body nor one of the connection ends it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;
use hyper::rt::Executor;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::body::{Body, BodyError};
use crate::progress::Progress;

/// Runs each request as a task, and ends it with a reset if its client does not take a part of the response, of
/// [`MAX_PART`] or what is left, within the limit.
#[derive(Clone, Debug)]
pub(super) struct Streams {
    limit: Duration,
    under_way: watch::Sender<usize>,
}

impl Streams {
    pub(super) fn new(limit: Duration) -> Self {
        let (under_way, _) = watch::channel(0);
        Self { limit, under_way }
    }

    /// Completes when no request has been under way for the limit.
    pub(super) async fn idle(&self) {
        let mut under_way = self.under_way.subscribe();
        // The sender is `self`, so that neither can fail.
        while under_way.wait_for(|number| *number == 0).await.is_ok()
            && timeout(self.limit, under_way.changed()).await.is_ok()
        {}
    }
}

impl<F> Executor<F> for Streams
where
    F: Future<Output = ()> + Send + 'static,
{
    fn execute(&self, stream: F) {
        let (counted, limit) = (UnderWay::new(self.under_way.clone()), self.limit);
        tokio::spawn(async move {
            let progress = Progress::of_sender();
            tokio::select! {
                biased;
                () = RESPONSE.scope(progress.clone(), stream) => {}
                // Dropping the stream resets it.
                () = progress.stalled(limit) => {
                    tracing::debug!("the client reads no response: `limits.idle_seconds`");
                }
            }
            drop(counted);
        });
    }
}

/// Counts a request until it is dropped.
struct UnderWay(watch::Sender<usize>);

impl UnderWay {
    fn new(number: watch::Sender<usize>) -> Self {
        number.send_modify(|number| *number = number.saturating_add(1));
        Self(number)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0
            .send_modify(|number| *number = number.saturating_sub(1));
    }
}

/// Limits the time of the client to read each part of the body, if the request is one of [`Streams`].
pub(super) fn with_read_limit(response: Response<Body>) -> Response<Body> {
    let progress = RESPONSE.try_with(Clone::clone);
    let Ok(progress) = progress else {
        // HTTP/1.1, where a response that is not read fails a write.
        return response;
    };
    response.map(|body| {
        let parts = SplitBody {
            body,
            progress,
            rest: Bytes::new(),
        };
        parts.boxed_unsync()
    })
}

tokio::task_local! {
    /// The response of the request that a task of [`Streams`] serves.
    static RESPONSE: Progress;
}

/// A body in parts small enough that also a slow client takes one within the limit: hyper requests the next part once the
/// client has taken the whole of the last one.
struct SplitBody {
    body: Body,
    progress: Progress,
    rest: Bytes,
}

impl http_body::Body for SplitBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if self.rest.is_empty() {
            let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) else {
                self.progress.wait_for_sender();
                return Poll::Pending;
            };
            match frame.map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => self.rest = data,
                Some(Ok(Err(other))) => return Poll::Ready(Some(Ok(other))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
        self.progress.wait_for_reader();
        let length = self.rest.len().min(MAX_PART);
        let part = self.rest.split_to(length);
        Poll::Ready(Some(Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        if self.rest.is_empty() {
            self.body.size_hint()
        } else {
            SizeHint::default()
        }
    }
}

/// The size of a frame that every client takes (RFC 9113 section 4.2).
const MAX_PART: usize = 16_384;

#[cfg(test)]
mod tests {
    use std::future::pending;

    use http_body::Body as _;
    use tokio::time::{Instant, sleep};

    use super::*;
    use crate::body::full;

    const LIMIT: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn a_connection_is_idle_only_without_requests() {
        let (streams, start) = (Streams::new(LIMIT), Instant::now());
        streams.execute(sleep(5 * LIMIT));
        let later = streams.clone();
        tokio::spawn(async move {
            sleep(6 * LIMIT - Duration::from_secs(1)).await;
            // Short enough to end before another task has seen it begin.
            later.execute(async {});
        });
        streams.idle().await;
        assert_eq!(start.elapsed(), 7 * LIMIT - Duration::from_secs(1));
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_response_that_nobody_reads_ends() {
        for (is_read, expected) in [(true, true), (false, false)] {
            let streams = Streams::new(LIMIT);
            streams.execute(async move {
                let mut body = with_read_limit(Response::new(full("abc"))).into_body();
                drop(body.frame().await);
                if is_read {
                    drop(body.frame().await);
                    return;
                }
                pending::<()>().await;
            });
            let mut under_way = streams.under_way.subscribe();
            let ended = timeout(
                LIMIT - Duration::from_secs(1),
                under_way.wait_for(|it| *it == 0),
            );
            assert_eq!(ended.await.is_ok(), expected);
            let ended = timeout(Duration::from_secs(2), under_way.wait_for(|it| *it == 0));
            assert!(ended.await.is_ok());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_part_has_the_limit_and_not_each_byte() {
        let parts = 5;
        for (time, expected) in [
            (LIMIT - Duration::from_secs(1), parts),
            (LIMIT + Duration::from_secs(1), 1),
        ] {
            let streams = Streams::new(LIMIT);
            let (taken, mut seen) = watch::channel(0);
            streams.execute(async move {
                let text = "a".repeat(MAX_PART * parts);
                let mut body = with_read_limit(Response::new(full(text))).into_body();
                while let Some(part) = body.frame().await {
                    assert_eq!(part.unwrap().into_data().unwrap().len(), MAX_PART);
                    taken.send_modify(|taken| *taken += 1);
                    sleep(time).await;
                }
            });
            while seen.changed().await.is_ok() {}
            assert_eq!(*seen.borrow(), expected);
        }
    }

    #[tokio::test]
    async fn a_body_is_the_same_in_parts() {
        let text = "0123456789".repeat(5_000);
        let body = full(text.clone());
        let mut parts = SplitBody {
            body,
            progress: Progress::of_sender(),
            rest: Bytes::new(),
        };
        assert_eq!(parts.size_hint().exact(), Some(50_000));
        let mut collected = Vec::new();
        while let Some(frame) = parts.frame().await {
            let part = frame.unwrap().into_data().unwrap();
            assert!(part.len() <= MAX_PART);
            collected.extend_from_slice(&part);
            assert_eq!(parts.is_end_stream(), collected.len() == text.len());
        }
        assert_eq!(collected, text.as_bytes());
    }
}
