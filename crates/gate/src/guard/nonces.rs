//! The nonces that the guard issues, and their secrets.

use sender_constraint::proof::{NonceSecret, NonceSecretFile, NonceSecrets, Nonces};

use super::parts::Parts;
use crate::config::{NonceMode, Nonces as Settings, SettingError};

/// Secrets that survive a reload, and those that take their place once the new configuration serves.
#[derive(Debug)]
pub(super) struct GateSecrets {
    secrets: NonceSecrets,
    next: Option<Next>,
    forgets_replaced: bool,
}

#[derive(Debug)]
enum Next {
    File(NonceSecretFile),
    Random(NonceSecret),
}

impl GateSecrets {
    /// The secrets of the file, or random ones. Those of `before` issue and verify until [`Self::take_effect`].
    pub(super) fn of(settings: &Settings, before: Option<&Parts>) -> Result<Self, SettingError> {
        let kept =
            before.and_then(|it| Some((it.secrets.as_ref()?, it.config.proofs.nonces.as_ref()?)));
        let next = match (&settings.secret_file, kept) {
            (Some(file), _) => Some(Next::File(file.read(|path| NonceSecretFile::read(path))?)),
            (
                None,
                Some((
                    _,
                    Settings {
                        secret_file: None, ..
                    },
                )),
            ) => None,
            (None, _) => Some(Next::Random(settings.mode.read(|_| NonceSecret::random())?)),
        };
        let secrets = match (kept, &next) {
            (Some((kept, _)), _) => kept.secrets.clone(),
            (None, Some(Next::File(file))) => settings.mode.read(|_| file.secrets())?,
            (None, Some(Next::Random(secret))) => NonceSecrets::new(secret.clone()),
            (None, None) => settings.mode.read(|_| NonceSecrets::random())?,
        };
        let gate = Self {
            secrets,
            next,
            forgets_replaced: settings.forget_replaced.is_some(),
        };
        if kept.is_none() {
            gate.take_effect();
        }
        Ok(gate)
    }

    /// Issues with the secrets that were read. A secret that they replace still verifies, so that no request fails for it,
    /// unless it is to be forgotten.
    pub(super) fn take_effect(&self) {
        let replaced = match &self.next {
            Some(Next::File(file)) => file.replace(&self.secrets),
            Some(Next::Random(secret)) => self.secrets.replace(secret.clone(), []),
            None => Ok(()),
        };
        if let Err(error) = replaced {
            tracing::error!(%error, "the previous nonce secrets stay in effect: `nonce.secret_file`");
        }
        if self.forgets_replaced {
            self.secrets.forget_replaced();
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
