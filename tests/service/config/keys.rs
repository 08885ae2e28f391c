//! Errors name the key of a setting, also those of a builder, if a setting caused them.

use sender_constraint::config::GuardConfig;
use sender_constraint::proof::Dpop;
use sender_constraint::token::PerIssuer;
use sender_constraint::{ConfigError, Guard};

use super::jwks;
use crate::common::*;

#[tokio::test]
async fn cfg_06_errors_name_the_key() {
    let jwks = jwks();
    let valid = || {
        let mut config = GuardConfig::new(ISSUER, ORIGIN);
        config.issuers[0].jwks = Some(jwks.path().display().to_string());
        config
    };
    let mut two = valid();
    two.origins = vec!["https://b.example".to_owned()];
    let mut element = valid();
    (element.origin, element.origins) = (None, vec![ORIGIN.to_owned(), "b".to_owned()]);
    let mut audience = valid();
    audience.tokens.audiences = vec!["a".to_owned(), " b".to_owned()];
    let mut again = valid();
    again.issuers.push(again.issuers[0].clone());
    let mut gateway = valid();
    gateway.replay.checked_by_gateway_only = true;
    gateway.replay.capacity = Some(10);
    for (config, setting, text) in [
        (
            GuardConfig::default(),
            "origin",
            "`origin`: it is missing; expected scheme",
        ),
        (
            two,
            "origins",
            "`origins`: expected either `origin` or `origins`",
        ),
        (
            element,
            "origins[1]",
            "`origins[1]`: origin \"b\" is not usable",
        ),
        (
            audience,
            "tokens.audiences[1]",
            "`tokens.audiences[1]`: audience \" b\" is not usable",
        ),
        (
            again,
            "issuer[1].name",
            "`issuer[1].name`: issuer \"https://as.example.com\" is configured twice",
        ),
        (
            gateway,
            "replay.checked_by_gateway_only",
            "`replay.checked_by_gateway_only`: no proof is recorded with it",
        ),
    ] {
        let error = config.build().await.unwrap_err();
        assert_eq!(error.setting(), setting);
        assert!(error.to_string().starts_with(text), "{error}");
        assert_eq!(format!("{error:?}"), error.to_string());
    }
}

#[test]
fn cfg_06_errors_of_a_builder_have_the_setting_that_caused_them() {
    let text = |parameter| ConfigError::ChallengeText {
        parameter,
        value: "a".into(),
    };
    let plain = "http://api.example.com/metadata";
    let url = |value| {
        let dpop = Dpop::new(ORIGIN).unwrap();
        let guard = Guard::builder(PerIssuer::new()).dpop(dpop);
        guard.resource_metadata(value).build().unwrap_err()
    };
    let mut config = GuardConfig::new(ISSUER, ORIGIN);
    config.dpop.off = true;
    config.policy.ignore_confirmation_members = vec!["jkt".into()];
    config.policy.realm = Some("a".into());
    config.policy.resource_metadata = Some(plain.into());
    for (error, setting) in [
        (ConfigError::NothingAccepted, "dpop.off"),
        (
            ConfigError::KnownConfirmationMember("jkt"),
            "policy.ignore_confirmation_members",
        ),
        (text("realm"), "policy.realm"),
        (text("resource_metadata"), "policy.resource_metadata"),
        (url(plain), "policy.resource_metadata"),
    ] {
        let located = config.setting_of(&error).unwrap();
        assert_eq!(located.setting(), setting);
        // What the program set by itself is no setting of the configuration.
        let unset = GuardConfig::new(ISSUER, ORIGIN);
        assert_eq!(unset.setting_of(&error), None, "{error}");
    }
    let of_others = [
        ConfigError::AuthorizationServer("a".into()),
        ConfigError::Profile {
            profile: "Guard::fapi2",
            setting: "a".into(),
            rule: "b",
        },
        ConfigError::KnownConfirmationMember("x5t#S256"),
        text("scope"),
        url("http://other.example.com/"),
    ];
    for error in of_others {
        assert_eq!(config.setting_of(&error), None, "{error}");
    }
}

#[tokio::test]
async fn cfg_06_settings_can_be_added_to_a_profile() {
    let jwks = jwks();
    let mut config = GuardConfig::new(ISSUER, ORIGIN);
    config.issuers[0].jwks = Some(jwks.path().display().to_string());
    let build = |config: &GuardConfig, keys| {
        let tokens = config.tokens(keys).unwrap();
        let builder = config.with_policy(Guard::fapi2(tokens));
        builder.dpop(config.dpop().unwrap().unwrap()).build()
    };
    config.issuers[0].algorithms = vec!["ES256".into()];
    let keys = config.keys().await.unwrap();
    assert!(build(&config, keys.clone()).is_ok());
    config.policy.allow_unbound_tokens = true;
    let error = build(&config, keys).map(drop).unwrap_err();
    assert!(matches!(error, ConfigError::Profile { .. }), "{error}");
    assert_eq!(config.setting_of(&error), None);
}
