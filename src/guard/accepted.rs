//! What a guard accepts, for documents about the API.

use super::check::Guard;
use crate::proof::Dpop;

/// From the settings that decide about requests.
#[derive(Clone, Debug)]
pub(crate) struct Accepted {
    /// Requests without credentials.
    pub(crate) anonymous_requests: bool,
    pub(crate) certificates: bool,
    /// Empty if they are not known.
    pub(crate) issuers: Vec<String>,
    /// Separated by spaces, if proofs are accepted.
    pub(crate) proof_algs: Option<String>,
    /// Unbound tokens of every client.
    pub(crate) unbound_tokens: bool,
}

impl Guard {
    pub(crate) fn accepted(&self) -> Accepted {
        let policy = self.policy();
        let options = &policy.options;
        Accepted {
            anonymous_requests: options.allow_anonymous_requests,
            certificates: policy.mtls.is_some(),
            issuers: policy.tokens.accepted_issuers(),
            proof_algs: policy.dpop.as_ref().map(Dpop::algs),
            unbound_tokens: options.allow_unbound_tokens || options.report_unbound_tokens,
        }
    }
}
