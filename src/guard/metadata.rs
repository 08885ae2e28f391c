//! The metadata of the resource that a guard protects, from what it enforces (RFC 9728).

use std::sync::Arc;

use super::policy::Policy;
use crate::config_error::ConfigError;
use crate::metadata::Enforced;

/// A document, and the path where it is.
#[derive(Debug)]
pub(crate) struct Metadata {
    pub(crate) path: String,
    pub(crate) document: String,
}

impl Policy {
    pub(super) fn metadata(
        &self,
        algs: Option<&str>,
    ) -> Result<Option<Arc<Metadata>>, ConfigError> {
        let Some(resource) = &self.resource else {
            return Ok(None);
        };
        let options = &self.options;
        let allows_unbound = options.allow_unbound_tokens || options.report_unbound_tokens;
        let document = resource.document(Enforced {
            issuers: self.tokens.accepted_issuers(),
            proof_algs: algs,
            // A client may use a token without a proof of its key only if none of these holds.
            requires_dpop: self.dpop.is_some()
                && self.mtls.is_none()
                && self.exceptions.is_empty()
                && !allows_unbound,
            accepts_certificates: self.mtls.is_some(),
        })?;
        Ok(Some(Arc::new(Metadata {
            path: resource.metadata_path(),
            document,
        })))
    }
}
