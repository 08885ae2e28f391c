//! Whether a configuration was taken, and what was said of one that was not.

use sender_constraint::ConfigError;
use sender_constraint::keys::StaticKeys;
use serde_json::json;

use crate::common::*;

/// Refused with this error, whose text shows the facts.
#[track_caller]
pub(crate) fn assert_refused<T>(
    result: Result<T, ConfigError>,
    expected: ConfigError,
    shown: &[&str],
) {
    let error = result
        .err()
        .unwrap_or_else(|| panic!("accepted, not {expected:?}"));
    assert_eq!(error, expected);
    let text = error.to_string();
    for fact in shown {
        assert!(text.contains(fact), "{fact} in {text}");
    }
}

/// Accepted, so that what is refused beside it differs in one thing.
#[track_caller]
pub(crate) fn accept<T>(result: Result<T, ConfigError>) {
    if let Err(error) = result {
        panic!("{error}");
    }
}

pub(crate) fn keys() -> StaticKeys {
    let key = Key::from_seed("ES256", 0).published("k1");
    StaticKeys::from_json(&json!({"keys": [key]}).to_string()).unwrap()
}
