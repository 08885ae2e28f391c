//! The inner service behind a type that calls it with admitted requests only: no request reaches it unjudged,
//! whatever its method (RFC 9449 section 7.1; a CORS preflight is a request like any other).

use std::task::{Context, Poll};

use http::Request;
use http::request::Parts;
use tower::Service;

use crate::access::Access;

/// A request that the guard accepted.
#[derive(Debug)]
pub(super) struct Admitted<B>(Request<B>);

impl<B> Admitted<B> {
    /// Inserts `access` into the extensions. Only a guard makes an [`Access`], and only for a request that it accepted.
    pub(super) fn new(mut head: Parts, body: B, access: &Access) -> Self {
        head.extensions.insert(access.clone());
        Self(Request::from_parts(head, body))
    }
}

/// The service around which the guard stands.
#[derive(Clone, Debug)]
pub(super) struct Inner<S>(S);

impl<S> Inner<S> {
    pub(super) const fn new(service: S) -> Self {
        Self(service)
    }

    pub(super) fn poll_ready<B>(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>>
    where
        S: Service<Request<B>>,
    {
        self.0.poll_ready(context)
    }

    /// The only call of the inner service. It must have been ready.
    pub(super) fn serve<B>(&mut self, request: Admitted<B>) -> S::Future
    where
        S: Service<Request<B>>,
    {
        self.0.call(request.0)
    }
}
