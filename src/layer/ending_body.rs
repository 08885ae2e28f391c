//! A response body that ends when the access of its request ends.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use crate::guard::AccessEnd;
use crate::response::grpc_end;

pin_project! {
    /// The body of a response that
    /// [`GuardLayer::end_responses_with_access`](crate::GuardLayer::end_responses_with_access) may end. Dropping it
    /// drops the inner body, and ends the polling for its end.
    pub struct EndingBody<B> {
        // None once the response has ended.
        #[pin]
        body: Option<B>,
        end: Option<Pin<Box<dyn Future<Output = AccessEnd> + Send>>>,
        is_grpc: bool,
    }
}

impl<B> EndingBody<B> {
    /// A body that is not ended.
    pub(super) const fn unlimited(body: B) -> Self {
        Self {
            body: Some(body),
            end: None,
            is_grpc: false,
        }
    }

    pub(super) fn until(
        body: B,
        end: Pin<Box<dyn Future<Output = AccessEnd> + Send>>,
        is_grpc: bool,
    ) -> Self {
        Self {
            body: Some(body),
            end: Some(end),
            is_grpc,
        }
    }
}

/// For layers outside of the guard that answer themselves, such as [`MetadataLayer`](crate::MetadataLayer).
impl<B: From<String>> From<String> for EndingBody<B> {
    fn from(text: String) -> Self {
        Self::unlimited(B::from(text))
    }
}

impl<B: Body> Body for EndingBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let mut this = self.project();
        // First, so that nothing is sent after the end.
        if let Some(end) = this.end
            && let Poll::Ready(end) = end.as_mut().poll(context)
        {
            *this.end = None;
            this.body.set(None);
            let trailers = this
                .is_grpc
                .then(|| Ok(Frame::trailers(grpc_trailers(&end))));
            return Poll::Ready(trailers);
        }
        let Some(body) = this.body.as_mut().as_pin_mut() else {
            return Poll::Ready(None);
        };
        let frame = ready!(body.poll_frame(context));
        match &frame {
            None => {
                *this.end = None;
                this.body.set(None);
            }
            // The last frame: no other trailers may follow.
            Some(Ok(frame)) if frame.is_trailers() => *this.end = None,
            Some(_) => {}
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.body, &self.end) {
            (None, _) => SizeHint::with_exact(0),
            (Some(body), None) => body.size_hint(),
            // It may end at any time.
            (Some(_), Some(_)) => SizeHint::default(),
        }
    }
}

impl<B> fmt::Debug for EndingBody<B> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("EndingBody").finish_non_exhaustive()
    }
}

/// An empty body, for a response that the guard writes.
impl<B: Default> Default for EndingBody<B> {
    fn default() -> Self {
        Self::unlimited(B::default())
    }
}

/// The trailers do not reveal why a token was denied.
fn grpc_trailers(end: &AccessEnd) -> http::HeaderMap {
    match end {
        AccessEnd::Denied(_) => grpc_end("16", "invalid_token: The access token is invalid"),
        AccessEnd::Expired => grpc_end("16", "invalid_token: The access token expired"),
        AccessEnd::Unavailable(_) => grpc_end("14", "the access token cannot be checked"),
    }
}
