//! Where a setting was given, and the errors that name it.

use std::fmt;
use std::sync::Arc;

use super::shown::{concealed, shortened};

/// Where a setting was given.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Source {
    Environment(String),
    File {
        path: Arc<str>,
        /// From 1; unknown for a setting that is missing.
        line: Option<usize>,
    },
}

impl Source {
    /// The same file, where the line of a setting is unknown, or was that of an earlier text.
    pub(super) fn without_line(&self) -> Self {
        match self {
            Self::File { path, .. } => Self::File {
                path: Arc::clone(path),
                line: None,
            },
            variable @ Self::Environment(_) => variable.clone(),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(variable) => write!(formatter, "environment variable {variable}"),
            Self::File {
                path,
                line: Some(line),
            } => write!(formatter, "{path}, line {line}"),
            Self::File { path, line: None } => formatter.write_str(path),
        }
    }
}

/// Why the configuration is refused: where, which setting, what came and what was expected.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SettingError {
    source: Source,
    setting: String,
    reason: String,
}

impl SettingError {
    pub(crate) fn new(source: &Source, setting: &str, reason: impl fmt::Display) -> Self {
        Self {
            source: source.clone(),
            setting: shortened(setting, MAX_SETTING),
            reason: shortened(&reason.to_string(), MAX_REASON),
        }
    }

    /// The line of the configuration file, from 1: for a missing setting that of its table. `None` for an environment variable,
    /// for a missing setting of the root, and for the file as a whole.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        match &self.source {
            Source::Environment(_) => None,
            Source::File { line, .. } => *line,
        }
    }

    /// The path of the setting, such as `dpop.max_age_seconds`; empty for an error about the file as a whole.
    #[must_use]
    pub fn setting(&self) -> &str {
        &self.setting
    }
}

/// In characters. No setting has a longer path: a longer one is what the file has in place of a setting.
const MAX_SETTING: usize = 100;

/// In characters.
const MAX_REASON: usize = 2000;

impl fmt::Display for SettingError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            source,
            setting,
            reason,
        } = self;
        match setting.as_str() {
            "" => write!(formatter, "{source}: {reason}"),
            setting => write!(formatter, "{source}: `{setting}`: {reason}"),
        }
    }
}

impl std::error::Error for SettingError {}

/// A value, and where it was given. Two are equal if their values are.
#[derive(Clone, Debug)]
pub(crate) struct Setting<T> {
    pub(crate) value: T,
    name: String,
    source: Source,
    /// What was read as the value, if that is a text.
    came: Option<Came>,
}

/// A text that may be a secret.
#[derive(Clone)]
struct Came(Arc<str>);

impl fmt::Debug for Came {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Came(..)")
    }
}

impl Setting<String> {
    /// With the value as the text that came, which errors conceal if it may be a secret.
    pub(super) fn concealable(self) -> Self {
        let came = Some(Came(self.value.as_str().into()));
        Self { came, ..self }
    }
}

impl<T> Setting<T> {
    pub(crate) const fn new(value: T, name: String, source: Source) -> Self {
        Self {
            value,
            name,
            source,
            came: None,
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The error that this value is refused.
    pub(crate) fn refuse(&self, reason: impl fmt::Display) -> SettingError {
        SettingError::new(&self.source, &self.name, self.conceal(reason))
    }

    /// The error about a value that the configuration in effect has, and the new one does not: its line was that of another
    /// text.
    pub(crate) fn refuse_removed(&self, reason: impl fmt::Display) -> SettingError {
        let source = self.source.without_line();
        SettingError::new(&source, &self.name, self.conceal(reason))
    }

    /// The reason, without the text that came if that may be a secret.
    pub(crate) fn conceal(&self, reason: impl fmt::Display) -> String {
        let reason = reason.to_string();
        match &self.came {
            Some(Came(text)) => concealed(&self.name, text, &reason),
            None => reason,
        }
    }

    /// Reads the value as another type.
    pub(crate) fn read<U, E: fmt::Display>(
        &self,
        read: impl FnOnce(&T) -> Result<U, E>,
    ) -> Result<U, SettingError> {
        read(&self.value).map_err(|error| self.refuse(error))
    }

    pub(crate) fn map<U, E: fmt::Display>(
        self,
        read: impl FnOnce(T) -> Result<U, E>,
    ) -> Result<Setting<U>, SettingError> {
        let Self {
            value,
            name,
            source,
            came,
        } = self;
        let setting = Setting {
            value: (),
            name,
            source,
            came,
        };
        let value = read(value).map_err(|error| setting.refuse(error))?;
        let Setting {
            name, source, came, ..
        } = setting;
        Ok(Setting {
            value,
            name,
            source,
            came,
        })
    }
}

impl<T: PartialEq> PartialEq for Setting<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}
