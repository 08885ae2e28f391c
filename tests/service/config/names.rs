//! Every setting has a key and a variable, and unknown names are refused with the nearest known one.

use sender_constraint::config::{GuardConfig, is_service_variable, nearest_name};

use super::from_variables;
use crate::common::*;

const TOML: &str = r#"
origins = ["https://a.example", "https://b.example"]
path_prefix = "/v1"
insecure_http_origin = true

[[issuer]]
name = "https://as.example.com"
jwks = "jwks.json"
dialect = "okta"
algorithms = ["ES256", "PS256"]
accept_untyped_tokens = true
insecure_http = true

[[issuer]]
name = "https://partner.example.com"
dialect = "keycloak"

[tokens]
audiences = ["one", "two"]
ca = "ca.pem"
leeway_seconds = 1
start_without_keys = true

[dpop]
off = true
max_age_seconds = 2
clock_skew_seconds = 3
algorithms = ["ES384"]

[nonce]
mode = "skew"
secret_file = "nonces"
rotation_seconds = 4

[replay]
capacity = 5
share_per_principal = 6
checked_by_gateway_only = true

[forwarded]
fields = "x-forwarded"
trusted_peers = ["10.0.0.7", "unix"]
trusted_hops = 7

[mtls]
source = "forwarded"
format = "xfcc"
header = "X-Certificate"
trusted_peers = ["10.0.0.8"]
trusted_hops = 8
reject_untrusted_peers = true
refuse_expired = true

[policy]
accept_early_data = true
allow_and_report_unbound_tokens = true
allow_unbound_tokens = true
deny_file = "deny.toml"
exceptions_file = "exceptions.toml"
grpc_responses = true
ignore_confirmation_members = ["a", "b"]
keep_credentials = true
realm = "accounts"
refuse_query_tokens = true
refuse_stray_proofs = true
resource_metadata = "https://a.example/.well-known/oauth-protected-resource"
"#;

/// Variables by the rule of the documentation: the key in capitals, with three that differ.
fn variables() -> Vec<(String, String)> {
    let (mut table, mut variables) = (String::new(), Vec::new());
    let mut issuers = 0;
    for line in TOML.lines().filter(|line| !line.is_empty()) {
        if line == "[[issuer]]" {
            issuers += 1;
            table = if issuers == 1 {
                "issuer_".into()
            } else {
                format!("issuer_{issuers}_")
            };
        } else if let Some(name) = line.strip_prefix('[') {
            table = format!("{}_", name.trim_end_matches(']'));
        } else {
            let (key, value) = line.split_once(" = ").unwrap();
            let name = match (table.as_str(), key) {
                ("", "origins") => "origin".into(),
                ("tokens_", "audiences") => "audience".into(),
                (issuer, "name") => issuer.trim_end_matches('_').to_owned(),
                _ => format!("{table}{key}"),
            };
            let value = value.replace(['[', ']', '"', ','], "");
            variables.push((name.to_uppercase(), value));
        }
    }
    variables
}

#[test]
fn cfg_04_each_key_has_a_variable() {
    let from_file: GuardConfig = toml::from_str(TOML).unwrap();
    let variables = variables();
    assert_eq!(variables.len(), 47);
    let pairs: Vec<_> = variables
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(from_variables(&pairs).unwrap(), from_file);
    // Each of them counts.
    for left_out in &pairs {
        let rest: Vec<_> = pairs.iter().filter(|it| *it != left_out).copied().collect();
        assert_ne!(from_variables(&rest).unwrap(), from_file, "{left_out:?}");
    }
}

#[test]
fn cfg_04_unknown_keys_are_refused() {
    for text in [
        "orign = 1",
        "[dpop]\nmax_age = 1",
        "[tokens]\naudience = []",
        "[nonce]\nsecret = \"a\"",
        "[policy]\nallow_unbound = true",
        "[mtls]\nheaders = \"a\"",
        "[forwarded]\npeers = []",
        "[replay]\nsize = 1",
        "[[issuer]]\nissuer = \"a\"",
    ] {
        let error = toml::from_str::<GuardConfig>(text).unwrap_err().to_string();
        assert!(error.contains("unknown field"), "{error}");
    }
}

#[test]
fn cfg_04_an_unknown_variable_is_refused_with_the_nearest_name() {
    for (name, nearest) in [
        ("ORIGN", Some("ORIGIN")),
        ("ISUER", Some("ISSUER")),
        ("ISSUERS", Some("ISSUER")),
        ("ISSUER_DIALEKT", Some("ISSUER_DIALECT")),
        ("AUDIENCES", Some("AUDIENCE")),
        ("DPOP_MAX_AGE", Some("DPOP_MAX_AGE_SECONDS")),
        ("NONCE_SECRET", Some("NONCE_SECRET_FILE")),
        (
            "POLICY_ALLOW_UNBOUND_TOKEN",
            Some("POLICY_ALLOW_UNBOUND_TOKENS"),
        ),
        ("ISSUER_1", Some("ISSUER")),
        ("ISSUER_02", None),
        ("X", None),
        ("", None),
    ] {
        let error = from_variables(&[(name, "a-value-that-may-be-secret")]).unwrap_err();
        let text = error.to_string();
        let expected =
            format!("environment variable SENDER_CONSTRAINT_{name}: there is no such setting");
        assert!(text.starts_with(&expected), "{text}");
        assert!(!text.contains("a-value"), "{text}");
        match nearest {
            None => assert!(
                text.ends_with("setting") || name.starts_with("ISSUER_0"),
                "{text}"
            ),
            Some(known) => {
                assert!(
                    text.ends_with(&format!("; did you mean SENDER_CONSTRAINT_{known}?")),
                    "{text}"
                );
            }
        }
    }
    assert_eq!(nearest_name("lisen", ["listen"]), Some("listen"));
}

#[test]
fn cfg_05_other_variables_are_left_alone() {
    let variables = [
        ("HOME", "/root"),
        ("SENDER_CONSTRAINT", "a"),
        ("SENDER_CONSTRAINT_GATE__MODE", "proxy"),
        ("SENDER_CONSTRAINT_ORIGIN", ""),
        ("SENDER_CONSTRAINT_UNKNOWN", ""),
        ("SENDER_CONSTRAINT_ISSUER", ISSUER),
    ];
    let config = GuardConfig::from_variables(GuardConfig::PREFIX, variables).unwrap();
    assert_eq!(config.origin, None);
    assert_eq!(config.issuers[0].name, ISSUER);
}

#[test]
fn cfg_05_variables_of_kubernetes_are_left_alone() {
    let service = [
        ("GATE_SERVICE_HOST", "10.0.0.1"),
        ("GATE_SERVICE_PORT", "80"),
        ("GATE_SERVICE_PORT_HTTP", "80"),
        ("GATE_PORT", "tcp://10.0.0.1:80"),
        ("GATE_PORT_80_TCP", "tcp://10.0.0.1:80"),
        ("GATE_PORT_80_TCP_PROTO", "tcp"),
        ("GATE_PORT_80_TCP_PORT", "80"),
        ("GATE_PORT_80_TCP_ADDR", "10.0.0.1"),
    ];
    assert_eq!(from_variables(&service).unwrap(), GuardConfig::default());
    assert!(from_variables(&[("GATE_PORTS", "80")]).is_err());
    // No setting has such a name.
    for (name, _) in variables() {
        assert!(!is_service_variable(&name), "{name}");
    }
}
