//! The settings of a guard.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::unbound_report::UnboundCounts;
use crate::exceptions::FindException;
use crate::metadata::ProtectedResource;
use crate::proof::{Dpop, Mtls, Rollovers};
use crate::revocation::Revocation;
use crate::scope_hierarchy::ScopeHierarchy;
use crate::time::{Clock, SystemClock, Timestamp};
use crate::token::TokenVerifier;

/// What a guard requires of a request.
#[derive(Clone, Debug)]
pub(super) struct Policy {
    pub(super) tokens: Arc<dyn TokenVerifier>,
    pub(super) dpop: Option<Dpop>,
    pub(super) mtls: Option<Mtls>,
    pub(super) rollovers: Rollovers,
    pub(super) revocations: Vec<Arc<dyn Revocation>>,
    pub(super) exceptions: Vec<Arc<dyn FindException>>,
    pub(super) scope_hierarchy: ScopeHierarchy,
    pub(super) resource: Option<ProtectedResource>,
    /// Resources below it, or beside.
    pub(super) parts: Vec<ProtectedResource>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ignored_confirmation_members: BTreeSet<String>,
    pub(super) options: Options,
    pub(super) unbound_counts: Arc<UnboundCounts>,
}

/// All are off by default.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Options {
    pub(super) accept_early_data: bool,
    pub(super) allow_anonymous_requests: bool,
    pub(super) allow_rollovers: bool,
    pub(super) allow_unbound_tokens: bool,
    /// Whether the FAPI 2.0 Security Profile holds.
    pub(super) is_fapi2: bool,
    pub(super) keep_credentials: bool,
    /// A challenge for a client without credentials has `scopes_supported`.
    pub(super) names_supported_scopes: bool,
    pub(super) refuse_query_tokens: bool,
    pub(super) refuse_stray_proofs: bool,
    /// By name, so that a preset does not accept unbound tokens.
    pub(super) refuse_unbound_tokens: bool,
    /// Accepts unbound tokens too.
    pub(super) report_unbound_tokens: bool,
}

impl Policy {
    /// A policy that accepts no request yet.
    pub(super) fn new(tokens: Arc<dyn TokenVerifier>) -> Self {
        Self {
            tokens,
            dpop: None,
            mtls: None,
            rollovers: Rollovers::default(),
            revocations: Vec::new(),
            exceptions: Vec::new(),
            scope_hierarchy: ScopeHierarchy::default(),
            resource: None,
            parts: Vec::new(),
            clock: Arc::new(SystemClock),
            ignored_confirmation_members: BTreeSet::new(),
            options: Options::default(),
            unbound_counts: Arc::default(),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
