//! Files with entries that the library reads again by itself when they change.

use sender_constraint::exceptions::ExceptionFile;
use sender_constraint::revocation::DenyFile;
use sender_constraint::{ConfigError, GuardBuilder};

use super::parts::Parts;
use crate::config::{Config, Setting, SettingError};

/// The deny-list and the exceptions, if there are any.
#[derive(Debug)]
pub(super) struct Files {
    deny: Option<DenyFile>,
    exceptions: Option<ExceptionFile>,
}

impl Files {
    /// Opens the files, or takes those of `before` where the path is the same.
    pub(super) fn open(config: &Config, before: Option<&Parts>) -> Result<Self, SettingError> {
        let (policy, old) = (&config.policy, before.map(|before| &before.config.policy));
        let kept = before.map(|before| &before.files);
        let deny = kept.and_then(|files| files.deny.clone());
        let exceptions = kept.and_then(|files| files.exceptions.clone());
        Ok(Self {
            deny: match deny {
                Some(file) if old.is_some_and(|old| old.deny_file == policy.deny_file) => {
                    Some(file)
                }
                _ => watch(policy.deny_file.as_ref(), DenyFile::watch)?,
            },
            exceptions: match exceptions {
                Some(file)
                    if old.is_some_and(|old| old.exceptions_file == policy.exceptions_file) =>
                {
                    Some(file)
                }
                _ => watch(policy.exceptions_file.as_ref(), ExceptionFile::watch)?,
            },
        })
    }

    pub(super) fn add_to(&self, mut guard: GuardBuilder) -> GuardBuilder {
        if let Some(file) = &self.deny {
            guard = guard.revocation(file.clone());
        }
        if let Some(file) = &self.exceptions {
            guard = guard.exception_file(file.clone());
        }
        guard
    }
}

fn watch<'a, F>(
    path: Option<&'a Setting<String>>,
    watch: impl FnOnce(&'a str) -> Result<F, ConfigError>,
) -> Result<Option<F>, SettingError> {
    let Some(path) = path else { return Ok(None) };
    let file = watch(&path.value).map_err(|error| path.refuse(error))?;
    Ok(Some(file))
}
