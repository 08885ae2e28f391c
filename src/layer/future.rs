//! The future of a guarded request: check, make the inner service ready, call it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::request::Parts;
use http::{Request, Response};
use pin_project_lite::pin_project;
use tower::Service;

use super::guard_requirement::{GuardRequirement, Refused};
use super::inner::{Admitted, Inner};
use super::respond::refuse;
use crate::guard::Guard;
use crate::response::{ErrorBody, OptionalAdmission};

pin_project! {
    /// The response future of [`Guarded`](super::Guarded).
    #[must_use = "futures do nothing unless polled"]
    pub struct ResponseFuture<S, E, ReqBody>
    where
        S: Service<Request<ReqBody>>,
    {
        #[pin]
        state: State<S, E, ReqBody>,
        // Whether the response gets the `Access`.
        access_in_responses: bool,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<S, E, ReqBody>
    where
        S: Service<Request<ReqBody>>,
    {
        Checking {
            check: Pin<Box<dyn Future<Output = Checked> + Send>>,
            // Taken when the check completes.
            waiting: Option<(Inner<S>, ReqBody)>,
            error_body: E,
        },
        Readying {
            inner: Inner<S>,
            // Taken when the inner service is ready.
            admitted: Option<Admitted<ReqBody>>,
        },
        Serving {
            #[pin]
            called: S::Future,
            // Taken when the inner service has responded.
            admission: Option<OptionalAdmission>,
        },
        Done,
    }
}

/// The result of the check: the head, and the admission or rejection.
struct Checked {
    guard: Guard,
    head: Parts,
    verdict: Result<OptionalAdmission, Box<Refused>>,
}

impl<S, E, ReqBody> ResponseFuture<S, E, ReqBody>
where
    S: Service<Request<ReqBody>>,
{
    /// Starts nothing before the first poll.
    pub(super) fn new(
        guard: Guard,
        request: Request<ReqBody>,
        inner: Inner<S>,
        error_body: E,
        access_in_responses: bool,
        requirement: GuardRequirement,
    ) -> Self {
        let (mut head, body) = request.into_parts();
        let check = Box::pin(async move {
            let verdict = guard.check_optional(&mut head).await;
            let verdict = requirement.apply(&guard, &head, verdict);
            Checked {
                guard,
                head,
                verdict,
            }
        });
        Self {
            state: State::Checking {
                check,
                waiting: Some((inner, body)),
                error_body,
            },
            access_in_responses,
        }
    }
}

impl<S, E, ReqBody, ResBody> Future for ResponseFuture<S, E, ReqBody>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    E: ErrorBody<ResBody>,
    ResBody: Default,
{
    type Output = Result<Response<ResBody>, S::Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut state = this.state;
        loop {
            let next = match state.as_mut().project() {
                StateProjection::Checking {
                    check,
                    waiting,
                    error_body,
                } => {
                    let checked = ready!(check.as_mut().poll(context));
                    let (guard, head) = (checked.guard, checked.head);
                    match (checked.verdict, waiting.take()) {
                        (Ok(admission), Some((inner, body))) => State::Readying {
                            inner,
                            admitted: Some(Admitted::new(head, body, admission)),
                        },
                        (Err(refused), _) => {
                            let response = refuse(&guard, &head, *refused, error_body);
                            state.set(State::Done);
                            return Poll::Ready(Ok(response));
                        }
                        // Only this arm takes `waiting`, and it changes the state at once.
                        (Ok(_), None) => State::Done,
                    }
                }
                StateProjection::Readying { inner, admitted } => {
                    if let Err(error) = ready!(inner.poll_ready(context)) {
                        state.set(State::Done);
                        return Poll::Ready(Err(error));
                    }
                    match admitted.take() {
                        Some(request) => {
                            let (called, admission) = inner.serve(request);
                            let admission = Some(admission);
                            State::Serving { called, admission }
                        }
                        None => State::Done,
                    }
                }
                StateProjection::Serving { called, admission } => {
                    let mut served = ready!(called.poll(context));
                    if let (Ok(response), Some(admission)) = (&mut served, admission.take()) {
                        if let Some(access) = admission.access()
                            && *this.access_in_responses
                        {
                            response.extensions_mut().insert(access.clone());
                        }
                        admission.finish(response.headers_mut());
                    }
                    return Poll::Ready(served);
                }
                // Polled after completion: a bug in the caller, but no reason to panic.
                StateProjection::Done => return Poll::Pending,
            };
            state.set(next);
        }
    }
}

impl<S, E, ReqBody> fmt::Debug for ResponseFuture<S, E, ReqBody>
where
    S: Service<Request<ReqBody>>,
{
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ResponseFuture")
            .finish_non_exhaustive()
    }
}
