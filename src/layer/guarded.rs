//! The guarded service: checks a request, and calls the inner service if it is accepted.

use std::fmt;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower::Service;

use super::future::ResponseFuture;
use super::guard_requirement::GuardRequirement;
use super::inner::Inner;
use crate::guard::Guard;
use crate::response::ErrorBody;

/// An inner service that a [`Guard`] protects.
#[derive(Clone)]
pub struct Guarded<S, E = ()> {
    pub(super) guard: Guard,
    pub(super) error_body: E,
    pub(super) inner: Inner<S>,
    pub(super) access_in_responses: bool,
    pub(super) requirement: GuardRequirement,
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
            self.requirement.clone(),
        )
    }
}
