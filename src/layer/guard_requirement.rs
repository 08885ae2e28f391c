//! What a guard's layer requires of the requests that it accepts, before the inner service sees them.

use std::sync::Arc;

use http::request::Parts;

use super::listing::Listing;
use super::route::route_of;
use crate::access::Access;
use crate::credentials::CredentialsError;
use crate::excerpt::Excerpt;
use crate::guard::Guard;
use crate::rejection::Rejection;
use crate::rejection_reason::RejectionReason;
use crate::require::{Require, RouteRequirements};
use crate::requirement_error::{Needed, RequirementError};
use crate::response::OptionalAdmission;

/// What is required beyond an accepted token; by default nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct GuardRequirement {
    /// All of these, in the order in which they were set.
    parts: Option<Arc<Vec<Part>>>,
    /// Whether a challenge for a client without credentials names the scopes.
    pub(super) names_scope: bool,
}

/// A request that is refused.
pub(super) struct Refused {
    pub(super) rejection: Rejection,
    /// What the response needs for a request that the guard accepted, as a new nonce (RFC 9449 section 8.2).
    pub(super) admission: Option<OptionalAdmission>,
}

impl Refused {
    fn by_guard(rejection: Rejection) -> Box<Self> {
        Box::new(Self {
            rejection,
            admission: None,
        })
    }
}

#[derive(Clone, Debug)]
pub(super) enum Part {
    /// Of every route.
    Every(Require),
    /// A route that is not in the table is refused.
    Routes(RouteRequirements),
}

impl GuardRequirement {
    pub(super) fn add(&mut self, part: Part) {
        Arc::make_mut(self.parts.get_or_insert_default()).push(part);
    }

    /// What is required of every route.
    pub(crate) fn of_every_route(&self) -> impl Iterator<Item = &Require> {
        self.parts().filter_map(|part| match part {
            Part::Every(require) => Some(require),
            Part::Routes(_) => None,
        })
    }

    /// The tables, each of which a route must be in.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &RouteRequirements> {
        self.parts().filter_map(|part| match part {
            Part::Every(_) => None,
            Part::Routes(table) => Some(table),
        })
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().flat_map(|parts| parts.iter())
    }

    /// The verdict of the guard, and that of the requirement.
    pub(super) fn apply(
        &self,
        guard: &Guard,
        head: &Parts,
        verdict: Result<OptionalAdmission, Rejection>,
    ) -> Result<OptionalAdmission, Box<Refused>> {
        let Some(parts) = &self.parts else {
            return verdict.map_err(Refused::by_guard);
        };
        let admission = verdict
            .map_err(|rejection| Refused::by_guard(self.name_scope(parts, head, rejection)))?;
        let refusal = match admission.access() {
            Some(access) => parts.iter().find_map(|part| part.refusal(access, head)),
            None => {
                let rejection = Rejection::new(None, CredentialsError::Missing);
                Some(self.name_scope(parts, head, rejection))
            }
        };
        match refusal {
            None => Ok(admission),
            Some(rejection) => {
                guard.record_refused_after_accept(head, &rejection);
                let admission = Some(admission);
                Err(Box::new(Refused {
                    rejection,
                    admission,
                }))
            }
        }
    }

    /// RFC 6750 section 3: a client without credentials learns which scope to request.
    fn name_scope(&self, parts: &[Part], head: &Parts, rejection: Rejection) -> Rejection {
        let is_first = matches!(
            rejection.reason(),
            RejectionReason::Credentials(
                CredentialsError::DpopNotConfigured
                    | CredentialsError::Missing
                    | CredentialsError::UnsupportedScheme { .. }
            )
        );
        if !is_first || !self.names_scope {
            return rejection;
        }
        let required = parts.iter().filter_map(|part| part.find(head));
        let scopes = required.filter_map(Require::scope_at_first);
        let scope = scopes.collect::<Vec<_>>().join(" ");
        let needed = (!scope.is_empty()).then(|| Needed {
            scope: Some(scope),
            ..Needed::default()
        });
        rejection.with_needed(needed)
    }
}

impl Part {
    fn refusal(&self, access: &Access, head: &Parts) -> Option<Rejection> {
        match self.find(head) {
            Some(require) => {
                Listing::record(head, require);
                require.check(access)
            }
            None => Some(undeclared(access, head)),
        }
    }

    fn find(&self, head: &Parts) -> Option<&Require> {
        match self {
            Self::Every(require) => Some(require),
            Self::Routes(routes) => routes.find(&head.method, route_of(head)),
        }
    }
}

fn undeclared(access: &Access, head: &Parts) -> Rejection {
    let error = RequirementError::Undeclared {
        method: Excerpt::new(head.method.as_str()),
        route: Excerpt::new(route_of(head)),
    };
    let client_id = access.client_id().map(Into::into);
    Rejection::new(Some(access.scheme()), error).with_client_id(client_id)
}
