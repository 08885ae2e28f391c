//! Refusals after the check: with the challenges, the clock and the log of the guard that accepted the request.

use http::Response;
use http::request::Parts;

use super::check::Inner;
use crate::refuse::{Refuse, ResponseForm};
use crate::rejection::Rejection;
use crate::scope_hierarchy::ScopeHierarchy;
use crate::time::Timestamp;

impl Refuse for Inner {
    fn error_response(&self, rejection: &Rejection, form: ResponseForm) -> Response<()> {
        let now = self.policy.now();
        self.challenges.response_in_form(rejection, form, now)
    }

    fn now(&self) -> Timestamp {
        self.policy.now()
    }

    fn record(&self, head: Option<&Parts>, rejection: &Rejection) {
        let now = self.policy.now();
        self.log.refused_after_accept(head, rejection, now);
    }

    fn scope_hierarchy(&self) -> &ScopeHierarchy {
        &self.policy.scope_hierarchy
    }
}
