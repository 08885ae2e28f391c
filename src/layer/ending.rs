//! The guard as a layer that also ends long responses, when the access that they were started with ends.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::header::CONTENT_LENGTH;
use http::{Request, Response};
use http_body::Body;
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use super::ending_body::EndingBody;
use super::guarded::Guarded;
use super::service::GuardLayer;
use crate::access::Access;
use crate::guard::Guard;
use crate::observe::report_access_end;
use crate::response::is_grpc_content;

/// A [`GuardLayer`] that ends responses with their access. Created by [`GuardLayer::end_responses_with_access`].
#[derive(Clone, Debug)]
#[must_use]
pub struct EndingLayer<E = ()>(GuardLayer<E>);

impl<E> GuardLayer<E> {
    /// Ends responses of unknown length, such as server-sent events and gRPC streams, when the token of their request
    /// expires or is denied: see [`Guard::access_end`].
    ///
    /// The body ends as if the handler had ended it; a gRPC response with the status 16 (UNAUTHENTICATED), or 14
    /// (UNAVAILABLE) if it is unknown whether the token is denied. A client connects again, with a new token and a new
    /// proof. Nothing else is written to it.
    ///
    /// Each end is an `info` event with the reason and the `client_id`, at most 10 in a second.
    ///
    /// Not ended are responses of known length, which end by themselves; a connection that was upgraded, and a request
    /// whose response has not begun, such as a client-streaming call: there the handler calls [`Guard::access_end`].
    ///
    /// It is the last option: what the guard requires ([`GuardLayer::require`]) is set before it.
    ///
    /// Off by default, since it allocates for every such response, and leaves the [`Access`] in the response's
    /// extensions, as [`GuardLayer::access_in_responses`] does.
    ///
    /// ```
    /// # use std::convert::Infallible;
    /// # use axum::{Router, routing::get};
    /// # use axum::response::sse::{Event, Sse};
    /// # use tokio_stream::{Stream, StreamExt as _};
    /// async fn events() -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    ///     Sse::new(tokio_stream::pending()).keep_alive(Default::default())
    /// }
    ///
    /// # fn example(guard: sender_constraint::Guard) {
    /// let app: Router = Router::new()
    ///     .route("/events", get(events))
    ///     .layer(guard.layer().end_responses_with_access());
    /// # drop(app);
    /// # }
    /// ```
    pub fn end_responses_with_access(self) -> EndingLayer<E> {
        EndingLayer(self.access_in_responses())
    }
}

impl<S, E: Clone> Layer<S> for EndingLayer<E> {
    type Service = Ending<Guarded<S, E>>;

    fn layer(&self, inner: S) -> Self::Service {
        Ending {
            guard: self.0.guard().clone(),
            guarded: self.0.layer(inner),
        }
    }
}

/// A guarded service whose long responses end with their access.
#[derive(Clone)]
pub struct Ending<S> {
    guard: Guard,
    guarded: S,
}

impl<S> fmt::Debug for Ending<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Ending")
            .field("guard", &self.guard)
            .finish_non_exhaustive()
    }
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for Ending<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: Body,
{
    type Response = Response<EndingBody<ResBody>>;
    type Error = S::Error;
    type Future = EndingFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.guarded.poll_ready(context)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        EndingFuture {
            guard: self.guard.clone(),
            called: self.guarded.call(request),
        }
    }
}

pin_project! {
    /// The response future of [`Ending`].
    #[must_use = "futures do nothing unless polled"]
    pub struct EndingFuture<F> {
        guard: Guard,
        #[pin]
        called: F,
    }
}

impl<F, B, E> Future for EndingFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
{
    type Output = Result<Response<EndingBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.called.poll(context))?;
        Poll::Ready(Ok(ending(this.guard, response)))
    }
}

impl<F> fmt::Debug for EndingFuture<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("EndingFuture")
            .finish_non_exhaustive()
    }
}

/// Lets the response end with the access that the guard left in its extensions; a refusal has none.
fn ending<B: Body>(guard: &Guard, response: Response<B>) -> Response<EndingBody<B>> {
    let (head, body) = response.into_parts();
    let has_length = head.headers.contains_key(CONTENT_LENGTH)
        || body.size_hint().exact().is_some()
        || body.is_end_stream();
    let access = head.extensions.get::<Access>();
    let body = match access.filter(|_| !has_length) {
        None => EndingBody::unlimited(body),
        Some(access) => {
            let (end, access) = (guard.access_end(access), access.clone());
            let end = async move {
                let end = end.await;
                report_access_end(&access, &end);
                end
            };
            EndingBody::until(body, Box::pin(end), is_grpc_content(&head.headers))
        }
    };
    Response::from_parts(head, body)
}
