//! Every error names the variable, what came and what was expected.

use std::ffi::OsString;

use sender_constraint::config::{GuardConfig, SettingReason};

use super::{from_variables, jwks, with_variables};

async fn error(variables: &[(&str, &str)]) -> String {
    let jwks = jwks();
    let config = match with_variables(&jwks, variables) {
        Ok(config) => config,
        Err(error) => return error.to_string(),
    };
    let Err(error) = config.build().await else {
        return "accepted".to_owned();
    };
    // No function of the library: the reader knows the settings only.
    assert!(!error.to_string().contains("::"), "{error}");
    assert!(!error.to_string().contains("(..)"), "{error}");
    error.to_string()
}

#[tokio::test]
async fn cfg_06_errors_name_the_variable() {
    let mut wrong = Vec::new();
    for (name, value, expected) in [
        (
            "ORIGIN",
            "",
            "it is missing; expected scheme, host and port that clients use",
        ),
        (
            "ISSUER",
            "",
            "it is missing; expected the issuer identifier of the authorization server",
        ),
        (
            "ISSUER_DIALECT",
            "keycloack",
            "came \"keycloack\", expected one of rfc9068, auth0, ",
        ),
        (
            "ISSUER_ALGORITHMS",
            "ES256 HS256",
            "came \"HS256\", expected one of ES256, ",
        ),
        (
            "ISSUER_ACCEPT_UNTYPED_TOKENS",
            "yes",
            "came \"yes\", expected true or false",
        ),
        ("ISSUER_JWKS", "/nowhere/jwks.json", "the key set "),
        (
            "ISSUER",
            "https://as.example.com?a",
            "issuer \"https://as.example.com?***\" is not usable: it has a query",
        ),
        (
            "TOKENS_LEEWAY_SECONDS",
            "301",
            "the leeway for access tokens is 301 s, but must be from 0 s to 300 s",
        ),
        (
            "TOKENS_CA",
            "/nowhere/ca.pem",
            "the file \"/nowhere/ca.pem\" cannot be read: ",
        ),
        (
            "TOKENS_CA",
            "/dev/null",
            "the file \"/dev/null\" cannot be used: the HTTP client cannot be set up: the PEM text has no certificate",
        ),
        (
            "DPOP_MAX_AGE_SECONDS",
            "301",
            "the maximum age of proofs is 301 s, but must be from 1 s to 300 s",
        ),
        (
            "DPOP_MAX_AGE_SECONDS",
            "1m",
            "came \"1m\", expected a number of seconds from 1 to 300",
        ),
        (
            "DPOP_MAX_AGE_SECONDS",
            "-1",
            "came \"-1\", expected a number of seconds from 1 to 300",
        ),
        (
            "DPOP_CLOCK_SKEW_SECONDS",
            "61",
            "the clock skew of proofs is 61 s, but must be from 0 s to 60 s",
        ),
        (
            "DPOP_ALGORITHMS",
            "none",
            "came \"none\", expected one of ES256, ",
        ),
        (
            "DPOP_OFF",
            "true",
            "no token could be accepted: leave `SENDER_CONSTRAINT_DPOP_OFF=true` out, or configure \
                              `SENDER_CONSTRAINT_MTLS_SOURCE`, or set `SENDER_CONSTRAINT_POLICY_ALLOW_UNBOUND_TOKENS=true`",
        ),
        (
            "NONCE_MODE",
            "on",
            "came \"on\", expected one of off, required, skew",
        ),
        (
            "NONCE_ROTATION_SECONDS",
            "60",
            "it has no effect without `SENDER_CONSTRAINT_NONCE_MODE`, required or skew",
        ),
        (
            "NONCE_SECRET_FILE",
            "a",
            "it has no effect without `SENDER_CONSTRAINT_NONCE_MODE`, required or skew",
        ),
        (
            "REPLAY_CAPACITY",
            "0",
            "the capacity of the replay store is 0, but must be from ",
        ),
        ("FORWARDED_TRUSTED_HOPS", "2", "it is missing"),
        (
            "MTLS_FORMAT",
            "pem",
            "it is missing; expected connection or forwarded",
        ),
        (
            "MTLS_SOURCE",
            "tls",
            "came \"tls\", expected one of connection, forwarded",
        ),
        ("PATH_PREFIX", "v1", "path prefix \"v1\" is not usable: "),
        (
            "POLICY_DENY_FILE",
            "/nowhere/deny.toml",
            "the file \"/nowhere/deny.toml\" cannot be used: ",
        ),
        (
            "POLICY_EXCEPTIONS_FILE",
            "/nowhere/a.toml",
            "the file \"/nowhere/a.toml\" cannot be used: ",
        ),
        (
            "POLICY_IGNORE_CONFIRMATION_MEMBERS",
            "jkt",
            "`jkt` is always checked: `SENDER_CONSTRAINT_POLICY_IGNORE_CONFIRMATION_MEMBERS` cannot ignore it",
        ),
        (
            "POLICY_REALM",
            "a\u{e9}",
            "realm \"a\u{e9}\" has characters that are not valid",
        ),
        (
            "POLICY_RESOURCE_METADATA",
            "http://a.example",
            "the URL \"http://a.example\" is not usable: it is not https, which is required here",
        ),
    ] {
        let text = error(&[(name, value)]).await;
        // What is missing is another setting of the table.
        let place = if expected == "it is missing" || name == "MTLS_FORMAT" {
            "environment variable SENDER_CONSTRAINT_".to_owned()
        } else {
            format!("environment variable SENDER_CONSTRAINT_{name}: ")
        };
        if !text.starts_with(&place) || !text.contains(expected) {
            wrong.push(format!("{name}: {text}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn cfg_06_insecure_settings_are_named_as_settings() {
    for (name, value, setting) in [
        ("ORIGIN", "http://rs.example.com", "INSECURE_HTTP_ORIGIN"),
        ("ISSUER", "http://as.example.com", "ISSUER_INSECURE_HTTP"),
        (
            "ISSUER_JWKS",
            "http://as.example.com/jwks",
            "ISSUER_INSECURE_HTTP",
        ),
    ] {
        let text = error(&[(name, value)]).await;
        let advice = format!("configure insecure http with `SENDER_CONSTRAINT_{setting}=true`");
        assert!(text.contains(&advice), "{text}");
    }
    let second = [("ISSUER_2", "http://second.example.com")];
    let text = error(&second).await;
    assert!(
        text.starts_with("environment variable SENDER_CONSTRAINT_ISSUER_2: "),
        "{text}"
    );
    assert!(
        text.contains("`SENDER_CONSTRAINT_ISSUER_2_INSECURE_HTTP=true`"),
        "{text}"
    );
}

#[test]
fn cfg_06_a_variable_comes_once_and_is_unicode() {
    let twice = [
        ("ORIGIN", "https://a.example"),
        ("ORIGIN", "https://b.example"),
    ];
    let error = from_variables(&twice).unwrap_err();
    assert_eq!(error.reason(), &SettingReason::Repeated);
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt as _;
        let value = OsString::from_vec(vec![b'a', 0xff]);
        let pairs = [(OsString::from("A_ORIGIN"), value)];
        let error = GuardConfig::from_variables("A_", pairs).unwrap_err();
        assert_eq!(
            error.to_string(),
            "environment variable A_ORIGIN: its value is not valid Unicode"
        );
    }
}

#[tokio::test]
async fn cfg_06_sixteen_issuers_and_no_gap() {
    let named = |number: usize| {
        (
            format!("ISSUER_{number}"),
            format!("https://as{number}.example"),
        )
    };
    let pairs = |last| (2..=last).map(named).collect::<Vec<_>>();
    let read = |pairs: &[(String, String)]| {
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        from_variables(&pairs)
    };
    assert_eq!(read(&pairs(16)).unwrap().issuers.len(), 16);
    let refused = read(&pairs(17)).unwrap_err();
    assert_eq!(refused.reason(), &SettingReason::TooManyIssuers(16));
    let huge = [("ISSUER_99999999999999999999".to_owned(), "a".to_owned())];
    let refused = read(&huge).unwrap_err();
    assert!(
        matches!(refused.reason(), SettingReason::Unknown { .. }),
        "{refused}"
    );
    let text = error(&[("ISSUER_3", "https://as3.example")]).await;
    let expected = "environment variable SENDER_CONSTRAINT_ISSUER_2: it is missing; ";
    assert!(text.starts_with(expected), "{text}");
}
