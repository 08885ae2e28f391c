//! The guard as a tower layer: the only file that names tower.
//!
//! The body of a request is never touched, and nothing is asked of it.

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, CONTENT_TYPE, ORIGIN};
use http::request::Parts;
use http::{HeaderValue, Method, Request, Response};
use pin_project_lite::pin_project;
use tower::{Layer, Service};

use crate::access::Access;
use crate::credentials;
use crate::excerpt::Excerpt;
use crate::guard::Guard;
use crate::proof::has_proof;
use crate::refusal_body::{EmptyBody, RefusalBody, ShapedBody};
use crate::rejection::{Rejection, Unavailable};
use crate::replay::ReplayError;

/// Guards a service: [`Access`] goes into the extensions of requests that pass; the others are answered
/// with an empty body, and with the [`Rejection`] in the extensions of the response for outer layers.
///
/// CORS preflights (`OPTIONS` with `Origin` and `Access-Control-Request-Method`, and no credentials) pass
/// without [`Access`]; a layer behind that changes the method of requests must leave them alone.
///
/// Every refusal is one `tracing` event of target `sender_constraint::layer`, with `kind` and `reason`: `error` when
/// something of ours does not answer, `debug` when there were no usable credentials, else `warn`. Method and path are
/// for a span around it. Accepted requests are a `debug` event.
///
/// # Deployment
///
/// Below axum's `nest`, paths that no route matches are answered by the router outside, without a guard and without a
/// handler: a fallback that answers more than 404 needs the layer outside. A CORS layer belongs outside of this one, so that refusals carry its headers too. Layers that repeat
/// requests (retry, hedge) belong inside: a proof is good for one request.
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
    /// What is written there reaches strangers: [`Rejection::kind`] and `Display` are for operators.
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
            inner,
        }
    }
}

/// A service behind a [`Guard`].
#[derive(Clone, Debug)]
pub struct Guarded<S, H = EmptyBody> {
    guard: Guard,
    body: H,
    inner: S,
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

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        // The service that said it was ready is the one to call; its clone is not
        // (https://docs.rs/tower/latest/tower/trait.Service.html#be-careful-when-cloning-inner-services).
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let (mut head, body) = request.into_parts();
        if is_preflight(&head) {
            self.guard.hide_certificates(&mut head.headers);
            let called = inner.call(Request::from_parts(head, body));
            return ResponseFuture {
                state: State::Serving {
                    called,
                    guard: self.guard.clone(),
                    access: None,
                },
            };
        }
        let guard = self.guard.clone();
        let check = Box::pin(async move {
            let verdict = guard.check(&mut head).await;
            Checked {
                guard,
                head,
                verdict,
            }
        });
        ResponseFuture {
            state: State::Checking {
                check,
                request_body: Some(body),
                refusal_body: self.body.clone(),
                inner,
            },
        }
    }
}

/// What the check gives back: the head, and whether it may pass.
struct Checked {
    guard: Guard,
    head: Parts,
    verdict: Result<Access, Rejection>,
}

pin_project! {
    /// The response of a guarded service.
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<S, H, ReqBody>
    where
        S: Service<Request<ReqBody>>,
    {
        #[pin]
        state: State<S, H, ReqBody>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, H, ReqBody>
    where
        S: Service<Request<ReqBody>>,
    {
        Checking {
            check: Pin<Box<dyn Future<Output = Checked> + Send>>,
            request_body: Option<ReqBody>,
            refusal_body: H,
            inner: S,
        },
        Serving {
            #[pin]
            called: S::Future,
            guard: Guard,
            access: Option<Access>,
        },
        Refused,
    }
}

impl<S, H, ReqBody, ResBody> Future for ResponseFuture<S, H, ReqBody>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    H: RefusalBody<ResBody>,
    ResBody: Default,
{
    type Output = Result<Response<ResBody>, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let outcome = match state.as_mut().project() {
                StateProjection::Serving {
                    called,
                    guard,
                    access,
                } => {
                    let mut served = ready!(called.poll(context));
                    if let Ok(response) = &mut served {
                        guard.finish(access.as_ref(), response.headers_mut());
                    }
                    return Poll::Ready(served);
                }
                StateProjection::Checking {
                    check,
                    request_body,
                    refusal_body,
                    inner,
                } => {
                    let checked = ready!(check.as_mut().poll(context));
                    match (checked.verdict, request_body.take()) {
                        (Ok(access), Some(body)) => {
                            let request = admit(checked.head, body, &access);
                            Ok((inner.call(request), checked.guard, access))
                        }
                        (Err(rejection), _) => {
                            let (guard, head) = (&checked.guard, &checked.head);
                            Err(refuse(guard, head, rejection, refusal_body))
                        }
                        // Polled again after it was ready.
                        (Ok(_), None) => return Poll::Pending,
                    }
                }
                StateProjection::Refused => return Poll::Pending,
            };
            match outcome {
                Ok((called, guard, access)) => state.set(State::Serving {
                    called,
                    guard,
                    access: Some(access),
                }),
                Err(refusal) => {
                    state.set(State::Refused);
                    return Poll::Ready(Ok(refusal));
                }
            }
        }
    }
}

impl<S, H, ReqBody> fmt::Debug for ResponseFuture<S, H, ReqBody>
where
    S: Service<Request<ReqBody>>,
{
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ResponseFuture")
            .finish_non_exhaustive()
    }
}

fn admit<B>(mut head: Parts, body: B, access: &Access) -> Request<B> {
    // The issuer vouches for the name, not for its fitness in a log.
    let client_id = || {
        access
            .client_id()
            .map(Excerpt::of)
            .map(tracing::field::display)
    };
    if access.is_by_successor() {
        let sender = access.sender();
        tracing::info!(
            client_id = client_id(),
            ?sender,
            "request accepted by a declared succession"
        );
    } else {
        tracing::debug!(client_id = client_id(), "request accepted");
    }
    head.extensions.insert(access.clone());
    Request::from_parts(head, body)
}

fn refuse<B: Default>(
    guard: &Guard,
    head: &Parts,
    rejection: Rejection,
    shape: &impl RefusalBody<B>,
) -> Response<B> {
    log(&rejection);
    let mut response = guard.refusal(&rejection, head);
    if head.method != Method::HEAD && !response.headers().contains_key(CONTENT_TYPE) {
        let (body, content_type) = shape.body(&rejection);
        *response.body_mut() = body;
        response
            .headers_mut()
            .extend(content_type.map(|value| (CONTENT_TYPE, value)));
    }
    response.extensions_mut().insert(rejection);
    response
}

fn log(rejection: &Rejection) {
    let kind = rejection.kind();
    match rejection {
        // One client's doing: not for those who watch for outages.
        Rejection::Unavailable(Unavailable::Replay(ReplayError::ClientShareUsed { .. })) => {
            tracing::warn!(kind, reason = %rejection, "request refused");
        }
        Rejection::Unavailable(_) => tracing::error!(kind, reason = %rejection, "request refused"),
        Rejection::Credentials(_) => tracing::debug!(kind, reason = %rejection, "request refused"),
        _ => tracing::warn!(kind, reason = %rejection, "request refused"),
    }
}

/// A browser asks before a cross-origin request; it never sends credentials along (Fetch, "CORS-preflight fetch").
fn is_preflight(head: &Parts) -> bool {
    let headers = &head.headers;
    head.method == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
        && !credentials::are_present(headers)
        && !has_proof(headers)
}
