//! A setting is never ignored: what another one makes useless is refused.

use sender_constraint::config::{ForwardedConfig, GuardConfig, SettingReason};

use super::{jwks, with_variables};
use crate::common::*;

#[tokio::test]
async fn cfg_06_settings_of_proofs_are_refused_where_dpop_is_off() {
    let jwks = jwks();
    let off = [
        ("DPOP_OFF", "true"),
        ("POLICY_ALLOW_UNBOUND_TOKENS", "true"),
    ];
    let config = with_variables(&jwks, &off).unwrap();
    assert!(config.build().await.is_ok());
    for (name, value, key) in [
        ("PATH_PREFIX", "/v1", "path_prefix"),
        ("INSECURE_HTTP_ORIGIN", "true", "insecure_http_origin"),
        ("DPOP_MAX_AGE_SECONDS", "30", "dpop.max_age_seconds"),
        ("DPOP_CLOCK_SKEW_SECONDS", "5", "dpop.clock_skew_seconds"),
        ("DPOP_ALGORITHMS", "ES256", "dpop.algorithms"),
        ("NONCE_MODE", "required", "nonce.mode"),
        ("NONCE_SECRET_FILE", "/nowhere", "nonce.secret_file"),
        ("NONCE_ROTATION_SECONDS", "60", "nonce.rotation_seconds"),
        ("REPLAY_CAPACITY", "1000", "replay.capacity"),
        (
            "REPLAY_SHARE_PER_PRINCIPAL",
            "10",
            "replay.share_per_principal",
        ),
        (
            "REPLAY_CHECKED_BY_GATEWAY_ONLY",
            "true",
            "replay.checked_by_gateway_only",
        ),
        ("FORWARDED_FIELDS", "rfc7239", "forwarded.fields"),
        (
            "FORWARDED_TRUSTED_PEERS",
            "10.0.0.7",
            "forwarded.trusted_peers",
        ),
        ("FORWARDED_TRUSTED_HOPS", "2", "forwarded.trusted_hops"),
    ] {
        let variables = [&off[..], &[(name, value)]].concat();
        let error = with_variables(&jwks, &variables).unwrap().build().await;
        let error = error.map(drop).unwrap_err();
        assert_eq!(error.setting(), key);
        let expected = format!(
            "environment variable SENDER_CONSTRAINT_{name}: it has no effect without DPoP: `SENDER_CONSTRAINT_DPOP_OFF=true` is set"
        );
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn cfg_06_an_empty_table_of_proxies_is_refused_where_dpop_is_off() {
    let mut config = GuardConfig::new(ISSUER, ORIGIN);
    config.dpop.off = true;
    config.forwarded = Some(ForwardedConfig::default());
    let error = config.dpop().unwrap_err();
    assert_eq!(error.setting(), "forwarded.fields");
    assert!(matches!(error.reason(), SettingReason::Unused(_)));
}

#[tokio::test]
async fn cfg_06_a_dialect_beside_untyped_tokens_is_refused() {
    let jwks = jwks();
    let both = [
        ("ISSUER_DIALECT", "keycloak"),
        ("ISSUER_ACCEPT_UNTYPED_TOKENS", "true"),
    ];
    for one in both {
        let config = with_variables(&jwks, &[one]).unwrap();
        assert!(config.build().await.is_ok(), "{one:?}");
    }
    let error = with_variables(&jwks, &both).unwrap().build().await;
    let error = error.map(drop).unwrap_err();
    assert_eq!(error.setting(), "issuer[0].dialect");
    assert!(matches!(error.reason(), SettingReason::Conflict(_)));
    assert_eq!(
        error.to_string(),
        "environment variable SENDER_CONSTRAINT_ISSUER_DIALECT: expected either `SENDER_CONSTRAINT_ISSUER_DIALECT` or \
         `SENDER_CONSTRAINT_ISSUER_ACCEPT_UNTYPED_TOKENS=true`, which takes its place"
    );
}
