//! Compares an access with a requirement. Nothing is allocated if it is met.

use std::time::Duration;

use super::insufficient_access::InsufficientAccess;
use super::needed::is_granted;
use super::requirement::{Party, Require};
use super::sender_constraint::presented;
use crate::access::Access;
use crate::excerpt::Excerpt;
use crate::rejection::Rejection;
use crate::requirement_error::RequirementError;

impl Access {
    /// Requires more than the route does, from inside a handler: where the need depends on the body, as with an MCP
    /// tool or a GraphQL field. Writes one log event (`accepted request refused`) if the requirement is not met,
    /// without method and path: [`GuardLayer`](crate::GuardLayer) says how to have them.
    ///
    /// The error becomes the response that the layer would give: with axum by `?`, otherwise by
    /// [`InsufficientAccess::response`].
    ///
    /// ```
    /// use sender_constraint::Access;
    /// use sender_constraint::require::{InsufficientAccess, Require};
    ///
    /// async fn call_tool(access: Access, tool: String) -> Result<String, InsufficientAccess> {
    ///     if tool == "write_file" {
    ///         access.require(&Require::scopes(["files:write"]))?;
    ///     }
    ///     Ok(format!("{tool} ran"))
    /// }
    /// # #[cfg(feature = "axum")]
    /// # let _: axum::Router = axum::Router::new().route("/", axum::routing::post(call_tool));
    /// ```
    ///
    /// Map what a client sends to scopes of your own, as here. A scope that is made of the client's text may have
    /// characters that no scope has: the requirement is then not usable, which is a 500 and an `error` event.
    ///
    /// # Errors
    ///
    /// [`InsufficientAccess`]: answer the request with it, and do nothing else.
    pub fn require(&self, require: &Require) -> Result<(), InsufficientAccess> {
        match require.check(self) {
            None => Ok(()),
            Some(rejection) => {
                self.guard().record(None, &rejection);
                Err(InsufficientAccess::new(rejection, self))
            }
        }
    }

    /// Whether a requirement is met. For choices, such as which tools a client is shown; to refuse a request, use
    /// [`Access::require`].
    #[must_use]
    pub fn satisfies(&self, require: &Require) -> bool {
        require.unmet(self).is_empty()
    }
}

impl Require {
    /// Why the access does not meet the requirement; `None` if it does.
    pub(crate) fn check(&self, access: &Access) -> Option<Rejection> {
        let mut unmet = self.unmet(access).into_iter();
        let error = unmet.next()?;
        let needed = self.needed(access, &error);
        let rejection = Rejection::new(Some(access.scheme()), error);
        let client_id = access.client_id().map(Into::into);
        let rejection = rejection.with_client_id(client_id).with_needed(needed);
        Some(rejection.with_also_unmet(unmet.collect()))
    }

    /// The needs that are not met. The first determines the response: what no other authorization of the same token
    /// could mend, then the authentication of the user, whose challenge has room for scopes too (RFC 9470 section 3).
    fn unmet(&self, access: &Access) -> Vec<RequirementError> {
        if let Some(mistake) = &self.mistake {
            return vec![RequirementError::Invalid(Box::new(mistake.clone()))];
        }
        let checks = [
            Self::check_sender,
            Self::check_party,
            Self::check_acr,
            Self::check_auth_time,
            Self::check_scope,
        ];
        let checked = checks.into_iter().map(|check| check(self, access));
        let authorizations = self.authorizations.iter();
        let present = authorizations.map(|each| each.check_presence(access, &self.locations));
        let unmet: Vec<_> = checked.chain(present).filter_map(Result::err).collect();
        if !unmet.is_empty() {
            return unmet;
        }
        // The application's own code relies on what was checked before it.
        let authorizations = self.authorizations.iter();
        let details = authorizations.map(|each| each.check(access, &self.locations));
        let mut unmet: Vec<_> = details.filter_map(Result::err).collect();
        if unmet.is_empty() {
            unmet.extend(self.check_predicates(access).err());
        }
        unmet
    }

    /// Of several, the first that does not hold: a condition may rely on those before it.
    fn check_predicates(&self, access: &Access) -> Result<(), RequirementError> {
        let mut predicates = self.predicates.iter();
        match predicates.find(|predicate| !(predicate.holds)(access)) {
            None => Ok(()),
            Some(predicate) => Err(RequirementError::Predicate {
                name: predicate.name.clone(),
            }),
        }
    }

    fn check_sender(&self, access: &Access) -> Result<(), RequirementError> {
        match self.bound_by {
            Some(method) if !method.is_met_by(access.sender()) => {
                Err(RequirementError::SenderConstraint {
                    expected: method.description(),
                    presented: presented(access.sender()),
                })
            }
            _ => Ok(()),
        }
    }

    fn check_party(&self, access: &Access) -> Result<(), RequirementError> {
        match self.party {
            Some(Party::Client) if !access.is_client_only() => Err(RequirementError::UserToken),
            Some(Party::User) if access.is_client_only() || access.subject().is_none() => {
                Err(RequirementError::ClientToken)
            }
            _ => Ok(()),
        }
    }

    fn check_acr(&self, access: &Access) -> Result<(), RequirementError> {
        let is_accepted = |acr: &str| self.acr.iter().any(|accepted| accepted == acr);
        if self.acr.is_empty() || access.acr().is_some_and(is_accepted) {
            return Ok(());
        }
        Err(RequirementError::Acr {
            expected: self.acr.join(" "),
            presented: access.acr().map(Excerpt::new),
        })
    }

    fn check_auth_time(&self, access: &Access) -> Result<(), RequirementError> {
        let Some(max_age) = self.max_age else {
            return Ok(());
        };
        let missing = RequirementError::AuthTimeMissing { max_age };
        let auth_time = access.auth_time().ok_or(missing)?;
        let now = access.guard().now();
        let ahead = auth_time.saturating_duration_since(now);
        // An issuer that counts in milliseconds would make every authentication recent.
        if ahead > self.clock_skew.max(MAX_AHEAD) {
            return Err(RequirementError::AuthTimeInFuture { ahead });
        }
        let age = now.saturating_duration_since(auth_time);
        let accepted = max_age.saturating_add(self.clock_skew);
        // `max_age` and `auth_time` are whole seconds.
        if age.as_secs() > accepted.as_secs() {
            return Err(RequirementError::AuthTime { age, max_age });
        }
        Ok(())
    }

    pub(super) fn check_scope(&self, access: &Access) -> Result<(), RequirementError> {
        let is_met = |alternatives: &&Vec<String>| {
            let mut alternatives = alternatives.iter();
            alternatives.any(|scope| is_granted(access, scope))
        };
        if self.scopes.iter().all(|alternatives| is_met(&alternatives)) {
            return Ok(());
        }
        let unmet = self
            .scopes
            .iter()
            .filter(|alternatives| !is_met(alternatives));
        let missing: Vec<_> = unmet
            .filter_map(|each| each.first().map(String::as_str))
            .collect();
        let granted: Vec<_> = access.scopes().collect();
        Err(RequirementError::Scope {
            granted: Excerpt::new(&granted.join(" ")),
            missing: Excerpt::new(&missing.join(" ")),
            required: self.full_scope(Some(access)),
        })
    }
}

/// How far the clock of an issuer may be ahead.
const MAX_AHEAD: Duration = Duration::from_secs(60);
