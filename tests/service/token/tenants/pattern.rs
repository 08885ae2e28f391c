//! The grammar of patterns, and of the tenants in them.

use sender_constraint::ConfigError;
use sender_constraint::token::IssuerPattern;

#[test]
fn ten_10_tenant_is_one_segment_of_the_path() {
    let pattern = IssuerPattern::new("https://login.example.com/{tenant}/v2.0").unwrap();
    let of = |tenant: &str| format!("https://login.example.com/{tenant}/v2.0");
    let longest = "a".repeat(128);
    for tenant in [
        "acme",
        "A-b_9",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
        "-",
        &longest,
    ] {
        assert_eq!(pattern.tenant(&of(tenant)), Some(tenant));
    }
    let too_long = "a".repeat(129);
    for other in [
        "", ".", "..", "a.b", "a/b", "a%2fb", "a@b", "a:b", "a?b", "a#b", "a\\b", "a b", "\u{e9}",
        &too_long,
    ] {
        assert_eq!(pattern.tenant(&of(other)), None, "{other}");
    }
    for other in [
        "https://login.example.com/acme/v2.0/",
        "https://login.example.com/acme/v1.0",
        "https://LOGIN.example.com/acme/v2.0",
        "http://login.example.com/acme/v2.0",
        "https://login.example.com.evil.test/acme/v2.0",
        "https://evil.test/https://login.example.com/acme/v2.0",
        "https://login.example.com/v2.0",
    ] {
        assert_eq!(pattern.tenant(other), None, "{other}");
    }
}

#[test]
fn ten_10_tenant_is_the_first_label_of_the_host() {
    let pattern = IssuerPattern::new("https://{tenant}.example.com/").unwrap();
    let of = |tenant: &str| format!("https://{tenant}.example.com/");
    let longest = "a".repeat(63);
    for tenant in ["acme", "a-9", "9", &longest] {
        assert_eq!(pattern.tenant(&of(tenant)), Some(tenant));
    }
    let too_long = "a".repeat(64);
    for other in [
        "",
        "-a",
        "a-",
        "ACME",
        "a_b",
        "a.b",
        "evil.test/",
        "evil.test#",
        "user@acme",
        "a:80",
        &too_long,
    ] {
        assert_eq!(pattern.tenant(&of(other)), None, "{other}");
    }
}

#[test]
fn ten_10_pattern_has_one_variable_part_in_one_of_two_places() {
    for unusable in [
        "https://login.example.com/",
        "https://login.example.com/{tenant}/{tenant}",
        "https://login.example.com/{realm}",
        "https://login.example.com/{realm}/{tenant}",
        "https://login.example.com/x{tenant}",
        "https://login.example.com/{tenant}x",
        "https://login.example.com:{tenant}/",
        "https://login.{tenant}.com/",
        "https://login-{tenant}.example.com/",
        "https://{tenant}/",
        "https://{tenant}.com/",
        "https://{tenant}.com./",
        "{tenant}",
    ] {
        let error = IssuerPattern::new(unusable).unwrap_err();
        assert_eq!(error, ConfigError::IssuerPattern(unusable.to_owned()));
        assert!(error.to_string().contains("`{tenant}`"), "{error}");
    }
    for unusable in [
        "ftp://login.example.com/{tenant}",
        "https://login.example.com/{tenant}?x",
        "https://login.example.com/{tenant}/#x",
        "https://user@login.example.com/{tenant}",
    ] {
        let error = IssuerPattern::new(unusable).unwrap_err();
        assert!(
            matches!(
                error,
                ConfigError::Issuer { .. } | ConfigError::IssuerPattern(_)
            ),
            "{error}"
        );
    }
}

#[test]
fn key_09_pattern_of_plain_http_needs_the_setting() {
    let plain = "http://keycloak:8080/realms/{tenant}";
    let error = IssuerPattern::new(plain).unwrap_err();
    assert_eq!(error, ConfigError::PlainHttpPattern(plain.to_owned()));
    let shown = error.to_string();
    assert!(
        shown.contains("`IssuerPattern::over_insecure_http`"),
        "{shown}"
    );
    let pattern = IssuerPattern::over_insecure_http(plain).unwrap();
    assert_eq!(
        pattern.tenant("http://keycloak:8080/realms/acme"),
        Some("acme")
    );
    assert!(IssuerPattern::new("http://localhost:8080/realms/{tenant}").is_ok());
    let public = IssuerPattern::over_insecure_http("http://198.51.100.1/{tenant}");
    assert!(matches!(public, Err(ConfigError::Issuer { .. })));
}
