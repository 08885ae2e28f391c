//! What a route requires of `authorization_details` (RFC 9396).

use std::fmt;
use std::sync::Arc;

use crate::access::Access;
use crate::requirement_error::RequirementError;
use crate::token::AuthorizationDetail;

/// A type, and what an object of it must satisfy.
#[derive(Clone)]
pub(super) struct Authorization {
    pub(super) detail_type: String,
    pub(super) predicate: Arc<dyn Fn(&AuthorizationDetail) -> bool + Send + Sync>,
}

impl Authorization {
    /// Whether the token has an object that the predicate can decide about.
    pub(super) fn check_presence(
        &self,
        access: &Access,
        locations: &[String],
    ) -> Result<(), RequirementError> {
        let mut details = access.authorization_details();
        match details.any(|detail| self.concerns(detail, locations)) {
            true => Ok(()),
            false => Err(self.unmet(access, locations)),
        }
    }

    pub(super) fn check(
        &self,
        access: &Access,
        locations: &[String],
    ) -> Result<(), RequirementError> {
        let mut details = access.authorization_details();
        match details.any(|detail| self.concerns(detail, locations) && (self.predicate)(detail)) {
            true => Ok(()),
            false => Err(self.unmet(access, locations)),
        }
    }

    /// RFC 9396 section 2.2: an object with `locations` is for the servers that it names. Strings are compared by code
    /// points.
    fn concerns(&self, detail: &AuthorizationDetail, locations: &[String]) -> bool {
        self.is_of_type(detail) && is_for(detail, locations)
    }

    /// A detail of any other type grants nothing, whatever its members.
    fn is_of_type(&self, detail: &AuthorizationDetail) -> bool {
        detail.detail_type() == self.detail_type
    }

    fn unmet(&self, access: &Access, locations: &[String]) -> RequirementError {
        let of_type = access.authorization_details();
        let of_type = of_type.filter(|detail| self.is_of_type(detail));
        RequirementError::AuthorizationDetails {
            detail_type: self.detail_type.clone(),
            count: access.authorization_details().count(),
            other_locations: of_type.filter(|detail| !is_for(detail, locations)).count(),
        }
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.detail_type, formatter)
    }
}

fn is_for(detail: &AuthorizationDetail, locations: &[String]) -> bool {
    let Some(mut named) = detail.locations() else {
        return true;
    };
    named.any(|named| locations.iter().any(|location| location == named))
}
