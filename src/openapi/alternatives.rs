//! The security requirements of one operation: alternatives, of each of which all schemes are needed.

use serde_json::{Map, Value};

use crate::guard::Accepted;
use crate::require::{Require, SenderConstraint};

/// What a request carries: a token in one of two schemes, and optionally a certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Presented {
    dpop: bool,
    certificate: bool,
}

impl Presented {
    /// What the guard accepts, and meets all requirements.
    pub(super) fn all(accepted: &Accepted, needs: &[&Require]) -> Vec<Self> {
        let all = [(true, false), (false, true), (true, true), (false, false)];
        let all = all.map(|(dpop, certificate)| Self { dpop, certificate });
        let mut met: Vec<Self> = all
            .into_iter()
            .filter(|each| each.is_accepted(accepted) && needs.iter().all(|need| each.meets(need)))
            .collect();
        // Only for routes that require a certificate of a client with DPoP.
        let dpop_suffices = met.iter().any(|each| each.dpop && !each.certificate);
        met.retain(|each| !(dpop_suffices && each.dpop && each.certificate));
        met
    }

    const fn is_accepted(self, accepted: &Accepted) -> bool {
        let unbound = !self.dpop && !self.certificate;
        (!self.dpop || accepted.proof_algs.is_some())
            && (!self.certificate || accepted.certificates)
            && (!unbound || accepted.unbound_tokens)
    }

    fn meets(self, need: &Require) -> bool {
        need.sender_constraint().is_none_or(|method| match method {
            SenderConstraint::Any => self.dpop || self.certificate,
            SenderConstraint::Dpop => self.dpop,
            SenderConstraint::Mtls => self.certificate,
        })
    }

    /// A Security Requirement Object.
    pub(super) fn requirement(self, scopes: &[&str], provider: Option<&str>) -> Value {
        let scopes: Value = scopes.to_vec().into();
        let token = if self.dpop {
            DPOP_SCHEME
        } else {
            BEARER_SCHEME
        };
        let mut schemes = Map::new();
        schemes.insert(token.to_owned(), scopes.clone());
        if self.certificate {
            schemes.insert(MUTUAL_TLS_SCHEME.to_owned(), Value::Array(Vec::new()));
        }
        if let Some(provider) = provider {
            schemes.insert(provider.to_owned(), scopes);
        }
        schemes.into()
    }
}

/// Each set of scopes that meets all requirements; `None` beyond [`MAX_ALTERNATIVES`].
pub(super) fn scope_sets<'a>(needs: &[&'a Require]) -> Option<Vec<Vec<&'a str>>> {
    let mut sets: Vec<Vec<&str>> = vec![Vec::new()];
    for alternatives in needs.iter().flat_map(|need| need.scope_alternatives()) {
        let mut extended: Vec<Vec<&str>> = Vec::new();
        for set in sets {
            if alternatives
                .iter()
                .any(|scope| set.contains(&scope.as_str()))
            {
                extended.push(set);
                continue;
            }
            for scope in alternatives {
                extended.push([&*set, &[scope.as_str()]].concat());
            }
        }
        if extended.len() > MAX_ALTERNATIVES {
            return None;
        }
        sets = extended;
    }
    Some(sets)
}

pub(super) const BEARER_SCHEME: &str = "bearer";
pub(super) const DPOP_SCHEME: &str = "dpop";
pub(super) const MUTUAL_TLS_SCHEME: &str = "mutual_tls";
pub(super) const MAX_ALTERNATIVES: usize = 64;
