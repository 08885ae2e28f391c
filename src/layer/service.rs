//! The layer, and the service that it makes of another one.

use std::task::{Context, Poll};

use http::{HeaderValue, Request, Response};
use tower::{Layer, Service};

use super::future::ResponseFuture;
use super::inner::Inner;
use crate::guard::Guard;
use crate::refusal_body::{EmptyBody, RefusalBody, ShapedBody};
use crate::rejection::Rejection;

/// Inserts [`Access`](crate::Access) into the extensions of accepted requests. Answers the others with an empty body, and
/// with the [`Rejection`] in the extensions of the response for outer layers.
///
/// No request reaches the inner service without a verdict, whatever its method. A CORS preflight is a request like any
/// other: without credentials it is answered with 401. Put the CORS layer outside of this one; it answers preflights
/// itself, and adds its headers to refusals:
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
/// dependency is unavailable, `debug` when there were no usable credentials, else `warn`. Of each kind at most 10 events
/// are written in a second; the next one says in `suppressed` how many were left out. Method and path are for a span
/// around it. Accepted requests are a `debug` event.
///
/// # Deployment
///
/// The guarded service is always ready, and makes the inner service ready after the verdict: a request that waits for
/// keys holds no slot of a concurrency limit inside. Put `load_shed` inside of the guard too; outside it would see no
/// load.
///
/// Below axum's `nest`, paths that no route matches are answered by the router outside, without a guard and without a
/// handler: a fallback that answers more than 404 needs the layer outside. Layers that repeat requests (retry, hedge)
/// belong inside: a proof is good for one request.
#[derive(Clone, Debug)]
#[must_use]
pub struct GuardLayer<H = EmptyBody> {
    guard: Guard,
    body: H,
}

impl Guard {
    /// The guard as a tower layer.
    pub fn layer(&self) -> GuardLayer {
        GuardLayer {
            guard: self.clone(),
            body: EmptyBody,
        }
    }
}

impl GuardLayer {
    /// Shapes the body of refusals; status and all other headers stay as they are.
    ///
    /// The body is visible to the client: [`Rejection::kind`] and `Display` are for operators.
    /// Answers to HEAD stay empty.
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

/// An inner service and the [`Guard`] around it.
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

    /// Always ready: a refused request needs nothing of the inner service, and one that waits for keys must not hold its
    /// slot.
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
