//! Errors say how a value is written.

use super::{jwks, with_variables};

async fn error(variables: &[(&str, &str)]) -> String {
    let jwks = jwks();
    match with_variables(&jwks, variables) {
        Ok(config) => config.build().await.map(drop).unwrap_err().to_string(),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn cfg_06_elements_of_a_list_are_separated_by_spaces() {
    let proxied = ("FORWARDED_FIELDS", "rfc7239");
    let certificates = [("MTLS_SOURCE", "forwarded"), ("MTLS_FORMAT", "rfc9440")];
    for variables in [
        &[("ORIGIN", "https://a.example,https://b.example")][..],
        &[("ORIGIN", "https://a.example; https://b.example")],
        &[("ISSUER_ALGORITHMS", "ES256,PS256")],
        &[("DPOP_ALGORITHMS", "ES256 HS256")],
        &[proxied],
        &[proxied, ("FORWARDED_TRUSTED_PEERS", "10.0.0.1,10.0.0.2")],
        &certificates,
    ] {
        let text = error(variables).await;
        let expected = "; elements of the list are separated by spaces";
        assert!(text.ends_with(expected), "{text}");
    }
    let text = error(&[proxied, ("FORWARDED_TRUSTED_PEERS", "10.0.0.0/0")]).await;
    assert!(!text.contains("separated by spaces"), "{text}");
}

/// The range in the text for what is no number is the one that is checked.
#[tokio::test]
async fn cfg_06_numbers_have_a_unit_and_a_range() {
    let nonces = ("NONCE_MODE", "required");
    let peers = ("FORWARDED_TRUSTED_PEERS", "unix");
    let proxied = [("FORWARDED_FIELDS", "rfc7239"), peers];
    let certificates = [
        ("MTLS_SOURCE", "forwarded"),
        ("MTLS_FORMAT", "xfcc"),
        ("MTLS_TRUSTED_PEERS", "unix"),
    ];
    for (name, beside, least, most) in [
        ("TOKENS_LEEWAY_SECONDS", &[][..], 0, 300),
        ("DPOP_MAX_AGE_SECONDS", &[], 1, 300),
        ("DPOP_CLOCK_SKEW_SECONDS", &[], 0, 60),
        ("NONCE_ROTATION_SECONDS", &[nonces], 10, 300),
        ("REPLAY_CAPACITY", &[], 1024, 2_147_483_648_usize),
        ("FORWARDED_TRUSTED_HOPS", &proxied, 1, 10),
        ("MTLS_TRUSTED_HOPS", &certificates, 1, 10),
    ] {
        let text = error(&[beside, &[(name, "1x")]].concat()).await;
        let unit = text
            .split("expected a number of ")
            .nth(1)
            .unwrap_or_default();
        let expected = format!(" from {least} to {most}");
        assert!(unit.ends_with(&expected), "{text}");
        let more = (most + 1).to_string();
        let text = error(&[beside, &[(name, more.as_str())]].concat()).await;
        let checked = text.replace(" s", "").replace("must be from", "");
        assert!(checked.ends_with(&format!(" {least} to {most}")), "{text}");
    }
    let text = error(&[("REPLAY_SHARE_PER_PRINCIPAL", "all")]).await;
    let expected = "expected a number of proofs, from a 64th of `SENDER_CONSTRAINT_REPLAY_CAPACITY` to all of it";
    assert!(text.ends_with(expected), "{text}");
}

#[tokio::test]
async fn cfg_06_a_url_is_shown_by_an_example() {
    for (name, value, example) in [
        (
            "ISSUER",
            "as.example.com",
            "; expected one such as https://as.example.com",
        ),
        (
            "ISSUER",
            "ftp://as.example.com",
            "; expected one such as https://as.example.com",
        ),
        ("ISSUER", "", ", such as https://as.example.com"),
        (
            "ORIGIN",
            "api.example.com",
            "; expected one such as https://api.example.com",
        ),
        ("ORIGIN", "", ", such as https://api.example.com"),
        (
            "ISSUER_JWKS",
            "ftp://as.example.com/jwks",
            "; expected one such as https://as.example.com/jwks, or the path of a file",
        ),
        (
            "POLICY_RESOURCE_METADATA",
            "metadata",
            "; expected one such as https://api.example.com/.well-known/oauth-protected-resource",
        ),
        ("PATH_PREFIX", "v1", ", such as `/v1`"),
    ] {
        let text = error(&[(name, value)]).await;
        // The variable of an origin can have several.
        let text = text.trim_end_matches("; elements of the list are separated by spaces");
        assert!(text.ends_with(example), "{name}={value}: {text}");
    }
}

#[tokio::test]
async fn cfg_06_a_flag_is_shown_with_its_value() {
    let text = error(&[("ORIGIN", "http://rs.example.com")]).await;
    let expected = "configure insecure http with `SENDER_CONSTRAINT_INSECURE_HTTP_ORIGIN=true`";
    assert!(text.ends_with(expected), "{text}");
    let text = error(&[("DPOP_OFF", "1")]).await;
    assert!(
        text.ends_with("came \"1\", expected true or false"),
        "{text}"
    );
}
