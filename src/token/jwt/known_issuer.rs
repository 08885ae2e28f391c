//! The issuer of one token, whose keys and rules apply to it (RFC 8725 section 3.8).

use std::sync::Arc;

use super::issuer::Issuer;
use super::tenants::Tenant;
use crate::keys::KeySource;

/// A configured issuer, or one that the rule of [`TenantIssuers`](super::TenantIssuers) allowed.
pub(super) enum KnownIssuer<'a> {
    Fixed(&'a Issuer),
    Tenant(Arc<Tenant>),
}

impl KnownIssuer<'_> {
    pub(super) fn issuer(&self) -> &Issuer {
        match self {
            Self::Fixed(issuer) => issuer,
            Self::Tenant(tenant) => tenant.issuer(),
        }
    }

    /// The keys that a cached token is re-checked with.
    pub(super) fn keys(&self) -> Arc<dyn KeySource> {
        match self {
            Self::Fixed(issuer) => Arc::clone(&issuer.keys),
            Self::Tenant(tenant) => Arc::<Tenant>::clone(tenant),
        }
    }
}
