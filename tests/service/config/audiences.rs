//! A secret in place of an audience, which a service logs.

use sender_constraint::config::{GuardConfig, SettingReason};

use super::jwks;
use crate::common::*;

async fn outcome(audience: &str) -> Result<(), String> {
    let jwks = jwks();
    let mut config = GuardConfig::new(ISSUER, ORIGIN);
    config.issuers[0].jwks = Some(jwks.path().display().to_string());
    config.tokens.audiences = vec!["orders".to_owned(), audience.to_owned()];
    let built = config.build().await.map(drop);
    built.map_err(|error| {
        assert_eq!(error.setting(), "tokens.audiences[1]");
        assert!(matches!(error.reason(), SettingReason::Value { .. }));
        error.to_string()
    })
}

#[tokio::test]
async fn cfg_07_a_secret_in_place_of_an_audience_is_refused() {
    let part = "k".repeat(16);
    for secret in [
        "{\"kty\":\"oct\",\"k\":\"kkkk\"}",
        " [{\"kty\":\"oct\",\"k\":\"kkkk\"}]",
        "-----BEGIN PRIVATE KEY-----\nkkkk\n-----END PRIVATE KEY-----",
        "https://admin:kkkk@api.example.com/",
        "https://kkkk@api.example.com/",
        "admin:kkkk@api.example.com",
        "eyJhbGciOiJub25lIn0.kkkk",
        "Bearer eyJhbGciOiJub25lIn0.kkkk.",
        &format!("{part}.{part}.{part}"),
    ] {
        let error = outcome(secret).await.unwrap_err();
        let expected = format!(
            "came a text of {} characters, expected a name of this API in `aud`, and no key, token or password",
            secret.chars().count()
        );
        assert!(error.ends_with(&expected), "{error}");
    }
}

#[tokio::test]
async fn cfg_07_usual_audiences_are_no_secrets() {
    for audience in [
        "orders@example.com",
        "https://api.example.com/@orders",
        "urn:example:orders",
        "api://00000003-0000-0000-c000-000000000000",
        "00000003-0000-0000-c000-000000000000",
        "kq8Yc0lJv1cZcGqN0v0h3n6vSg3o0rC9xTqI2m8uXhE",
        "https://accounts-of-customers.internal-services.example",
        "accounts-of-customers.internal-services.example",
        "1234567890-abcdefghijklmnop.apps.googleusercontent.com",
        "eyJournal",
    ] {
        assert_eq!(outcome(audience).await, Ok(()), "{audience}");
    }
}
