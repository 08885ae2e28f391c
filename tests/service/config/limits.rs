//! Limits of settings, and settings that other ones make useless.

use sender_constraint::config::GuardConfig;
use sender_constraint::proof::Dpop;
use sender_constraint::token::PerIssuer;
use sender_constraint::{ConfigError, Guard};

use super::{jwks, with_variables};
use crate::common::*;

#[tokio::test]
async fn cfg_06_a_realm_has_at_most_256_bytes() {
    let jwks = jwks();
    let realm = |length| "a".repeat(length);
    let guard = |length| {
        let builder = Guard::builder(PerIssuer::new()).dpop(Dpop::new(ORIGIN).unwrap());
        builder.realm(realm(length)).build().map(drop)
    };
    assert_eq!(guard(256), Ok(()));
    let refused = guard(257).unwrap_err();
    assert!(
        matches!(refused, ConfigError::Size { value: 257, .. }),
        "{refused}"
    );
    let config = with_variables(&jwks, &[("POLICY_REALM", &realm(257))]).unwrap();
    let error = config.build().await.map(drop).unwrap_err();
    assert_eq!(
        error.to_string(),
        "environment variable SENDER_CONSTRAINT_POLICY_REALM: the length of the realm is 257, but must be from 1 to 256"
    );
    // That of a program is no setting.
    assert_eq!(GuardConfig::new(ISSUER, ORIGIN).setting_of(&refused), None);
}

#[tokio::test]
async fn cfg_06_insecure_origins_are_not_accepted_where_none_is_plain_http() {
    let jwks = jwks();
    let insecure = ("INSECURE_HTTP_ORIGIN", "true");
    let build = async |origin| {
        let config = with_variables(&jwks, &[insecure, ("ORIGIN", origin)]).unwrap();
        config.build().await.map(drop)
    };
    for origin in [
        "http://rs.example.com",
        "http://127.0.0.1:9300",
        "https://a.example http://b.example",
    ] {
        assert_eq!(build(origin).await, Ok(()), "{origin}");
    }
    for origin in [
        ORIGIN,
        "HTTPS://rs.example.com",
        "https://a.example https://b.example",
    ] {
        let error = build(origin).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "environment variable SENDER_CONSTRAINT_INSECURE_HTTP_ORIGIN: it has no effect without an origin over plain http"
        );
    }
}

#[test]
fn cfg_06_the_size_of_a_memory_is_unused_where_dpop_is_off() {
    let mut config = GuardConfig::new(ISSUER, ORIGIN);
    config.replay.capacity = Some(0);
    let text = |config: &GuardConfig| config.memory_store().map(drop).unwrap_err().to_string();
    assert!(
        text(&config).contains("must be from 1024"),
        "{}",
        text(&config)
    );
    config.dpop.off = true;
    assert!(
        text(&config).starts_with("`replay.capacity`: it has no effect without DPoP"),
        "{}",
        text(&config)
    );
    config.replay.capacity = None;
    assert!(config.memory_store().is_ok());
}
