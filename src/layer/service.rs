//! The layer, and the service that it wraps around an inner one.

use std::task::{Context, Poll};

use http::{HeaderValue, Request, Response};
use tower::{Layer, Service};

use super::future::ResponseFuture;
use super::inner::Inner;
use crate::guard::Guard;
use crate::refusal_body::{EmptyBody, RefusalBody, ShapedBody};
use crate::rejection::Rejection;

/// Inserts [`Access`](crate::Access) into the extensions of accepted requests. Answers other requests with an empty
/// body, and with the [`Rejection`] in the response's extensions for outer layers.
///
/// Every request is checked before it reaches the inner service, whatever its method. A CORS preflight is a request
/// like any other: without credentials it receives 401. Put the CORS layer outside this one, where it answers
/// preflights itself and adds its headers to refusals:
///
/// ```
/// # use axum::{Router, routing::get};
/// # use http::{Method, header::{AUTHORIZATION, WWW_AUTHENTICATE}};
/// # fn example(guard: sender_constraint::Guard) -> Router {
/// use tower_http::cors::CorsLayer;
///
/// let cors = CorsLayer::new()
///     .allow_origin(["https://app.example.com".parse().unwrap()])
///     .allow_methods([Method::GET])
///     .allow_headers([AUTHORIZATION, "dpop".parse().unwrap()])
///     .expose_headers([WWW_AUTHENTICATE]);
/// // The last layer is the outermost.
/// Router::new().route("/accounts", get(|| async { "data" })).layer(guard.layer()).layer(cors)
/// # }
/// ```
///
/// Every refusal is one `tracing` event of target `sender_constraint::guard`, with `kind` and `reason`: `error` when a
/// dependency is unavailable, `debug` when the request had no usable credentials, otherwise `warn`. At most 10 events
/// of each kind are written per second; the next one reports in `suppressed` how many were dropped. Method and path
/// belong in an enclosing span. Each accepted request is a `debug` event.
///
/// # Deployment
///
/// The guarded service is always ready, and waits for the inner service to become ready only after the check: a request
/// that waits for keys holds no slot of an inner concurrency limit. Put `load_shed` inside the guard too; outside, it
/// would see no load.
///
/// Below axum's `nest`, the outer router answers paths that no route matches, without the guard and without a handler:
/// a fallback that answers with more than 404 needs the layer outside. Layers that repeat requests (retry, hedge)
/// belong inside: a proof is valid for one request.
#[derive(Clone, Debug)]
#[must_use]
pub struct GuardLayer<H = EmptyBody> {
    guard: Guard,
    body: H,
}

impl Guard {
    /// Wraps the guard as a tower layer.
    pub fn layer(&self) -> GuardLayer {
        GuardLayer {
            guard: self.clone(),
            body: EmptyBody,
        }
    }
}

impl GuardLayer {
    /// Sets the body of refusals; status and all other headers are unchanged.
    ///
    /// The body is visible to the client: [`Rejection::kind`] and `Display` are for operators. Responses to HEAD stay
    /// empty.
    ///
    /// ```
    /// # use http::HeaderValue;
    /// # fn example(guard: sender_constraint::Guard) {
    /// let problem = HeaderValue::from_static("application/problem+json");
    /// let layer = guard.layer().refusal_body(problem, |_rejection| {
    ///     axum::body::Body::from(r#"{"title":"See WWW-Authenticate"}"#)
    /// });
    /// # drop(layer.clone());
    /// # let _: axum::Router = axum::Router::new().layer(layer);
    /// # }
    /// ```
    pub fn refusal_body<F, B>(
        self,
        content_type: HeaderValue,
        shape: F,
    ) -> GuardLayer<ShapedBody<F>>
    where
        F: Fn(&Rejection) -> B,
    {
        GuardLayer {
            guard: self.guard,
            body: ShapedBody::new(content_type, shape),
        }
    }
}

impl<S, H: Clone> Layer<S> for GuardLayer<H> {
    type Service = Guarded<S, H>;

    fn layer(&self, inner: S) -> Guarded<S, H> {
        Guarded {
            guard: self.guard.clone(),
            body: self.body.clone(),
            inner: Inner::new(inner),
        }
    }
}

/// An inner service, and the [`Guard`] that protects it.
#[derive(Clone, Debug)]
pub struct Guarded<S, H = EmptyBody> {
    guard: Guard,
    body: H,
    inner: Inner<S>,
}

impl<S, H, ReqBody, ResBody> Service<Request<ReqBody>> for Guarded<S, H>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    H: RefusalBody<ResBody> + Clone,
    ResBody: Default,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S, H, ReqBody>;

    /// Always ready: a refused request needs nothing from the inner service, and a request that waits for keys must not
    /// hold a slot of it.
    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        // The clone is made ready before it is called; `self.inner` never is.
        ResponseFuture::new(
            self.guard.clone(),
            request,
            self.inner.clone(),
            self.body.clone(),
        )
    }
}
