//! No error shows a secret that is in the place of another value.

use sender_constraint::config::{GuardConfig, SettingReason};

use super::{jwks, with_variables};
use crate::common::*;

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

#[tokio::test]
async fn cfg_07_no_error_shows_a_secret_in_place_of_another_value() {
    let jwks = jwks();
    let nonces = ("NONCE_MODE", "required");
    let source = ("MTLS_SOURCE", "forwarded");
    let format = ("MTLS_FORMAT", "rfc9440");
    let peers = ("MTLS_TRUSTED_PEERS", "10.0.0.7");
    for (name, beside) in [
        ("ISSUER", &[][..]),
        ("ISSUER_ALGORITHMS", &[]),
        ("ISSUER_DIALECT", &[]),
        ("ISSUER_INSECURE_HTTP", &[]),
        ("ISSUER_JWKS", &[]),
        ("ORIGIN", &[]),
        ("PATH_PREFIX", &[]),
        ("TOKENS_CA", &[]),
        ("TOKENS_LEEWAY_SECONDS", &[]),
        ("DPOP_ALGORITHMS", &[]),
        ("NONCE_MODE", &[]),
        ("NONCE_SECRET_FILE", &[nonces]),
        ("REPLAY_CAPACITY", &[]),
        ("FORWARDED_FIELDS", &[]),
        (
            "FORWARDED_TRUSTED_PEERS",
            &[("FORWARDED_FIELDS", "rfc7239")],
        ),
        ("MTLS_FORMAT", &[source]),
        (
            "MTLS_HEADER",
            &[source, ("MTLS_FORMAT", "pem-percent"), peers],
        ),
        ("MTLS_TRUSTED_PEERS", &[source, format]),
        ("POLICY_DENY_FILE", &[]),
        ("POLICY_EXCEPTIONS_FILE", &[]),
        ("POLICY_RESOURCE_METADATA", &[]),
    ] {
        for secret in SECRETS {
            let variables = [beside, &[(name, secret)]].concat();
            let error = match with_variables(&jwks, &variables) {
                Err(error) => error,
                Ok(config) => match config.build().await {
                    Err(error) => error,
                    // Letters, digits and `.` are the name of a header.
                    Ok(_) if name == "MTLS_HEADER" => continue,
                    Ok(_) => panic!("{name} is accepted"),
                },
            };
            let texts = format!("{error} {:?} {}", error.reason(), error.reason());
            assert!(!texts.contains("kq8"), "{texts}");
            assert!(error.to_string().contains("a text of "), "{name}: {error}");
            assert!(!error.to_string().contains("\"a text"), "{name}: {error}");
        }
    }
    let realm = [("POLICY_REALM", "kq8Yc0lJv1cZcGqN0v0h3n6vS\u{e9}")];
    let error = with_variables(&jwks, &realm).unwrap().build().await;
    let error = error.map(drop).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("realm a text of 26 characters has characters"),
        "{error}"
    );
}

#[tokio::test]
async fn cfg_07_the_texts_of_a_program_are_concealed_as_well() {
    let mut config = GuardConfig::new(ISSUER, ORIGIN);
    config.tokens.audiences = vec![format!(" {}", SECRETS[6])];
    config.issuers[0].jwks = Some(jwks().path().display().to_string());
    let error = config.build().await.map(drop).unwrap_err();
    assert!(!error.to_string().contains("kq8"), "{error}");
    let error = config.tokens([]).map(drop).unwrap_err();
    assert!(!error.to_string().contains("kq8"), "{error}");
}

#[tokio::test]
async fn cfg_07_an_empty_path_is_refused() {
    let texts = |set: fn(&mut GuardConfig)| {
        let jwks = jwks();
        let mut config = GuardConfig::new(ISSUER, ORIGIN);
        config.issuers[0].jwks = Some(jwks.path().display().to_string());
        set(&mut config);
        async move {
            let _kept = jwks;
            config.build().await.map(drop).unwrap_err().to_string()
        }
    };
    for (error, setting) in [
        (
            texts(|it| it.issuers[0].jwks = Some(String::new())).await,
            "issuer[0].jwks",
        ),
        (
            texts(|it| it.policy.deny_file = Some(String::new())).await,
            "policy.deny_file",
        ),
        (
            texts(|it| it.policy.exceptions_file = Some(String::new())).await,
            "policy.exceptions_file",
        ),
        (
            texts(|it| it.tokens.ca = Some(String::new())).await,
            "tokens.ca",
        ),
    ] {
        let expected = format!("`{setting}`: came an empty text, expected the path of a file");
        assert_eq!(error, expected);
    }
}

#[test]
fn cfg_07_the_name_of_an_unknown_variable_is_limited_and_escaped() {
    let error = |name: &str| {
        let variables = [(format!("A_{name}"), "a".to_owned())];
        let error = GuardConfig::from_variables("A_", variables).unwrap_err();
        assert!(matches!(error.reason(), SettingReason::Unknown { .. }));
        error.to_string()
    };
    assert!(
        error("\u{1b}[31m\n").starts_with("environment variable A_\\u{1b}[31m\\n: "),
        "{}",
        error("\u{1b}[31m\n")
    );
    let longest = "B".repeat(118);
    assert!(error(&longest).starts_with(&format!("environment variable A_{longest}: ")));
    let longer = "B".repeat(119);
    assert!(error(&longer).starts_with(&format!("environment variable A_{longest}..: ")));
}
