//! A wrong setting is reported also while the issuer does not answer.

use super::from_variables;
use crate::common::*;

/// Nothing listens at its port.
const UNREACHABLE: &str = "http://127.0.0.1:1";

async fn refused(more: &[(&str, &str)]) -> (String, String) {
    let mut variables = vec![("ISSUER", UNREACHABLE), ("ORIGIN", ORIGIN)];
    variables.retain(|(name, _)| !more.iter().any(|(changed, _)| changed == name));
    variables.extend(more);
    let error = from_variables(&variables).unwrap().build().await;
    let error = error.map(drop).unwrap_err();
    (error.setting().to_owned(), error.to_string())
}

#[tokio::test]
async fn cfg_03_settings_are_checked_before_keys_are_fetched() {
    let (setting, text) = refused(&[]).await;
    assert_eq!(setting, "issuer[0].name");
    assert!(text.contains("cannot be fetched"), "{text}");
    let proxied = ("FORWARDED_FIELDS", "rfc7239");
    let certificates = ("MTLS_SOURCE", "forwarded");
    for (variables, expected) in [
        (&[("ORIGIN", "b")][..], "origin"),
        (&[("PATH_PREFIX", "v1")], "path_prefix"),
        (
            &[("AUDIENCE", "a b"), ("TOKENS_LEEWAY_SECONDS", "301")],
            "tokens.leeway_seconds",
        ),
        (&[("TOKENS_CA", "/nowhere/ca.pem")], "tokens.ca"),
        (&[("ISSUER_DIALECT", "a")], "issuer[0].dialect"),
        (&[("ISSUER_ALGORITHMS", "HS256")], "issuer[0].algorithms[0]"),
        (
            &[("ISSUER_2", "https://as.example.com?a")],
            "issuer[1].name",
        ),
        (
            &[
                ("ISSUER_2", ISSUER),
                ("ISSUER_2_JWKS", "/nowhere/jwks.json"),
            ],
            "issuer[1].jwks",
        ),
        (
            &[("ISSUER_2", ISSUER), ("ISSUER_3", ISSUER)],
            "issuer[2].name",
        ),
        (&[("DPOP_OFF", "true")], "dpop.off"),
        (&[("DPOP_MAX_AGE_SECONDS", "301")], "dpop.max_age_seconds"),
        (
            &[("DPOP_CLOCK_SKEW_SECONDS", "61")],
            "dpop.clock_skew_seconds",
        ),
        (&[("DPOP_ALGORITHMS", "none")], "dpop.algorithms[0]"),
        (
            &[("NONCE_ROTATION_SECONDS", "60")],
            "nonce.rotation_seconds",
        ),
        (
            &[
                ("NONCE_MODE", "required"),
                ("NONCE_SECRET_FILE", "/nowhere/a"),
            ],
            "nonce.secret_file",
        ),
        (&[("REPLAY_CAPACITY", "0")], "replay.capacity"),
        (
            &[("REPLAY_SHARE_PER_PRINCIPAL", "0")],
            "replay.share_per_principal",
        ),
        (&[proxied], "forwarded.trusted_peers"),
        (
            &[proxied, ("FORWARDED_TRUSTED_PEERS", "a")],
            "forwarded.trusted_peers[0]",
        ),
        (&[("MTLS_FORMAT", "rfc9440")], "mtls.source"),
        (&[certificates], "mtls.format"),
        (
            &[certificates, ("MTLS_FORMAT", "rfc9440")],
            "mtls.trusted_peers",
        ),
        (
            &[("POLICY_DENY_FILE", "/nowhere/deny.toml")],
            "policy.deny_file",
        ),
        (
            &[("POLICY_EXCEPTIONS_FILE", "/nowhere/a.toml")],
            "policy.exceptions_file",
        ),
        (
            &[("POLICY_IGNORE_CONFIRMATION_MEMBERS", "jkt")],
            "policy.ignore_confirmation_members",
        ),
        (&[("POLICY_REALM", "a\"b")], "policy.realm"),
        (
            &[("POLICY_RESOURCE_METADATA", "http://a.example")],
            "policy.resource_metadata",
        ),
    ] {
        let (setting, text) = refused(variables).await;
        assert_eq!(setting, expected, "{text}");
    }
}
