//! Environment variables that override settings, and the errors that name them.

use super::tests::{MINIMAL, parse};
use super::*;

#[test]
fn environment_variables_override_the_file() {
    let variables = [
        ("LISTEN", "127.0.0.1:1"),
        ("DPOP__MAX_AGE_SECONDS", "30"),
        ("POLICY__REFUSE_QUERY_TOKENS", "true"),
        ("TOKENS__AUDIENCES", "one two"),
        ("ISSUER__0__NAME", "https://other.example.com"),
        ("ISSUER__1__NAME", "https://third.example.com"),
        ("UPSTREAM__URL", ""),
    ];
    let config = parse(MINIMAL, &variables).unwrap();
    assert_eq!(config.server.listen.value, "127.0.0.1:1");
    assert_eq!(config.proofs.max_age.unwrap().value.as_secs(), 30);
    assert!(config.policy.refuse_query_tokens);
    assert_eq!(config.issuers.audience.value, "one");
    assert_eq!(config.issuers.other_audiences[0].value, "two");
    let names: Vec<_> = config
        .issuers
        .iter()
        .map(|issuer| issuer.name.value.as_str())
        .collect();
    assert_eq!(
        names,
        ["https://other.example.com", "https://third.example.com"]
    );
}

#[test]
fn errors_name_the_environment_variable() {
    for (name, value, expected) in [
        (
            "DPOP__MAX_AGE_SECONDS",
            "301",
            "`dpop.max_age_seconds`: came 301, expected 1 to 300 seconds",
        ),
        (
            "DPOP__MAX_AGE_SECONDS",
            "30s",
            "`dpop.max_age_seconds`: came \"30s\", expected an integer, in seconds",
        ),
        (
            "POLICY__ALLOW_UNBOUND_TOKENS",
            "1",
            "`policy.allow_unbound_tokens`: came \"1\", expected true or false",
        ),
        ("LISEN", "a", "`lisen`: unknown setting; known here: "),
        ("LISTEN__A", "a", "`listen.a`: a text has no setting \"a\""),
        (
            "ISSUER__2__NAME",
            "a",
            "`issuer.2.name`: expected at most 1, the length of the list",
        ),
        (
            "ISSUER__NAME",
            "a",
            "`issuer.name`: expected the number of a list's element, came \"name\"",
        ),
    ] {
        let error = parse(MINIMAL, &[(name, value)]).unwrap_err();
        let expected = format!("environment variable {PREFIX}{name}: {expected}");
        assert!(error.starts_with(&expected), "{error}");
    }
}
