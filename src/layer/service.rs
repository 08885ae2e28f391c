//! The layer that wraps a guarded service around an inner one.

use std::fmt;

use http::HeaderValue;
use tower::Layer;

use super::guard_requirement::{GuardRequirement, Part};
use super::guarded::Guarded;
use super::inner::Inner;
use crate::guard::Guard;
use crate::rejection::Rejection;
use crate::require::{Require, RouteRequirements};
use crate::response::{PROBLEM_JSON, problem_json};

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
/// Every refusal is one `tracing` event of target `sender_constraint::guard`: `error` when a dependency is unavailable
/// or the set-up is wrong, `debug` when the request had no credentials, otherwise `warn`. Its fields are `kind`,
/// `reason`, `method`, `path` (without query), `peer` if the listener inserted one, and `client_id` if the token was
/// verified. At most 10 events of each kind are written per second; the next one reports in `suppressed` how many were
/// dropped. Each accepted request is a `debug` event (`request accepted`, or `request accepted without credentials`)
/// with the same fields of the request, `client_id`, and the proven thumbprints `jkt` and `x5t_s256`. The requests are
/// those of `request accepted` and `request refused`, one event each. Of the accepted ones, a route or a handler may
/// refuse some ([`require`](crate::require)): that is a second event, `accepted request refused`, with the fields and
/// levels of refusals. If a handler refused the request, the event has no `method`, `path` and `peer`, as
/// [`Access`](crate::Access) does not keep them: open a span for each request, as `TraceLayer` of `tower-http` does,
/// which shows them with the events inside of it. A handler or route that refuses a request *without* credentials,
/// which the guard accepted, writes no event; [`GuardLayer::require`] does.
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
    requirement: GuardRequirement,
}

impl Guard {
    /// Returns the guard as a tower layer.
    pub fn layer(&self) -> GuardLayer {
        GuardLayer {
            guard: self.clone(),
            error_body: (),
            access_in_responses: false,
            requirement: GuardRequirement::default(),
        }
    }
}

impl GuardLayer {
    /// Sets the body of responses to refused requests; status and all other headers stay the same. Responses to HEAD
    /// stay empty.
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
            requirement: self.requirement,
        }
    }

    /// Sets problem details (RFC 9457) as the body of responses to refused requests: status, and what the challenge
    /// says.
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
    pub(crate) const fn guard(&self) -> &Guard {
        &self.guard
    }

    pub(crate) const fn requirement(&self) -> &GuardRequirement {
        &self.requirement
    }

    /// Inserts the [`Access`](crate::Access) of accepted requests into the extensions of their responses too, where
    /// outer layers find it: for access logs and metrics, as the [`Rejection`] of refused requests. Off by default,
    /// since extensions are allocated for every response.
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

    /// Requires this of every request, in addition to what the guard does and before the inner service is called: for a
    /// guard around one route, or around routes with the same needs. Requests without credentials that the guard
    /// accepts ([`allow_anonymous_requests`](crate::GuardBuilder::allow_anonymous_requests)) are refused with 401.
    ///
    /// ```
    /// # use axum::{Router, routing::get};
    /// # use sender_constraint::require::Require;
    /// # fn example(guard: sender_constraint::Guard) -> Router {
    /// let read = guard.layer().require(Require::scopes(["accounts:read"])).scope_in_challenges();
    /// Router::new().route("/accounts", get(|| async { "data" })).route_layer(read)
    /// # }
    /// ```
    ///
    /// In addition to earlier calls, and to [`GuardLayer::requirements`].
    pub fn require(mut self, require: Require) -> Self {
        self.requirement.add(Part::Every(require));
        self
    }

    /// Requires of each route what the table says, and refuses every request whose route has no requirement, before the
    /// inner service is called: 403, with an event that names method and route (RFC 9700 section 2.3). It covers
    /// whatever is inside this layer, fallbacks and wrong methods included, which answer 403 instead of 404 and 405.
    ///
    /// ```
    /// # use axum::{Router, routing::get};
    /// # use sender_constraint::{ConfigError, Guard, require::{Require, RouteRequirements}};
    /// # fn example(guard: Guard) -> Result<Router, ConfigError> {
    /// let requirements = RouteRequirements::default()
    ///     .route("/accounts/{id}", Require::scopes(["accounts:read"]))?;
    /// let app = Router::new()
    ///     .route("/accounts/{id}", get(|| async { "data" }))
    ///     .route("/orders", get(|| async { "forgotten: always 403" }))
    ///     .layer(guard.layer().requirements(requirements));
    /// # Ok(app)
    /// # }
    /// ```
    ///
    /// # Deployment
    ///
    /// With axum, add the layer by `Router::layer` or `route_layer`: only these run after a route was matched. Around a
    /// whole router (`ServiceBuilder`), and with tonic and hyper, the path of the request is looked up as it is,
    /// without decoding: a spelling that is not in the table is refused.
    ///
    /// In addition to earlier calls, and to [`GuardLayer::require`].
    pub fn requirements(mut self, requirements: RouteRequirements) -> Self {
        self.requirement.add(Part::Routes(requirements));
        self
    }

    /// Names the scopes that the route requires in the 401 for a request without credentials (`scope`, RFC 6750
    /// section 3), so that a client requests the right token at first. Anyone can read it. By default only a client
    /// with a valid token learns them. It never names `acr_values` and `max_age`.
    pub fn scope_in_challenges(mut self) -> Self {
        self.requirement.names_scope = true;
        self
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
            requirement: self.requirement.clone(),
        }
    }
}

impl<S> Layer<S> for Guard {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Self::layer(self).layer(inner)
    }
}
