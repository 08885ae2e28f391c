//! Responses and WebSockets that end with the token of their request (RFC 9068 section 4).

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::BodyExt as _;
use sender_constraint::AccessEnd;

use crate::body::{Body, BodyError};

/// Completes when the token of a request expires or is denied.
pub(super) type End = Pin<Box<dyn Future<Output = AccessEnd> + Send>>;

/// How a response is ended, so that its client does not take a part of it for the whole.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    /// Another body is incomplete: the connection ends, or the stream is reset.
    Abort,
    /// A stream of events may end at any time; the client connects again.
    Events,
    /// The status of the call.
    Grpc,
}

impl Form {
    fn of(headers: &HeaderMap) -> Self {
        let value = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        let value = value.unwrap_or_default().to_ascii_lowercase();
        if value.starts_with(b"application/grpc") {
            Self::Grpc
        } else if value.starts_with(b"text/event-stream") {
            Self::Events
        } else {
            Self::Abort
        }
    }
}

/// The body, until `end`. One of known length ends by itself.
pub(super) fn until(body: Body, headers: &HeaderMap, end: Option<End>) -> Body {
    let has_length = headers.contains_key(CONTENT_LENGTH) || body.is_end_stream();
    match end {
        Some(end) if !has_length => Ending {
            body,
            end: Some(end),
            form: Form::of(headers),
        }
        .boxed_unsync(),
        _ => body,
    }
}

/// Writes that a response or a WebSocket was ended.
pub(super) fn report(end: &AccessEnd) {
    tracing::info!(reason = %end, "ended with its token: `policy.let_responses_outlive_tokens`");
}

struct Ending {
    body: Body,
    /// `None` once the response has ended.
    end: Option<End>,
    form: Form,
}

impl http_body::Body for Ending {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Some(end) = &mut self.end else {
            return Poll::Ready(None);
        };
        // First, so that nothing is sent after the end.
        if let Poll::Ready(end) = end.as_mut().poll(context) {
            report(&end);
            self.end = None;
            self.body = crate::body::empty();
            return Poll::Ready(match self.form {
                Form::Abort => Some(Err(BodyError::AccessEnded)),
                Form::Events => None,
                Form::Grpc => Some(Ok(Frame::trailers(grpc_status(&end)))),
            });
        }
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.end.is_none() || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

/// UNAUTHENTICATED, or UNAVAILABLE if it is unknown whether the token is denied.
fn grpc_status(end: &AccessEnd) -> HeaderMap {
    let (status, message) = match end {
        AccessEnd::Expired => ("16", "invalid_token: The access token expired"),
        AccessEnd::Unavailable(_) => ("14", "the access token cannot be checked"),
        _ => ("16", "invalid_token: The access token is invalid"),
    };
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static(status));
    trailers.insert("grpc-message", HeaderValue::from_static(message));
    trailers
}
