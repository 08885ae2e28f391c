//! The future of a layer that may answer a request itself.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Response;
use pin_project_lite::pin_project;

pin_project! {
    /// The response future of [`Required`](super::Required) and [`WithMetadata`](super::WithMetadata): a response of
    /// the layer, or that of the inner service.
    #[must_use = "futures do nothing unless polled"]
    pub struct AnsweredFuture<F, B> {
        #[pin]
        state: State<F, B>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<F, B> {
        Answered {
            // Taken when the future completes.
            response: Option<Response<B>>,
        },
        Serving {
            #[pin]
            called: F,
        },
    }
}

impl<F, B> AnsweredFuture<F, B> {
    pub(super) const fn answered(response: Response<B>) -> Self {
        let response = Some(response);
        Self {
            state: State::Answered { response },
        }
    }

    pub(super) const fn serving(called: F) -> Self {
        Self {
            state: State::Serving { called },
        }
    }
}

impl<F, B, E> Future for AnsweredFuture<F, B>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            // Polled after completion: a bug in the caller, but no reason to panic.
            StateProjection::Answered { response } => match response.take() {
                Some(response) => Poll::Ready(Ok(response)),
                None => Poll::Pending,
            },
            StateProjection::Serving { called } => called.poll(context),
        }
    }
}

impl<F, B> fmt::Debug for AnsweredFuture<F, B> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AnsweredFuture")
            .finish_non_exhaustive()
    }
}
