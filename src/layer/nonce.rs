//! A layer that sets `DPoP-Nonce` on every response, also of routes without a guard (RFC 9449 section 8.2).

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::guard::Guard;
use crate::response::NewNonce;

/// Sets a new `DPoP-Nonce` on every response of a service, in place of any other, with `Cache-Control: no-store`. Does
/// nothing unless the guard has [`nonces`](crate::proof::Dpop::nonces).
///
/// **This layer protects nothing**: every request reaches the service. It is for routes that a client calls before the
/// guarded ones, such as a start page or a nonce endpoint, so that its first guarded request succeeds.
///
/// ```
/// # use axum::{Router, routing::get};
/// # fn example(guard: sender_constraint::Guard) -> Router {
/// let public = Router::new().route("/", get(|| async { "welcome" })).layer(guard.nonce_layer());
/// let app = Router::new().route("/accounts", get(|| async { "data" })).layer(guard.layer());
/// app.merge(public)
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct NonceLayer {
    guard: Guard,
}

impl Guard {
    /// Returns a layer that sets a nonce on every response, for routes without a guard.
    pub fn nonce_layer(&self) -> NonceLayer {
        NonceLayer {
            guard: self.clone(),
        }
    }
}

impl<S> Layer<S> for NonceLayer {
    type Service = NonceService<S>;

    fn layer(&self, inner: S) -> NonceService<S> {
        NonceService {
            guard: self.guard.clone(),
            inner,
        }
    }
}

/// A service whose responses have a nonce.
#[derive(Clone, Debug)]
pub struct NonceService<S> {
    guard: Guard,
    inner: S,
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for NonceService<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = NonceFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (head, body) = request.into_parts();
        let nonce = Some(self.guard.new_nonce(&head));
        NonceFuture {
            response: self.inner.call(Request::from_parts(head, body)),
            nonce,
        }
    }
}

pin_project! {
    /// The response future of [`NonceService`].
    #[must_use = "futures do nothing unless polled"]
    pub struct NonceFuture<F> {
        #[pin]
        response: F,
        // Taken when the service has responded.
        nonce: Option<NewNonce>,
    }
}

impl<F, B, E> Future for NonceFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let mut response = ready!(this.response.poll(context));
        if let (Ok(response), Some(nonce)) = (&mut response, this.nonce.take()) {
            nonce.finish(response.headers_mut());
        }
        Poll::Ready(response)
    }
}

impl<F> fmt::Debug for NonceFuture<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("NonceFuture")
            .finish_non_exhaustive()
    }
}
