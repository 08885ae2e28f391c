//! What token verifiers tell the profile about their settings.
#![cfg(feature = "http-client")]

use std::sync::Arc;
use std::time::Duration;

use sender_constraint::client_auth::{ClientKey, PrivateKeyJwt};
use sender_constraint::jose::Algorithm;
use sender_constraint::keys::RemoteKeys;
use sender_constraint::token::{Cached, Hybrid, Introspection, JwtVerifier, PerIssuer};
use sender_constraint::{ConfigError, token::TokenVerifier};

use super::*;
use crate::common::private_keys;
use crate::guard::config_verdict::{accept, keys};

fn jwt(issuer: &str) -> JwtVerifier {
    JwtVerifier::new(issuer, AUDIENCE, keys()).unwrap()
}

fn introspection() -> Introspection {
    let key = ClientKey::from_jwk(&private_keys::p256()).unwrap();
    let method = PrivateKeyJwt::new("client", key).unwrap();
    let server = AuthorizationServer::answering(&answer(&Key::from_seed("ES256", 1)));
    Introspection::new(ISSUER, AUDIENCE, method, server).unwrap()
}

fn build(tokens: impl TokenVerifier) -> Result<Guard, ConfigError> {
    Guard::fapi2(tokens)
        .dpop(Dpop::new(ORIGIN).unwrap())
        .build()
}

#[track_caller]
fn assert_contradicts(tokens: impl TokenVerifier, fact: &str) {
    let error = build(tokens).unwrap_err();
    assert!(matches!(error, ConfigError::Profile { .. }), "{error}");
    assert!(error.to_string().contains(fact), "{error}");
}

#[test]
fn fapi_10_leeways_of_all_verifiers_count() {
    let long = Duration::from_secs(61);
    let of_jwt = || jwt(ISSUER).leeway(long).unwrap();
    let of_introspection = || introspection().leeway(long).unwrap();
    accept(build(introspection()));
    assert_contradicts(of_introspection(), "61 s");
    assert_contradicts(Cached::new(of_jwt()), "61 s");
    assert_contradicts(Hybrid::new(of_jwt(), introspection()).unwrap(), "61 s");
    assert_contradicts(
        Hybrid::new(jwt(ISSUER), of_introspection()).unwrap(),
        "61 s",
    );
    let other = "https://partner.example.com";
    let several = PerIssuer::new().jwt(jwt(other)).unwrap();
    assert_contradicts(several.introspection(of_introspection()).unwrap(), "61 s");
    assert_contradicts(Arc::new(of_jwt()), "61 s");
}

#[test]
fn fapi_07_default_algorithms_of_signed_responses_contradict() {
    let signed = || introspection().require_signed_responses(keys()).unwrap();
    assert_contradicts(signed(), "`Introspection::response_algorithms`");
    accept(build(
        signed().response_algorithms(Algorithm::FAPI).unwrap(),
    ));
}

#[tokio::test]
async fn fapi_01_keys_over_plain_http_contradict() {
    let server = || AuthorizationServer::answering(&answer(&Key::from_seed("ES256", 1)));
    let keys_at = |url: &str| {
        RemoteKeys::from_jwks_uri(url, server())
            .allow_insecure_http()
            .lazy()
            .unwrap()
    };
    let tokens_at = |url: &str| JwtVerifier::new(ISSUER, AUDIENCE, keys_at(url)).unwrap();
    let setting = "`RemoteKeysBuilder::allow_insecure_http`";
    accept(build(tokens_at("https://as.example.com/keys")));
    accept(build(tokens_at("http://127.0.0.1/keys")));
    assert_contradicts(tokens_at("http://keycloak:8080/keys"), setting);
    let metadata =
        RemoteKeys::for_issuer(ISSUER, server()).metadata_url("http://keycloak:8080/metadata");
    let metadata = metadata.allow_insecure_http().lazy().unwrap();
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, metadata).unwrap();
    assert_contradicts(tokens, setting);
    let signed = introspection().require_signed_responses(keys_at("http://keycloak:8080/keys"));
    let signed = signed
        .unwrap()
        .response_algorithms(Algorithm::FAPI)
        .unwrap();
    assert_contradicts(signed, setting);
}

#[tokio::test]
async fn fapi_01_keys_of_one_issuer_over_plain_http_contradict() {
    let partner = "https://partner.example.com";
    let setting = "`RemoteKeysBuilder::allow_insecure_http`";
    let server = AuthorizationServer::answering(&answer(&Key::from_seed("ES256", 1)));
    let keys = RemoteKeys::from_jwks_uri("http://keycloak:8080/keys", server);
    let keys = keys.allow_insecure_http().lazy().unwrap();
    let plain = JwtVerifier::new(partner, AUDIENCE, keys).unwrap();
    let several = PerIssuer::new().jwt(plain).unwrap();
    assert_contradicts(several.introspection(introspection()).unwrap(), setting);
}

#[cfg(feature = "status-lists")]
#[tokio::test]
async fn fapi_01_keys_of_status_lists_over_plain_http_contradict() {
    use sender_constraint::revocation::StatusLists;
    let server = || AuthorizationServer::answering(&answer(&Key::from_seed("ES256", 1)));
    let build = |url: &str| {
        let keys = RemoteKeys::from_jwks_uri(url, server()).allow_insecure_http();
        let lists = StatusLists::new(server())
            .algorithms(Algorithm::FAPI)
            .unwrap();
        let origins = ["https://status.example.com"];
        let lists = lists
            .add_issuer(ISSUER, keys.lazy().unwrap(), origins)
            .unwrap();
        let guard = || Guard::fapi2(jwt(ISSUER)).dpop(Dpop::new(ORIGIN).unwrap());
        let shared = Arc::new(lists.clone());
        [guard().revocation(lists), guard().revocation(shared)].map(GuardBuilder::build)
    };
    let _ = build("https://as.example.com/keys").map(accept);
    for error in build("http://keycloak:8080/keys").map(Result::unwrap_err) {
        let ConfigError::Profile { setting, .. } = &error else {
            panic!("{error}");
        };
        assert!(
            setting.contains("`RemoteKeysBuilder::allow_insecure_http`"),
            "{error}"
        );
    }
}
