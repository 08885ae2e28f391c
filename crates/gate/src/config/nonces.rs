//! DPoP nonces (RFC 9449 section 9).

use std::time::Duration;

use super::source::{Setting, SettingError};
use super::table::Table;

/// When a proof needs a nonce, and with which secrets nonces are issued.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Nonces {
    pub(crate) mode: Setting<NonceMode>,
    /// One secret on a line: the first issues, the others only verify. Random without it.
    pub(crate) secret_file: Option<Setting<String>>,
    pub(crate) rotation: Option<Setting<Duration>>,
    /// Set if a secret that is no longer in the file stops verifying at once, since it was disclosed.
    pub(crate) forget_replaced: Option<Setting<()>>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum NonceMode {
    Off,
    /// In every proof.
    Required,
    /// Of clients whose clock is wrong.
    Skew,
}

impl NonceMode {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Required => "required",
            Self::Skew => "skew",
        }
    }
}

impl Nonces {
    /// `None` if they are off.
    pub(super) fn read(root: &mut Table) -> Result<Option<Self>, SettingError> {
        let (mut table, is_given) = root.table("nonce")?;
        let choices = [NonceMode::Off, NonceMode::Required, NonceMode::Skew];
        let mode = table.choice("mode", &choices.map(|mode| (mode.name(), mode)))?;
        let (secret_file, rotation) = (
            table.text("secret_file")?,
            table.seconds("rotation_seconds", 10..=300)?,
        );
        let forget_replaced = table.set_flag("forget_replaced")?;
        if is_given && mode.is_none() {
            return Err(table.missing("mode", "off, required or skew"));
        }
        table.finish()?;
        let nonces = mode.map(|mode| Self {
            mode,
            secret_file,
            rotation,
            forget_replaced,
        });
        match nonces {
            Some(nonces) if nonces.mode.value == NonceMode::Off => {
                nonces.refuse_unused()?;
                Ok(None)
            }
            Some(nonces) => {
                nonces.check_secret()?;
                Ok(Some(nonces))
            }
            None => Ok(None),
        }
    }

    /// Refuses `forget_replaced` without `secret_file`: an operator who sets it expects that a disclosed secret no longer
    /// verifies.
    fn check_secret(&self) -> Result<(), SettingError> {
        match (&self.forget_replaced, &self.secret_file) {
            (Some(forgets), None) => {
                Err(forgets.refuse("it has no effect without `nonce.secret_file`"))
            }
            _ => Ok(()),
        }
    }

    /// Refuses settings that have no effect while nonces are off: who names a secret expects nonces.
    fn refuse_unused(&self) -> Result<(), SettingError> {
        let reason = "it has no effect without `nonce.mode`, required or skew";
        let errors = [
            self.secret_file.as_ref().map(|it| it.refuse(reason)),
            self.rotation.as_ref().map(|it| it.refuse(reason)),
            self.forget_replaced.as_ref().map(|it| it.refuse(reason)),
        ];
        errors.into_iter().flatten().next().map_or(Ok(()), Err)
    }

    /// Refuses a longer life of nonces than `before`: see
    /// [`Proofs::check_successor_of`](super::Proofs::check_successor_of).
    pub(super) fn check_successor_of(&self, before: &Self) -> Result<(), SettingError> {
        let seconds = |setting: &Option<Setting<Duration>>| {
            setting.as_ref().map_or(DEFAULT_ROTATION, |it| it.value)
        };
        if seconds(&self.rotation) <= seconds(&before.rotation) {
            return Ok(());
        }
        let reason = super::proofs::CANNOT_GROW;
        Err(match (&self.rotation, &before.rotation) {
            (Some(now), _) => now.refuse(reason),
            (None, Some(then)) => then.refuse_removed(reason),
            (None, None) => self.mode.refuse(reason),
        })
    }
}

/// That of the library.
const DEFAULT_ROTATION: Duration = Duration::from_secs(60);
