//! The layer, and the service that it wraps around an inner one.

use std::fmt;
use std::task::{Context, Poll};

use http::{HeaderValue, Request, Response};
use tower::{Layer, Service};

use super::future::ResponseFuture;
use super::inner::Inner;
use crate::guard::Guard;
use crate::rejection::Rejection;
use crate::response::{ErrorBody, PROBLEM_JSON, problem_json};

/// Inserts [`Access`](crate::Access) into the extensions of accepted requests. Answers other requests with an empty
/// body, and with the [`Rejection`] in the response's extensions for outer layers.
///
/// Every request is checked before it reaches the inner service, whatever its method. A CORS preflight is a request
/// like any other: without credentials it receives 401. Put the CORS layer outside this one, where it answers
/// preflights itself and adds its headers to refusals:
///
/// ```
/// # use axum::{Router, routing::get};
/// # use http::Method;
/// # fn example(guard: sender_constraint::Guard) -> Router {
/// use sender_constraint::cors::{EXPOSED_HEADERS, REQUEST_HEADERS};
/// use tower_http::cors::CorsLayer;
///
/// let cors = CorsLayer::new()
///     .allow_origin(["https://app.example.com".parse().unwrap()])
///     .allow_methods([Method::GET])
///     .allow_headers(REQUEST_HEADERS)
///     .expose_headers(EXPOSED_HEADERS);
/// // The last layer is the outermost.
/// Router::new().route("/accounts", get(|| async { "data" })).layer(guard.layer()).layer(cors)
/// # }
/// ```
///
/// Every refusal is one `tracing` event of target `sender_constraint::guard`: `error` when a dependency is unavailable or
/// the set-up is wrong, `debug` when the request had no credentials, otherwise `warn`. Its fields are `kind`,
/// `reason`, `method`, `path` (without query), `peer` if the listener inserted one, and `client_id` if the token was
/// verified. At most 10 events of each kind are written per second; the next one reports in `suppressed` how many were
/// dropped. Each accepted request is a `debug` event (`request accepted`, or `request accepted without credentials`)
/// with the same fields of the request, `client_id`, and the proven thumbprints `jkt` and `x5t_s256`.
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
#[derive(Clone)]
#[must_use]
pub struct GuardLayer<E = ()> {
    guard: Guard,
    error_body: E,
    access_in_responses: bool,
}

impl Guard {
    /// Returns the guard as a tower layer.
    pub fn layer(&self) -> GuardLayer {
        GuardLayer {
            guard: self.clone(),
            error_body: (),
            access_in_responses: false,
        }
    }
}

impl GuardLayer {
    /// Sets the body of responses to refused requests; status and all other headers stay the same. Responses to HEAD stay
    /// empty.
    ///
    /// ```
    /// # use http::HeaderValue;
    /// # fn example(guard: sender_constraint::Guard) {
    /// let html = HeaderValue::from_static("text/html");
    /// let layer = guard.layer().error_body(html, |rejection| {
    ///     axum::body::Body::from(format!("<h1>{}</h1>", rejection.status()))
    /// });
    /// # let _: axum::Router = axum::Router::new().layer(layer);
    /// # }
    /// ```
    pub fn error_body<B, F>(
        self,
        content_type: HeaderValue,
        body: F,
    ) -> GuardLayer<(HeaderValue, F)>
    where
        F: Fn(&Rejection) -> B,
    {
        GuardLayer {
            guard: self.guard,
            error_body: (content_type, body),
            access_in_responses: self.access_in_responses,
        }
    }

    /// Sets problem details (RFC 9457) as the body of responses to refused requests: status, and what the challenge says.
    ///
    /// ```
    /// # fn example(guard: sender_constraint::Guard) {
    /// let app: axum::Router = axum::Router::new().layer(guard.layer().problem_json());
    /// # drop(app);
    /// # }
    /// ```
    #[expect(clippy::type_complexity, reason = "an alias would hide the body type")]
    pub fn problem_json<B: From<String>>(self) -> GuardLayer<(HeaderValue, fn(&Rejection) -> B)> {
        self.error_body(PROBLEM_JSON, |rejection| problem_json(rejection).into())
    }
}

impl<E> GuardLayer<E> {
    pub(super) const fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Inserts the [`Access`](crate::Access) of accepted requests into the extensions of their responses too, where outer
    /// layers find it: for access logs and metrics, as the [`Rejection`] of refused requests. Off by default, since
    /// extensions are allocated for every response.
    ///
    /// ```
    /// # fn example(guard: sender_constraint::Guard) {
    /// use axum::response::Response;
    /// use sender_constraint::Access;
    ///
    /// let app: axum::Router = axum::Router::new()
    ///     .layer(guard.layer().access_in_responses())
    ///     .layer(axum::middleware::map_response(async |response: Response| {
    ///         let access = response.extensions().get::<Access>();
    ///         println!("{} for {:?}", response.status(), access.and_then(Access::client_id));
    ///         response
    ///     }));
    /// # drop(app);
    /// # }
    /// ```
    pub fn access_in_responses(self) -> Self {
        Self {
            access_in_responses: true,
            ..self
        }
    }
}

impl<E> fmt::Debug for GuardLayer<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("GuardLayer")
            .field("guard", &self.guard)
            .finish_non_exhaustive()
    }
}

impl<S, E: Clone> Layer<S> for GuardLayer<E> {
    type Service = Guarded<S, E>;

    fn layer(&self, inner: S) -> Guarded<S, E> {
        Guarded {
            guard: self.guard.clone(),
            error_body: self.error_body.clone(),
            inner: Inner::new(inner),
            access_in_responses: self.access_in_responses,
        }
    }
}

impl<S> Layer<S> for Guard {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Self::layer(self).layer(inner)
    }
}

/// An inner service that a [`Guard`] protects.
#[derive(Clone)]
pub struct Guarded<S, E = ()> {
    guard: Guard,
    error_body: E,
    inner: Inner<S>,
    access_in_responses: bool,
}

impl<S, E> fmt::Debug for Guarded<S, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Guarded")
            .field("guard", &self.guard)
            .finish_non_exhaustive()
    }
}

impl<S, E, ReqBody, ResBody> Service<Request<ReqBody>> for Guarded<S, E>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>> + Clone,
    E: ErrorBody<ResBody> + Clone,
    ResBody: Default,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = ResponseFuture<S, E, ReqBody>;

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
            self.error_body.clone(),
            self.access_in_responses,
        )
    }
}
