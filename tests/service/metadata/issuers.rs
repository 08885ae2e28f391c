//! Which issuers the document may name, for each verifier (RFC 9728 section 2, `authorization_servers`).
#![cfg(feature = "http-client")]

use std::sync::Arc;

use sender_constraint::Guard;
use sender_constraint::client_auth::PrivateKeyJwt;
use sender_constraint::future::MaybeReady;
use sender_constraint::keys::StaticKeys;
use sender_constraint::metadata::ProtectedResource;
use sender_constraint::proof::Dpop;
use sender_constraint::time::Timestamp;
use sender_constraint::token::{
    AccessToken, Cached, Hybrid, Introspection, JwtVerifier, PerIssuer, PresentedToken, TokenError,
    TokenVerifier,
};
use serde_json::{Value, json};

use crate::common::*;

const PARTNER: &str = "https://partner.example.com";

fn jwt(issuer: &str) -> JwtVerifier {
    let set = json!({"keys": [Key::from_seed("ES256", 0).published("k1")]});
    let keys = StaticKeys::from_json(&set.to_string()).unwrap();
    JwtVerifier::new(issuer, AUDIENCE, keys).unwrap()
}

fn introspection() -> Introspection {
    let method = PrivateKeyJwt::from_jwk("rs", &private_keys::p256()).unwrap();
    let server = AuthorizationServer::answering(&json!({"active": false}));
    Introspection::new(ISSUER, AUDIENCE, method, server).unwrap()
}

fn issuers(tokens: impl TokenVerifier) -> Value {
    let guard = Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap());
    let guard = guard.protected_resource(ProtectedResource::new(ORIGIN).unwrap());
    let document = guard.build().unwrap().metadata_document().unwrap();
    let document: Value = serde_json::from_str(&document).unwrap();
    document["authorization_servers"].clone()
}

#[tokio::test]
async fn prm_11_each_verifier_tells_its_issuers() {
    assert_eq!(issuers(jwt(PARTNER)), json!([PARTNER]));
    assert_eq!(issuers(introspection()), json!([ISSUER]));
    assert_eq!(issuers(Cached::new(jwt(PARTNER))), json!([PARTNER]));
    let hybrid = || Hybrid::new(jwt(ISSUER), introspection()).unwrap();
    assert_eq!(issuers(hybrid()), json!([ISSUER]));
    let several = PerIssuer::new().jwt(jwt(PARTNER)).unwrap();
    let several = several.introspection(introspection()).unwrap();
    assert_eq!(issuers(several), json!([PARTNER, ISSUER]));
}

#[tokio::test]
async fn prm_11_issuers_of_several_verifiers_may_be_named() {
    let several = || {
        let several = PerIssuer::new().jwt(jwt(PARTNER)).unwrap();
        several.introspection(introspection()).unwrap()
    };
    let build = |named: &[&str]| {
        let guard = Guard::builder(several()).dpop(Dpop::new(ORIGIN).unwrap());
        let resource = ProtectedResource::new(ORIGIN).unwrap();
        let resource = resource.authorization_servers(named.iter().copied());
        guard.protected_resource(resource).build().map(drop)
    };
    assert_eq!(build(&[ISSUER, PARTNER]), Ok(()));
    assert_eq!(build(&[PARTNER]), Ok(()));
    assert!(build(&["https://other.example.com"]).is_err());
}

/// A verifier of the application that does not say whose tokens it accepts.
#[derive(Debug)]
struct Own;

impl TokenVerifier for Own {
    fn verify<'a>(
        &'a self,
        _: PresentedToken<'a>,
        _: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        MaybeReady::ready(Err(TokenError::Inactive))
    }
}

#[tokio::test]
async fn prm_11_document_names_no_issuer_that_the_verifier_does_not_tell() {
    assert_eq!(issuers(Own), Value::Null);
    let resource = ProtectedResource::new(ORIGIN).unwrap();
    let guard = Guard::builder(Own).dpop(Dpop::new(ORIGIN).unwrap());
    let guard = guard.protected_resource(resource.authorization_servers([PARTNER]));
    let document = guard.build().unwrap().metadata_document().unwrap();
    let document: Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["authorization_servers"], json!([PARTNER]));
}
