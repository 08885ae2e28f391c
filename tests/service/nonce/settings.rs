//! What is refused at start: weak secrets, and settings outside their limits.

use std::time::Duration;

use sender_constraint::ConfigError;
use sender_constraint::error::NonceSecretError;
use sender_constraint::proof::{NonceSecret, NonceSecrets, Nonces};

use super::world::{secret, secrets};

fn refused<T>(built: Result<T, ConfigError>) -> Option<ConfigError> {
    built.err()
}

#[test]
fn weak_secrets_are_refused() {
    let because = |reason| Some(ConfigError::NonceSecret(reason));
    for byte in [0, 1, 255] {
        let built = NonceSecret::from_bytes([byte; 32]);
        assert_eq!(refused(built), because(NonceSecretError::EqualBytes));
    }
    let mut bytes = [0; 32];
    bytes[31] = 1;
    assert!(NonceSecret::from_bytes(bytes).is_ok());

    let good = "kq8Yc0lJv1cZcGqN0v0h3n6vSg3o0rC9xTqI2m8uXhE";
    assert!(NonceSecret::from_base64url(good).is_ok());
    for (text, reason) in [
        ("", NonceSecretError::Length(0)),
        (&good[..42], NonceSecretError::Base64Url),
        (&good[..40], NonceSecretError::Length(30)),
        (&format!("{}AA", &good[..40]), NonceSecretError::Length(31)),
        (&format!("{good}A"), NonceSecretError::Length(33)),
        (&format!("{good}="), NonceSecretError::Base64Url),
        (&format!("{good}\n"), NonceSecretError::Base64Url),
        ("correct horse battery staple", NonceSecretError::Base64Url),
        (&"A".repeat(43), NonceSecretError::EqualBytes),
    ] {
        let built = NonceSecret::from_base64url(text);
        let error = refused(built).unwrap();
        assert_eq!(Some(&error), because(reason).as_ref(), "{text}");
        assert!(text.is_empty() || !error.to_string().contains(text));
    }
}

#[test]
fn random_secrets_differ() {
    assert!(NonceSecrets::random().is_ok());
}

#[test]
fn debug_shows_no_secret() {
    let bytes = *b"0123456789abcdef0123456789abcdef";
    let secret = NonceSecret::from_bytes(bytes).unwrap();
    let secrets = NonceSecrets::new(secret.clone());
    let nonces = Nonces::required(secrets.clone());
    let shown = format!("{secret:?} {secrets:?} {nonces:#?}");
    assert!(!shown.contains("0123"), "{shown}");
    assert!(!shown.contains("48, 49"), "{shown}");
    assert!(shown.contains("NonceSecrets(..)"), "{shown}");
}

#[test]
fn rotation_has_limits() {
    for (millis, is_accepted) in [
        (9_999, false),
        (10_000, true),
        (300_000, true),
        (300_001, false),
    ] {
        let every = Duration::from_millis(millis);
        let built = Nonces::required(secrets(0)).rotation(every);
        assert_eq!(built.is_ok(), is_accepted, "{millis}");
        if let Err(error) = built {
            assert!(error.to_string().contains("the rotation of nonces"));
        }
    }
}

#[test]
fn number_of_secrets_that_only_verify_has_a_limit() {
    let secrets = secrets(0);
    assert_eq!(secrets.replace(secret(1), (2..10).map(secret)), Ok(()));
    let error = secrets.replace(secret(1), (2..11).map(secret));
    assert!(
        matches!(
            error,
            Err(ConfigError::Size {
                value: 9,
                most: 8,
                ..
            })
        ),
        "{error:?}"
    );
}
