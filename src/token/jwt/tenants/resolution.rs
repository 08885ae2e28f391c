//! Resolves the issuer of a token that is not verified yet (RFC 8725 section 3.8): by a kept answer, or by a call of
//! the rule.

use std::sync::Arc;

use tokio::time::timeout;

use super::flight::Resolved;
use super::issuers::{Limits, State, TenantIssuers};
use super::lane::Place;
use super::registry::Entry;
use super::tenant::Tenant;
use crate::time::Timestamp;
use crate::unavailable::Unavailable;
use crate::uri::{PlainHttp, check_issuer};

impl TenantIssuers {
    /// The issuer, if that is decided: `Ok(None)` means that the rule must be called, or keys must be fetched. `Err`
    /// means that the issuer is not allowed.
    pub(in crate::token::jwt) fn ready(
        &self,
        name: &str,
        now: Timestamp,
    ) -> Result<Option<Arc<Tenant>>, NotAllowed> {
        match self.state.registry.get(name, now) {
            // The keys of one that is unproven are fetched within the limits of new issuers only.
            Entry::Allowed(tenant) => Ok(Some(tenant).filter(|tenant| tenant.is_proven())),
            Entry::Refused => Err(NotAllowed),
            Entry::Unknown if !is_issuer(name) => Err(NotAllowed),
            Entry::Unknown => Ok(None),
        }
    }

    /// Whether a signature was verified with the keys of this issuer, which stays known while its answer is renewed.
    pub(in crate::token::jwt) fn is_proven(&self, name: &str) -> bool {
        let last = self.state.registry.last(name);
        last.is_some_and(|tenant| tenant.is_proven())
    }

    /// Waits for a place among those that resolve issuers which are proven, or not.
    pub(in crate::token::jwt) async fn enter(&self, is_proven: bool) -> Result<Place, Unavailable> {
        let State { known, new, .. } = &*self.state;
        let lane = if is_proven { known } else { new };
        lane.enter(self.limits.timeout).await
    }

    pub(in crate::token::jwt) async fn resolve(&self, name: &str, now: Timestamp) -> Resolved {
        let flight = self.state.registry.flights.join(name);
        flight.answer(self.ask(name, now)).await
    }

    async fn ask(&self, name: &str, now: Timestamp) -> Resolved {
        let registry = &self.state.registry;
        // A call may have ended after the caller looked.
        match registry.get(name, now) {
            Entry::Allowed(tenant) => return Ok(Some(tenant)),
            Entry::Refused => return Ok(None),
            Entry::Unknown => {}
        }
        let purges = registry.purges();
        let last = registry.last(name);
        let current = last.as_ref().map(|tenant| tenant.issuer());
        let answer = timeout(self.limits.timeout, self.resolver.resolve(name, current)).await;
        let answer = answer.map_err(|_| self.limits.timed_out())??;
        let Some(issuer) = answer else {
            let until = now.saturating_add(self.limits.refused_for);
            registry.refuse(name, (now, until), purges);
            return Ok(None);
        };
        if issuer.name() != name {
            let reason = format!("it answered with the configuration of {:?}", issuer.name());
            return Err(Unavailable::issuer_resolver(reason));
        }
        let until = now.saturating_add(self.limits.max_age);
        Ok(Some(registry.allow(issuer, (now, until), purges)))
    }

    pub(in crate::token::jwt) fn prove(&self, tenant: &Arc<Tenant>) {
        self.state.registry.prove(tenant);
    }
}

impl Limits {
    fn timed_out(&self) -> Unavailable {
        Unavailable::issuer_resolver(format!(
            "no answer within {:?}; configure with `TenantIssuers::timeout`",
            self.timeout
        ))
    }
}

/// The rule does not allow this issuer.
pub(in crate::token::jwt) struct NotAllowed;

/// Whether the rule is called at all.
fn is_issuer(name: &str) -> bool {
    name.len() <= MAX_ISSUER_BYTES && check_issuer(name, PlainHttp::Allowed).is_ok()
}

const MAX_ISSUER_BYTES: usize = 512;
