//! A requirement as a tower layer: around a route, inside the guard.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::request::Parts;
use http::{Request, Response};
use tower::{Layer, Service};

use super::answered::AnsweredFuture;
use super::listing::Listing;
use super::route::route_of;
use crate::access::Access;
use crate::observe::report_unguarded_requirement;
use crate::require::{InsufficientAccess, Require};
use crate::response::{Anonymous, misconfigured};

/// Refuses requests whose [`Access`] does not meet the requirement, with one log event each.
///
/// A request without credentials that the guard accepted
/// ([`allow_anonymous_requests`](crate::GuardBuilder::allow_anonymous_requests)) is answered with 401 and the
/// challenges of the guard. Without a guard around it, which is a mistake of the set-up, every request is answered with
/// 500, and an event of level `error` names the route.
impl<S> Layer<S> for Require {
    type Service = Required<S>;

    fn layer(&self, inner: S) -> Required<S> {
        Required {
            require: Arc::new(self.clone()),
            inner,
        }
    }
}

/// An inner service that is called only with requests that meet a [`Require`].
#[derive(Clone)]
pub struct Required<S> {
    require: Arc<Require>,
    inner: S,
}

impl<S> fmt::Debug for Required<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Required")
            .field("require", &self.require)
            .finish_non_exhaustive()
    }
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for Required<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: Default,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = AnsweredFuture<S::Future, ResBody>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let (head, body) = request.into_parts();
        match refusal(&self.require, &head) {
            None => AnsweredFuture::serving(self.inner.call(Request::from_parts(head, body))),
            Some(response) => AnsweredFuture::answered(response),
        }
    }
}

/// The response to a request that does not meet the requirement.
fn refusal<B: Default>(require: &Require, head: &Parts) -> Option<Response<B>> {
    let Some(access) = head.extensions.get::<Access>() else {
        return Some(without_access(head));
    };
    Listing::record(head, require);
    let rejection = require.check(access)?;
    access.guard().record(Some(head), &rejection);
    Some(InsufficientAccess::new(rejection, access).response())
}

fn without_access<B: Default>(head: &Parts) -> Response<B> {
    if let Some(anonymous) = head.extensions.get::<Anonymous>() {
        return anonymous.error_response(head);
    }
    report_unguarded_requirement(route_of(head));
    misconfigured()
}
