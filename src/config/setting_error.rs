//! Why a setting is refused: its name, what came, and what was expected.

use std::fmt;

use super::names::{Key, Names};
use super::shown::without_quotes;
use crate::config_error::ConfigError;

/// A setting of a [`GuardConfig`](super::GuardConfig) is refused.
///
/// The text begins with the environment variable, or with the key, and says what came and what was expected. It has no
/// secret: secrets are read from files, and the texts of such files are not shown. A value that may be a secret in the
/// wrong place is "a text of N characters": what has user information, looks like a JWT, a JWK or a key file, is longer
/// than 24 characters (a URL or path: 256), or is no path where one is expected.
///
/// ```
/// use sender_constraint::config::GuardConfig;
///
/// let variables = [("SENDER_CONSTRAINT_ORIGN", "https://api.example.com")];
/// let error = GuardConfig::from_variables("SENDER_CONSTRAINT_", variables).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "environment variable SENDER_CONSTRAINT_ORIGN: there is no such setting; did you mean SENDER_CONSTRAINT_ORIGIN?"
/// );
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct SettingError(Box<Refusal>);

#[derive(Clone, Eq, PartialEq)]
struct Refusal {
    setting: String,
    place: String,
    reason: SettingReason,
    /// The reason, with settings named as at its place.
    text: String,
}

/// What is wrong with a setting.
///
/// ```
/// use sender_constraint::config::{GuardConfig, SettingReason};
///
/// let mut config = GuardConfig::new("https://as.example.com", "https://api.example.com");
/// config.dpop.off = true;
/// config.dpop.max_age_seconds = Some(30);
/// let error = config.dpop().unwrap_err();
/// assert_eq!(error.setting(), "dpop.max_age_seconds");
/// assert!(matches!(error.reason(), SettingReason::Unused(_)));
/// ```
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingReason {
    /// None of the possible texts.
    #[error("came {came}, expected one of {expected}")]
    Choice {
        /// The text, or only its length.
        came: String,
        /// The possible texts.
        expected: String,
    },
    /// It contradicts another setting.
    #[error("{0}")]
    Conflict(&'static str),
    /// A file cannot be read.
    #[error("the file {} cannot be read: {reason}", without_quotes(&format!("{path:?}")))]
    File {
        /// The path given.
        path: String,
        /// Why.
        reason: String,
    },
    /// It is required.
    #[error("it is missing; expected {0}")]
    Missing(&'static str),
    /// The part of the library that it configures refuses it.
    #[error("{}", without_quotes(&.0.in_settings()))]
    Refused(ConfigError),
    /// The variable came twice.
    #[error("it came twice")]
    Repeated,
    /// More issuers than a guard takes from variables.
    #[error("expected at most {0} issuers, the last by `ISSUER_{0}`")]
    TooManyIssuers(usize),
    /// The value is not Unicode.
    #[error("its value is not valid Unicode")]
    Unicode,
    /// There is no setting of this name.
    #[error("there is no such setting{}", suggestion(.nearest.as_deref()))]
    Unknown {
        /// The known name that differs least.
        nearest: Option<String>,
    },
    /// Without another setting it does nothing.
    #[error("it has no effect without {0}")]
    Unused(&'static str),
    /// Not a text of this type.
    #[error("came {came}, expected {expected}")]
    Value {
        /// The text, or only its length.
        came: String,
        /// The type.
        expected: &'static str,
    },
}

impl SettingError {
    /// `text` is that of the reason, in the names that `names` has.
    pub(super) fn new(names: &Names, key: Key, reason: SettingReason, text: String) -> Self {
        Self(Box::new(Refusal {
            setting: key.path(),
            place: names.place(key),
            reason,
            text,
        }))
    }

    /// `name` comes from outside; `text` is as in [`SettingError::new`].
    pub(super) fn of_variable(name: &str, reason: SettingReason, text: String) -> Self {
        let kept = name.chars().take(MAX_NAME).flat_map(char::escape_debug);
        let is_cut = name.chars().nth(MAX_NAME).is_some();
        let name: String = kept
            .chain(is_cut.then_some("..").into_iter().flat_map(str::chars))
            .collect();
        Self(Box::new(Refusal {
            place: format!("environment variable {name}"),
            setting: name,
            text,
            reason,
        }))
    }

    /// An error of no single setting.
    pub(super) fn of_all(error: ConfigError) -> Self {
        let reason = SettingReason::Refused(error);
        Self(Box::new(Refusal {
            setting: String::new(),
            place: "the settings".to_owned(),
            text: reason.to_string(),
            reason,
        }))
    }

    /// The path of the setting in a [`GuardConfig`](super::GuardConfig), such as `dpop.max_age_seconds`,
    /// `issuer[0].name` or `tokens.audiences[1]`; for a variable whose text is refused, its name;
    /// empty if no single setting is the cause.
    #[must_use]
    pub fn setting(&self) -> &str {
        &self.0.setting
    }

    /// What is wrong with it.
    #[must_use]
    pub const fn reason(&self) -> &SettingReason {
        &self.0.reason
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refusal { place, text, .. } = self.0.as_ref();
        write!(formatter, "{place}: {text}")
    }
}

/// The same text as `Display`, since that is what a `main` prints that returns an error.
impl fmt::Debug for SettingError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for SettingError {}

/// In characters; no variable of a setting has a longer name after a prefix of 60.
const MAX_NAME: usize = 120;

fn suggestion(nearest: Option<&str>) -> String {
    nearest
        .map(|name| format!("; did you mean {name}?"))
        .unwrap_or_default()
}
