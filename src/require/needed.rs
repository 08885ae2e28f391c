//! What a client must bring, for a challenge, and a text for people (RFC 6750 section 3, RFC 9470 section 3).

use std::fmt;

use super::requirement::{Party, Require};
use crate::access::Access;
use crate::requirement_error::{Needed, RequirementError};
use crate::scope_hierarchy::ScopeHierarchy;

impl Require {
    /// The parameters of the challenge for a request that is refused for this reason.
    pub(super) fn needed(&self, access: &Access, error: &RequirementError) -> Option<Needed> {
        match error {
            RequirementError::Acr { .. }
            | RequirementError::AuthTime { .. }
            | RequirementError::AuthTimeInFuture { .. }
            | RequirementError::AuthTimeMissing { .. } => {
                let lacks_scope = self.check_scope(access).is_err();
                Some(Needed {
                    scope: lacks_scope.then(|| self.full_scope(Some(access))),
                    acr_values: (!self.acr.is_empty()).then(|| self.acr.join(" ")),
                    max_age: self.max_age.map(|max_age| max_age.as_secs()),
                    ..Needed::default()
                })
            }
            RequirementError::Scope { .. } => Some(Needed {
                scope: Some(self.full_scope(Some(access))),
                ..Needed::default()
            }),
            _ => None,
        }
    }

    /// `scope` of a challenge for a client without credentials: requirements of the authentication are not shown to
    /// everyone (RFC 9470 section 9).
    pub(crate) fn scope_at_first(&self) -> Option<String> {
        let names_scope = !self.scopes.is_empty() && self.mistake.is_none();
        names_scope.then(|| self.full_scope(None))
    }

    /// All scopes that the route requires, not only those that are missing: the client requests a token with exactly
    /// these.
    pub(super) fn full_scope(&self, access: Option<&Access>) -> String {
        let chosen = self.scopes.iter().filter_map(|alternatives| {
            let granted = access.and_then(|access| {
                let mut alternatives = alternatives.iter();
                alternatives.find(|scope| is_granted(access, scope))
            });
            granted.or_else(|| alternatives.first())
        });
        let mut scopes: Vec<&str> = Vec::new();
        for scope in chosen {
            if !scopes.contains(&scope.as_str()) {
                scopes.push(scope);
            }
        }
        scopes.join(" ")
    }
}

/// Whether the token has the scope, or one that includes it.
pub(super) fn is_granted(access: &Access, required: &str) -> bool {
    let hierarchy: &ScopeHierarchy = access.guard().scope_hierarchy();
    access
        .scopes()
        .any(|granted| hierarchy.grants(granted, required))
}

/// All needs in one line, for people: `scope accounts:read; max_age 300`.
impl fmt::Display for Require {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut needs: Vec<String> = Vec::new();
        for alternatives in &self.scopes {
            needs.push(format!("scope {}", alternatives.join(" or ")));
        }
        if !self.acr.is_empty() {
            needs.push(format!("acr {}", self.acr.join(" or ")));
        }
        let max_age = self.max_age;
        needs.extend(max_age.map(|max_age| format!("max_age {}", max_age.as_secs())));
        needs.extend(self.party.map(|party| match party {
            Party::Client => "a client's token".to_owned(),
            Party::User => "a user's token".to_owned(),
        }));
        needs.extend(self.bound_by.map(|method| method.description().to_owned()));
        for authorization in &self.authorizations {
            let detail_type = &authorization.detail_type;
            needs.push(format!("authorization_details {detail_type}"));
        }
        let predicates = self.predicates.iter();
        needs.extend(predicates.map(|predicate| predicate.name.clone()));
        if needs.is_empty() {
            return formatter.write_str("any token");
        }
        formatter.write_str(&needs.join("; "))
    }
}
