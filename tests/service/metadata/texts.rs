//! Names and pages in several languages, and the keys of a resource.

use sender_constraint::ConfigError;
use sender_constraint::jose::Algorithm;
use serde_json::json;

use super::{accounts, document};
use crate::common::*;

#[test]
fn prm_04_texts_have_variants_by_language() {
    let resource = accounts()
        .name("Accounts")
        .name_in("de", "Alte Konten")
        .name_in("de", "Konten")
        .documentation_in("pt-BR", "https://rs.example.com/pt/docs")
        .policy_uri_in("fr", "https://rs.example.com/fr/policy")
        .tos_uri_in("zh-Hant-TW", "https://rs.example.com/zh/tos");
    let document = document(|builder| builder.protected_resource(resource));
    for (member, value) in [
        ("resource_name", "Accounts"),
        ("resource_name#de", "Konten"),
        (
            "resource_documentation#pt-BR",
            "https://rs.example.com/pt/docs",
        ),
        ("resource_policy_uri#fr", "https://rs.example.com/fr/policy"),
        (
            "resource_tos_uri#zh-Hant-TW",
            "https://rs.example.com/zh/tos",
        ),
    ] {
        assert_eq!(document[member], value, "{member}");
    }
    assert!(document.get("resource_documentation").is_none());
}

#[test]
fn prm_04_languages_are_tags_and_texts_are_limited() {
    let build = |resource| {
        let builder = World::new().guard.to_builder();
        builder.protected_resource(resource).build().map(drop)
    };
    for bad in ["d e", "de-", "-", "de_DE", "ä", "abcdefghi"] {
        let error = build(accounts().name_in(bad, "Konten")).unwrap_err();
        assert_eq!(error, ConfigError::Language(bad.to_owned()));
    }
    assert_eq!(build(accounts().name_in("abcdefgh", "Konten")), Ok(()));
    let error = build(accounts().tos_uri_in("de", "tos")).unwrap_err();
    assert!(
        matches!(error, ConfigError::ProtectedResource { .. }),
        "{error}"
    );
    let named = |number: usize| {
        let add = |resource: sender_constraint::metadata::ProtectedResource, each| {
            resource.name_in(&format!("x-{each}"), "Konten")
        };
        build((0..number).fold(accounts(), add))
    };
    assert_eq!(named(256), Ok(()));
    assert!(matches!(
        named(257),
        Err(ConfigError::Size { value: 257, .. })
    ));
}

#[test]
fn prm_04_keys_of_the_resource_are_https() {
    let resource = accounts()
        .jwks_uri("https://rs.example.com/jwks.json")
        .signing_algorithms([Algorithm::Es256, Algorithm::EdDsa]);
    let document = document(|builder| builder.protected_resource(resource));
    assert_eq!(document["jwks_uri"], "https://rs.example.com/jwks.json");
    let algorithms = &document["resource_signing_alg_values_supported"];
    assert_eq!(*algorithms, json!(["ES256", "EdDSA"]));
    let builder = World::new().guard.to_builder();
    let bad = accounts().jwks_uri("http://rs.example.com/jwks.json");
    let error = builder.protected_resource(bad).build().unwrap_err();
    assert!(
        matches!(error, ConfigError::ProtectedResource { .. }),
        "{error}"
    );
}
