//! The document: what the application says of the resource, and what the guard enforces (RFC 9728 sections 2 and 3.2).

use serde_json::{Map, Value};

use super::resource::ProtectedResource;
use crate::config_error::ConfigError;
use crate::time::Timestamp;

/// What a guard enforces.
#[derive(Clone)]
pub(crate) struct Enforced<'a> {
    /// Empty if they are not known.
    pub(crate) issuers: Vec<String>,
    /// Separated by spaces, if proofs are accepted.
    pub(crate) proof_algs: Option<&'a str>,
    pub(crate) requires_dpop: bool,
    pub(crate) accepts_certificates: bool,
    pub(crate) now: Timestamp,
}

impl ProtectedResource {
    /// The document.
    pub(crate) fn document(&self, enforced: &Enforced<'_>) -> Result<String, ConfigError> {
        self.check_texts()?;
        let mut members = self.members(enforced)?;
        if let Some(signature) = &self.signature {
            let signed = signature.over(&members, enforced.now);
            let signed = signed.ok_or(ConfigError::UnsignedMetadata)?;
            members.insert("signed_metadata".to_owned(), signed.into());
        }
        Ok(Value::Object(members).to_string())
    }

    /// Members without a value are absent (RFC 9728 section 3.2).
    fn members(&self, enforced: &Enforced<'_>) -> Result<Map<String, Value>, ConfigError> {
        let algorithms: Vec<_> = self
            .signing_algorithms
            .iter()
            .map(|alg| alg.name())
            .collect();
        let proof_algs: Vec<_> = enforced
            .proof_algs
            .map_or_else(Vec::new, |algs| algs.split(' ').collect());
        let mut members = Map::new();
        let mut add = |name: &str, value: Value| {
            let is_empty = value.as_array().is_some_and(Vec::is_empty);
            if !is_empty && !value.is_null() {
                members.insert(name.to_owned(), value);
            }
        };
        add("resource", self.resource.as_str().into());
        let servers = self.advertised_servers(&enforced.issuers)?;
        add("authorization_servers", servers.into());
        add("jwks_uri", self.jwks_uri.clone().into());
        add("scopes_supported", self.scopes.as_slice().into());
        add("bearer_methods_supported", vec!["header"].into());
        add("resource_signing_alg_values_supported", algorithms.into());
        let types = self.detail_types.as_slice();
        add("authorization_details_types_supported", types.into());
        for text in &self.texts {
            add(&text.name(), text.value.as_str().into());
        }
        let accepts_certificates = enforced.accepts_certificates.into();
        add(
            "tls_client_certificate_bound_access_tokens",
            accepts_certificates,
        );
        add("dpop_signing_alg_values_supported", proof_algs.into());
        let requires_dpop = enforced.requires_dpop.into();
        add("dpop_bound_access_tokens_required", requires_dpop);
        Ok(members)
    }

    fn advertised_servers<'a>(
        &'a self,
        issuers: &'a [String],
    ) -> Result<&'a [String], ConfigError> {
        if self.authorization_servers.is_empty() {
            return Ok(issuers);
        }
        let mut named = self.authorization_servers.iter();
        match named.find(|name| !issuers.is_empty() && !issuers.contains(name)) {
            Some(other) => Err(ConfigError::AuthorizationServer(other.clone())),
            None => Ok(&self.authorization_servers),
        }
    }
}
