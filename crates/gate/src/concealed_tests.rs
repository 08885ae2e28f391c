//! No error shows a secret that is in the place of another value.

use crate::config::{Config, PREFIX};
use crate::gate::Gate;

const EXAMPLE: &str = include_str!("../examples/reverse_proxy.toml");

/// Each has `kq8`, which no other text has.
const SECRETS: [&str; 8] = [
    "{\"kty\":\"oct\",\"k\":\"kq8\"}",
    "-----BEGIN PRIVATE KEY-----\nkq8Yc0lJv1cZcGqN0v0h3n6vSg3o0rC9\n-----END PRIVATE KEY-----",
    "https://admin:kq8@as.example.com/",
    "admin:kq8@as.example.com",
    "eyJhbGciOiJub25lIn0.kq8",
    "kq8AAAAAAAAAAAAAAAA.kq8AAAAAAAAAAAAAAAA.kq8",
    "kq8Yc0lJv1cZcGqN0v0h3n6vSg3o0rC9xTqI2m8uXhE",
    "Yc0l/v1cZcGqN0v0h3n6vSg3o0rC9xTqI2m8uXkq8E=",
];

/// RFC 7517 appendix A.1.
const JWKS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}"#;

/// The error of a check, with these variables.
async fn error(variables: &[(&str, &str)]) -> Option<String> {
    let variables = variables.iter().map(|(name, value)| {
        let name = format!("{PREFIX}{name}");
        (name, (*value).to_owned())
    });
    let checked = match Config::parse("gate.toml", EXAMPLE, variables) {
        Ok(config) => Gate::check(config, None).await.map(drop),
        Err(error) => Err(error),
    };
    checked.err().map(|error| format!("{error} {error:?}"))
}

const MTLS: [(&str, &str); 3] = [
    ("MTLS__SOURCE", "forwarded"),
    ("MTLS__FORMAT", "pem-percent"),
    ("MTLS__TRUSTED_PEERS", "10.0.0.7"),
];
const INTROSPECTION: [(&str, &str); 3] = [
    ("INTROSPECTION__TOKENS", "all"),
    ("INTROSPECTION__CLIENT_ID", "a"),
    ("INTROSPECTION__CLIENT_KEY", "/nowhere/client.jwk"),
];
const TOKEN: [(&str, &str); 3] = [
    ("IDENTITY__TOKEN__KEY", "/nowhere/key.pem"),
    ("IDENTITY__TOKEN__ISSUER", "a"),
    ("IDENTITY__TOKEN__AUDIENCE", "a"),
];
const TLS: [(&str, &str); 2] = [
    ("TLS__CERTIFICATE", "/nowhere/chain.pem"),
    ("TLS__KEY", "/nowhere/key.pem"),
];

#[tokio::test]
async fn cfg_07_no_error_shows_a_secret_in_place_of_another_value() {
    // With a client of HTTP for each of the checks, the test would take long.
    let jwks = std::env::temp_dir().join(format!("gate-keys-{}.json", std::process::id()));
    std::fs::write(&jwks, JWKS).unwrap();
    let jwks = jwks.display().to_string();
    let nonces = [("NONCE__MODE", "required")];
    let fields = [("FORWARDED__FIELDS", "rfc7239")];
    for (name, others) in [
        ("LISTEN", &[][..]),
        ("ADMIN__LISTEN", &[]),
        ("MODE", &[]),
        ("ORIGIN", &[]),
        ("PATH_PREFIX", &[]),
        ("UPSTREAM__URL", &[]),
        ("UPSTREAM__CA", &[("UPSTREAM__URL", "https://a.example")]),
        ("PUBLIC__PATHS", &[]),
        ("PUBLIC__PREFIXES", &[]),
        ("ISSUER__0__NAME", &[]),
        ("ISSUER__0__JWKS", &[]),
        ("ISSUER__0__DIALECT", &[]),
        ("ISSUER__0__ALGORITHMS", &[]),
        ("TOKENS__CA", &[]),
        ("TOKENS__LEEWAY_SECONDS", &[]),
        ("DPOP__ALGORITHMS", &[]),
        ("DPOP__OFF", &[]),
        ("NONCE__MODE", &[]),
        ("NONCE__SECRET_FILE", &nonces),
        ("REPLAY__REDIS", &[]),
        ("REPLAY__CA", &[("REPLAY__REDIS", "rediss://a.example")]),
        ("DENY__REDIS", &[]),
        ("FORWARDED__FIELDS", &[]),
        ("FORWARDED__TRUSTED_PEERS", &fields),
        ("MTLS__SOURCE", &[]),
        ("MTLS__FORMAT", &MTLS),
        ("MTLS__TRUSTED_PEERS", &MTLS),
        ("POLICY__DENY_FILE", &[]),
        ("POLICY__EXCEPTIONS_FILE", &[]),
        ("POLICY__RESOURCE_METADATA", &[]),
        ("IDENTITY__HEADERS__SUBJECT", &[]),
        ("IDENTITY__TOKEN__KEY", &TOKEN),
        ("INTROSPECTION__TOKENS", &INTROSPECTION),
        ("INTROSPECTION__ENDPOINT", &INTROSPECTION),
        ("INTROSPECTION__CLIENT_KEY", &INTROSPECTION),
        ("TLS__CERTIFICATE", &TLS),
        ("TLS__CLIENT_CERTIFICATES", &TLS),
    ] {
        for secret in SECRETS {
            let mut variables = others.to_vec();
            variables.push(("ISSUER__0__JWKS", &jwks));
            variables.retain(|(it, _)| *it != name);
            variables.push((name, secret));
            let error = error(&variables).await;
            let error = error.unwrap_or_else(|| panic!("{name} accepts {secret}"));
            assert!(!error.contains("kq8"), "{name}: {error}");
        }
    }
    drop(std::fs::remove_file(jwks));
}

#[tokio::test]
async fn cfg_07_a_value_that_is_no_secret_is_shown() {
    for (name, value) in [
        ("LISTEN", "gate.internal.accounts.example.com"),
        ("MODE", "reverse-proxy"),
        (
            "UPSTREAM__URL",
            "http://orders.internal.accounts.example.com/a",
        ),
        (
            "POLICY__DENY_FILE",
            "/etc/sender-constraint/denied-clients.toml",
        ),
    ] {
        let error = error(&[(name, value)]).await.unwrap();
        assert!(error.contains(&format!("{value:?}")), "{name}: {error}");
    }
}
