//! Which issuers the metadata of the resource names, where some are known only at run time (RFC 9728 section 2).

use sender_constraint::metadata::ProtectedResource;
use sender_constraint::proof::Dpop;
use sender_constraint::token::{JwtVerifier, TenantIssuers};
use sender_constraint::{ConfigError, Guard};
use serde_json::{Value, json};

use super::world::{ACME, Rule, keys};
use crate::common::*;

const CONFIGURED: &str = "https://as.example.com";

/// Tokens of a configured issuer too, or not.
fn tokens(is_configured: bool) -> JwtVerifier {
    let tenants = TenantIssuers::new(Rule::allowing(&[ACME]));
    if !is_configured {
        return JwtVerifier::for_tenants(tenants, AUDIENCE).unwrap();
    }
    let tokens = JwtVerifier::new(CONFIGURED, AUDIENCE, keys()).unwrap();
    tokens.add_tenants(tenants).unwrap()
}

fn document(tokens: JwtVerifier, servers: &[&str]) -> Result<Value, ConfigError> {
    let resource = ProtectedResource::new(ORIGIN)?.authorization_servers(servers.iter().copied());
    let builder = Guard::builder(tokens).dpop(Dpop::new(ORIGIN)?);
    let guard = builder.protected_resource(resource).build()?;
    Ok(serde_json::from_str(&guard.metadata_document().unwrap()).unwrap())
}

#[test]
fn prm_11_issuers_known_at_run_time_can_be_named() {
    for is_configured in [false, true] {
        let named = document(tokens(is_configured), &[ACME]).unwrap();
        assert_eq!(named["authorization_servers"], json!([ACME]));
    }
}

/// A list of the configured ones would look complete.
#[test]
fn prm_11_no_issuer_is_named_by_default_if_others_are_known_at_run_time() {
    for is_configured in [false, true] {
        let unnamed = document(tokens(is_configured), &[]).unwrap();
        assert_eq!(unnamed.get("authorization_servers"), None);
    }
}
