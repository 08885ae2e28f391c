//! Where settings were given, for errors of the library about a configuration that it was given.

use std::collections::BTreeMap;

use sender_constraint::ConfigError;
use sender_constraint::config as library;

use super::source::{SettingError, Source};

/// By the path of each setting. All are equal: where a setting was given is no setting.
#[derive(Clone, Debug)]
pub(crate) struct Places(BTreeMap<String, Source>);

impl PartialEq for Places {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Places {
    pub(super) const fn new(places: BTreeMap<String, Source>) -> Self {
        Self(places)
    }

    /// The error of the library, at the place of the setting that it names.
    pub(crate) fn locate(&self, error: &library::SettingError) -> SettingError {
        let path = error.setting();
        let source = self.source(path);
        SettingError::new(&source, &without_numbers(path), error.reason())
    }

    /// The error of the library, for the configuration as a whole.
    pub(crate) fn of_no_setting(&self, error: &ConfigError) -> SettingError {
        SettingError::new(&self.source(""), "", error)
    }

    /// That of the setting, or else of what contains it.
    fn source(&self, path: &str) -> Source {
        let mut path = path;
        loop {
            if let Some(source) = self.0.get(path) {
                return source.clone();
            }
            match path.rfind(['.', '[']).and_then(|end| path.get(..end)) {
                Some(rest) => path = rest,
                None if path.is_empty() => return Source::Environment(String::new()),
                None => path = "",
            }
        }
    }
}

/// `issuer.name` for `issuer[0].name`: the place says which one.
fn without_numbers(path: &str) -> String {
    let mut parts = path.split('[');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| {
        let rest = part.split_once(']').map_or("", |(_, rest)| rest);
        format!("{name}{rest}")
    })
}
