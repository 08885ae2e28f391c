//! Wraps the inner service in a type that calls it with admitted requests only: no request bypasses the check, whatever
//! its method (RFC 9449 section 7.1; a CORS preflight is a request like any other).

use std::task::{Context, Poll};

use http::Request;
use http::request::Parts;
use tower::Service;

use crate::response::OptionalAdmission;

/// A request that the guard accepted.
#[derive(Debug)]
pub(super) struct Admitted<B> {
    request: Request<B>,
    admission: OptionalAdmission,
}

impl<B> Admitted<B> {
    /// Inserts the [`Access`](crate::Access), or [`Anonymous`](crate::Anonymous), into the extensions. Only a guard
    /// creates an [`OptionalAdmission`], and only for a request that it accepted.
    pub(super) fn new(mut head: Parts, body: B, admission: OptionalAdmission) -> Self {
        if let Some(access) = admission.access() {
            head.extensions.insert(access.clone());
        }
        if let Some(anonymous) = admission.as_anonymous() {
            head.extensions.insert(anonymous.clone());
        }
        Self {
            request: Request::from_parts(head, body),
            admission,
        }
    }
}

/// The service that the guard protects.
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

    /// The only call of the inner service, which must be ready. The admission is for its response.
    pub(super) fn serve<B>(&mut self, admitted: Admitted<B>) -> (S::Future, OptionalAdmission)
    where
        S: Service<Request<B>>,
    {
        (self.0.call(admitted.request), admitted.admission)
    }
}
