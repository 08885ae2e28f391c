//! Needs that code of the application decides: about authorization details, and about the token as a whole.

use std::sync::Arc;

use super::authorization::Authorization;
use super::predicate::Predicate;
use super::requirement::{Require, size};
use crate::access::Access;
use crate::token::AuthorizationDetail;

impl Require {
    /// Requires an object of `authorization_details` (RFC 9396) of this type, for which `predicate` holds. Objects of
    /// other types grant nothing, nor do those whose `locations` are not among [`Require::locations`]. Otherwise: 403
    /// `insufficient_scope`.
    ///
    /// The predicate runs before the handler, for each request that meets all needs but these and those of
    /// [`Require::predicate`]: at most once for each object, and until it holds for one. It must not block. It compares
    /// strings by code points.
    pub fn authorization_details<F>(mut self, detail_type: impl Into<String>, predicate: F) -> Self
    where
        F: Fn(&AuthorizationDetail) -> bool + Send + Sync + 'static,
    {
        self.authorizations.push(Authorization {
            detail_type: detail_type.into(),
            predicate: Arc::new(predicate),
        });
        let number = self.authorizations.len();
        self.keep_mistake(size(
            "the number of types in `Require::authorization_details`",
            number,
        ));
        self
    }

    /// The identifiers of this server, and of this route, in `locations` of authorization details (RFC 9396
    /// section 2.2). By default none: objects with `locations` grant nothing.
    pub fn locations(mut self, locations: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.locations.extend(locations.into_iter().map(Into::into));
        self.keep_mistake(size(
            "the number of locations in `Require::locations`",
            self.locations.len(),
        ));
        self
    }

    /// Requires a condition of the application, such as a role. It is checked after all other needs are met, and of
    /// several the first that does not hold is reported. Otherwise: 403 `insufficient_scope`; the client does not see
    /// the name, the log does.
    ///
    /// The predicate runs before the handler, at most once for each request, and must not block.
    ///
    /// ```
    /// use sender_constraint::require::Require;
    ///
    /// let auditors = Require::any_token().predicate("auditor", |access| access.has_role("auditor"));
    /// # drop(auditors);
    /// ```
    pub fn predicate<F>(mut self, name: impl Into<String>, predicate: F) -> Self
    where
        F: Fn(&Access) -> bool + Send + Sync + 'static,
    {
        self.predicates.push(Predicate {
            name: name.into(),
            holds: Arc::new(predicate),
        });
        self.keep_mistake(size(
            "the number of conditions in `Require::predicate`",
            self.predicates.len(),
        ));
        self
    }
}
