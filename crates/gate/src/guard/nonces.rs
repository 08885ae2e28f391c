//! The nonces that the guard issues, and their secrets.

use sender_constraint::proof::{NonceSecret, NonceSecrets, Nonces};

use super::parts::Parts;
use crate::config::{NonceMode, Nonces as Settings, SettingError};

/// Secrets that survive a reload, and those that take their place once the new configuration serves.
#[derive(Debug)]
pub(super) struct GateSecrets {
    secrets: NonceSecrets,
    next: Option<(NonceSecret, Vec<NonceSecret>)>,
}

impl GateSecrets {
    /// The secrets of the file, or random ones. Those of `before` issue and verify until [`Self::take_effect`].
    pub(super) fn of(settings: &Settings, before: Option<&Parts>) -> Result<Self, SettingError> {
        let kept =
            before.and_then(|it| Some((it.secrets.as_ref()?, it.config.proofs.nonces.as_ref()?)));
        let next = match (&settings.secret_file, kept) {
            (Some(file), _) => Some(file.read(|path| of_file(path))?),
            (
                None,
                Some((
                    _,
                    Settings {
                        secret_file: None, ..
                    },
                )),
            ) => None,
            (None, _) => Some((settings.mode.read(|_| NonceSecret::random())?, Vec::new())),
        };
        let secrets = match (kept, &next) {
            (Some((kept, _)), _) => kept.secrets.clone(),
            (None, Some((issuing, _))) => NonceSecrets::new(issuing.clone()),
            (None, None) => settings.mode.read(|_| NonceSecrets::random())?,
        };
        let gate = Self { secrets, next };
        if kept.is_none() {
            gate.take_effect();
        }
        Ok(gate)
    }

    /// Issues with the secrets that were read. A secret that they replace still verifies, so that no request fails for it.
    pub(super) fn take_effect(&self) {
        if let Some((issuing, verify_only)) = &self.next
            && let Err(error) = self.secrets.replace(issuing.clone(), verify_only.clone())
        {
            tracing::error!(%error, "the previous nonce secrets stay in effect: `nonce.secret_file`");
        }
    }

    pub(super) fn nonces(&self, settings: &Settings) -> Result<Nonces, SettingError> {
        let secrets = self.secrets.clone();
        let nonces = match settings.mode.value {
            NonceMode::Required => Nonces::required(secrets),
            NonceMode::Off | NonceMode::Skew => Nonces::on_clock_skew(secrets),
        };
        match &settings.rotation {
            Some(every) => every.read(|every| nonces.rotation(*every)),
            None => Ok(nonces),
        }
    }
}

/// The error names the line, and never shows it.
fn of_file(path: &str) -> Result<(NonceSecret, Vec<NonceSecret>), String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path:?}: {error}"))?;
    let lines = text.lines().map(str::trim).enumerate();
    let lines = lines.filter(|(_, line)| !line.is_empty());
    let secrets = lines.map(|(index, line)| {
        let secret = NonceSecret::from_base64url(line);
        secret.map_err(|error| format!("{path:?}, line {}: {error}", index + 1))
    });
    let mut secrets = secrets.collect::<Result<Vec<_>, _>>()?.into_iter();
    let issuing = secrets.next();
    let issuing =
        issuing.ok_or_else(|| format!("{path:?}: it has no secret; expected one on each line"))?;
    let verify_only: Vec<_> = secrets.collect();
    // The library's limit, before anything is replaced.
    let check = NonceSecrets::new(issuing.clone());
    let checked = check.replace(issuing.clone(), verify_only.clone());
    checked.map_err(|error| format!("{path:?}: {error}"))?;
    Ok((issuing, verify_only))
}
