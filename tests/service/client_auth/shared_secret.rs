//! `client_secret_basic` as an exception that ends.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use sender_constraint::ConfigError;
use sender_constraint::client_auth::{DatedSharedSecret, SharedSecretException, TlsClientAuth};
use sender_constraint::error::SharedSecretError;
use sender_constraint::time::Timestamp;

use super::request;
use crate::common::{NOW, TestClock, form_of};

const DAY: u64 = 24 * 60 * 60;
const SECRET: &str = "s3cr+t: %/\u{e9}";

fn until(end: u64) -> SharedSecretException {
    SharedSecretException::until(Timestamp::from_unix_seconds(end), "payments", "no keys yet")
}

fn secret(exception: SharedSecretException) -> Result<DatedSharedSecret, ConfigError> {
    DatedSharedSecret::with_clock("rs: 1", SECRET, exception, &TestClock::at(NOW))
}

fn reason(refused: Result<DatedSharedSecret, ConfigError>) -> SharedSecretError {
    match refused.unwrap_err() {
        ConfigError::SharedSecret { reason, .. } => reason,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn cau_06_both_parts_are_form_encoded() {
    let method = secret(until(NOW + DAY)).unwrap();
    let request = request(method, NOW).await.unwrap();
    let value = &request.headers[AUTHORIZATION];
    assert!(value.is_sensitive());
    let basic = value.to_str().unwrap().strip_prefix("Basic ").unwrap();
    let pair = String::from_utf8(STANDARD.decode(basic).unwrap()).unwrap();
    assert_eq!(pair, "rs%3A+1:s3cr%2Bt%3A+%25%2F%C3%A9");
    let names: Vec<_> = form_of(&request)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["token", "token_type_hint"]);
}

#[tokio::test]
async fn cau_06_secret_is_not_sent_after_its_end() {
    let method = secret(until(NOW + DAY)).unwrap();
    assert!(request(method.clone(), NOW + DAY - 1).await.is_ok());
    let error = request(method, NOW + DAY).await.unwrap_err().to_string();
    assert!(error.contains("has ended"), "{error}");
}

#[test]
fn cau_06_exception_names_owner_reason_and_an_end_within_a_year() {
    assert!(secret(until(NOW + 366 * DAY)).is_ok());
    assert_eq!(
        reason(secret(until(NOW + 366 * DAY + 1))),
        SharedSecretError::TooFar
    );
    assert!(secret(until(NOW + 1)).is_ok());
    assert!(matches!(
        reason(secret(until(NOW))),
        SharedSecretError::Ended(_)
    ));
    let end = Timestamp::from_unix_seconds(NOW + DAY);
    let owner = SharedSecretException::until(end, " ", "reason");
    assert_eq!(reason(secret(owner)), SharedSecretError::Owner);
    let no_reason = SharedSecretException::until(end, "owner", "");
    assert_eq!(reason(secret(no_reason)), SharedSecretError::Reason);
    let clock = TestClock::at(NOW);
    let empty = DatedSharedSecret::with_clock("rs", "", until(NOW + DAY), &clock);
    assert_eq!(reason(empty), SharedSecretError::Secret);
    let no_id = DatedSharedSecret::with_clock("", SECRET, until(NOW + DAY), &clock);
    assert_eq!(no_id.unwrap_err(), ConfigError::ClientId);
    assert_eq!(TlsClientAuth::new("").unwrap_err(), ConfigError::ClientId);
}

#[test]
fn secret_is_never_shown() {
    let method = secret(until(NOW + DAY)).unwrap();
    let refused = secret(until(NOW)).unwrap_err();
    let shown = format!("{method:?} {method:#?} {refused} {refused:?}");
    let basic = STANDARD.encode("rs%3A+1:s3cr%2Bt%3A+%25%2F%C3%A9");
    for secret in ["s3cr", &basic] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
