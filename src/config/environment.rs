//! Settings in environment variables.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::guard_config::GuardConfig;
use super::in_variables::in_variables;
use super::issuer_config::IssuerConfig;
use super::names::{Key, Names};
use super::nearest::nearest_name;
use super::service_variables::is_service_variable;
use super::setting_error::{SettingError, SettingReason};
use super::variables::{ISSUER_SETTINGS, Read, SETTINGS};
use crate::guard::Guard;

impl Guard {
    /// A guard of the settings in environment variables: in the simplest case of `SENDER_CONSTRAINT_ISSUER` and
    /// `SENDER_CONSTRAINT_ORIGIN`. Fetches the keys of the issuer.
    ///
    /// The [module](crate::config) lists the variables. [`GuardConfig::from_env`] reads them for a guard with further
    /// settings.
    ///
    /// ```no_run
    /// use sender_constraint::Guard;
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let guard = Guard::from_env().await?;
    /// # drop(guard);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// A [`SettingError`] with the name of the variable that is missing, unknown or refused, or whose issuer does not
    /// answer.
    pub async fn from_env() -> Result<Self, SettingError> {
        GuardConfig::from_env()?.build().await
    }
}

impl GuardConfig {
    /// What the names of variables begin with in [`GuardConfig::from_env`].
    pub const PREFIX: &'static str = "SENDER_CONSTRAINT_";

    /// Reads the environment variables of this process whose names begin with [`GuardConfig::PREFIX`].
    ///
    /// # Errors
    ///
    /// As for [`GuardConfig::from_variables`].
    pub fn from_env() -> Result<Self, SettingError> {
        Self::from_variables(Self::PREFIX, std::env::vars_os())
    }

    /// Reads the variables whose names begin with `prefix`; the [module](crate::config) lists the names. A variable
    /// with an empty value, as compose files set it, is none.
    ///
    /// Variables of `sender-constraint-gate`, whose names continue with `GATE__`, are left to it, and those that Kubernetes
    /// sets for services ([`is_service_variable`]) are ignored.
    ///
    /// ```
    /// use sender_constraint::config::GuardConfig;
    ///
    /// let variables = [
    ///     ("ACCOUNTS_ISSUER", "https://as.example.com"),
    ///     ("ACCOUNTS_ORIGIN", "https://api.example.com"),
    ///     ("ACCOUNTS_DPOP_MAX_AGE_SECONDS", "30"),
    ///     ("HOME", "/root"),
    /// ];
    /// let config = GuardConfig::from_variables("ACCOUNTS_", variables)?;
    /// assert_eq!(config.dpop.max_age_seconds, Some(30));
    /// # Ok::<(), sender_constraint::config::SettingError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A [`SettingError`] for a name with the prefix that is none of a setting, and for a value that is not of the
    /// setting's type. What is missing, or not usable, [`GuardConfig::build`] reports.
    pub fn from_variables<N: Into<OsString>, V: Into<OsString>>(
        prefix: &str,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, SettingError> {
        let mut reader = Reader::new(prefix);
        for (name, value) in variables {
            let (name, value) = (name.into(), value.into());
            let name = name.to_string_lossy();
            let Some(name) = name.strip_prefix(prefix) else {
                continue;
            };
            if !value.is_empty() && !name.starts_with(GATE) {
                reader.read(name, value)?;
            }
        }
        Ok(reader.finish())
    }
}

struct Reader {
    prefix: String,
    config: GuardConfig,
    issuers: BTreeMap<usize, IssuerConfig>,
    seen: Vec<String>,
}

impl Reader {
    fn new(prefix: &str) -> Self {
        let config = GuardConfig {
            names: Names::Variables(prefix.into()),
            ..GuardConfig::default()
        };
        Self {
            prefix: prefix.to_owned(),
            config,
            issuers: BTreeMap::new(),
            seen: Vec::new(),
        }
    }

    fn read(&mut self, name: &str, value: OsString) -> Result<(), SettingError> {
        self.set(name, value).map_err(|reason| {
            let text = in_variables(&reason.to_string(), Key::new(""), &self.config.names);
            SettingError::of_variable(&format!("{}{name}", self.prefix), reason, text)
        })
    }

    fn set(&mut self, name: &str, value: OsString) -> Result<(), SettingReason> {
        if self.seen.iter().any(|seen| seen == name) {
            return Err(SettingReason::Repeated);
        }
        let text = value.into_string().map_err(|_| SettingReason::Unicode);
        if let Some((number, read)) = issuer_setting(name) {
            if number >= MAX_ISSUERS {
                return Err(SettingReason::TooManyIssuers(MAX_ISSUERS));
            }
            read(self.issuers.entry(number).or_default(), &text?)?;
        } else {
            let mut settings = SETTINGS.iter();
            let found = settings.find(|(key, _)| Key::new(key).variable() == name);
            match found {
                Some((_, read)) => read(&mut self.config, &text?)?,
                None if is_service_variable(name) => return Ok(()),
                None => return Err(self.unknown(name)),
            }
        }
        self.seen.push(name.to_owned());
        Ok(())
    }

    fn unknown(&self, name: &str) -> SettingReason {
        let issuer = ISSUER_SETTINGS
            .iter()
            .map(|(key, _)| Key::of_issuer(0, key));
        let keys = SETTINGS.iter().map(|(key, _)| Key::new(key)).chain(issuer);
        let known: Vec<_> = keys.map(Key::variable).collect();
        let nearest = nearest_name(name, known.iter().map(String::as_str));
        SettingReason::Unknown {
            nearest: nearest.map(|known| format!("{}{known}", self.prefix)),
        }
    }

    /// An issuer without a name, whose number was left out, is reported as such when the guard is built.
    fn finish(mut self) -> GuardConfig {
        let count = self.issuers.keys().next_back().map_or(0, |last| last + 1);
        let issuers = (0..count).map(|number| self.issuers.remove(&number).unwrap_or_default());
        self.config.issuers = issuers.collect();
        self.config
    }
}

/// The number of the issuer, from 0, and the setting: of `ISSUER`, `ISSUER_DIALECT`, `ISSUER_2`, `ISSUER_2_DIALECT`.
fn issuer_setting(name: &str) -> Option<(usize, Read<IssuerConfig>)> {
    let rest = name.strip_prefix("ISSUER")?;
    let second = rest.strip_prefix('_').map(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        rest.split_at_checked(digits).unwrap_or_default()
    });
    let number = match second {
        Some((digits, _)) if !digits.is_empty() && !digits.starts_with('0') => {
            let number: usize = digits.parse().unwrap_or(usize::MAX);
            number.checked_sub(1).filter(|number| *number > 0)?
        }
        _ => 0,
    };
    let mut settings = ISSUER_SETTINGS.iter();
    let found = settings.find(|(key, _)| Key::of_issuer(number, key).variable() == name)?;
    Some((number, found.1))
}

/// What the variables of the gate continue with.
const GATE: &str = "GATE__";
pub(super) const MAX_ISSUERS: usize = 16;
