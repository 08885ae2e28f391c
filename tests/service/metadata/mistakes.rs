//! What errors say of mistakes in the metadata of a resource.

use sender_constraint::ConfigError;
use sender_constraint::metadata::ProtectedResource;
use sender_constraint::token::Issuer;

use crate::common::*;

fn accounts() -> ProtectedResource {
    ProtectedResource::new("https://rs.example.com").unwrap()
}

fn error(resource: ProtectedResource) -> Option<ConfigError> {
    let builder = World::new().guard.to_builder();
    builder.protected_resource(resource).build().err()
}

#[test]
fn prm_04_error_names_the_member() {
    for (resource, member) in [
        (accounts().jwks_uri("jwks"), "jwks_uri"),
        (accounts().documentation("docs"), "resource_documentation"),
        (accounts().policy_uri("policy"), "resource_policy_uri"),
        (accounts().tos_uri_in("de", "tos"), "resource_tos_uri"),
    ] {
        let text = error(resource).unwrap().to_string();
        let expected = format!("protected resource: {member} ");
        assert!(text.starts_with(&expected), "{text}");
    }
}

#[test]
fn prm_04_name_has_a_length() {
    assert_eq!(error(accounts().name("a".repeat(1024))), None);
    for refused in [String::new(), "a".repeat(1025)] {
        let error = error(accounts().name(refused)).unwrap();
        assert!(
            matches!(error, ConfigError::Size { most: 1024, .. }),
            "{error}"
        );
    }
}

#[test]
fn prm_02_url_of_metadata_is_no_identifier() {
    for refused in [
        "https://rs.example.com/.well-known/oauth-protected-resource",
        "https://rs.example.com/.well-known/oauth-protected-resource/mcp",
    ] {
        let error = ProtectedResource::new(refused).unwrap_err().to_string();
        assert!(error.contains("leave out \"/.well-known/\""), "{error}");
    }
    let keys = || {
        sender_constraint::keys::StaticKeys::from_json(
            &serde_json::json!({"keys": [Key::from_seed("ES256", 0).jwk()]}).to_string(),
        )
    };
    let name = "https://as.example.com/realms/a/.well-known/openid-configuration";
    let error = Issuer::new(name, keys().unwrap()).unwrap_err().to_string();
    assert!(error.starts_with("issuer "), "{error}");
    assert!(error.contains("leave out \"/.well-known/\""), "{error}");
    assert!(Issuer::new("https://as.example.com/well-known", keys().unwrap()).is_ok());
}
