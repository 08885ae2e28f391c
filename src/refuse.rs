//! Refusals of requests that a guard accepted before: a route or a handler requires more than the guard does.

use std::fmt;

use http::Response;
use http::request::Parts;

use crate::rejection::Rejection;
use crate::scope_hierarchy::ScopeHierarchy;
use crate::time::Timestamp;

/// The guard that accepted a request: how it refuses one, and what it knows about scopes.
pub(crate) trait Refuse: fmt::Debug + Send + Sync {
    /// Builds the response, with an empty body.
    fn error_response(&self, rejection: &Rejection, form: ResponseForm) -> Response<()>;

    fn now(&self) -> Timestamp;

    /// Writes one log event. A handler has no head to show.
    fn record(&self, head: Option<&Parts>, rejection: &Rejection);

    fn scope_hierarchy(&self) -> &ScopeHierarchy;
}

/// What of a request determines the form of its refusal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResponseForm {
    /// A script of another origin may read the response.
    pub(crate) is_cross_origin: bool,
    pub(crate) is_grpc: bool,
    /// The resource whose metadata the challenges name: 0 for the guard as a whole, otherwise its part.
    pub(crate) resource: usize,
}
