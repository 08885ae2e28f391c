//! Keys that are given at start and never change.

use std::path::Path;
use std::sync::Arc;

use super::hint::KeyHint;
use super::set::{KeySet, VerificationKey};
use super::source::KeySource;
use crate::config_error::ConfigError;
use crate::future::MaybeReady;
use crate::time::Timestamp;
use crate::unavailable::Unavailable;

/// A JWK set from memory or a file.
///
/// # Deployment
///
/// When the issuer rotates its keys, the new ones are not picked up: update the set and restart, or fetch the issuer's
/// keys with `RemoteKeys`.
#[derive(Clone, Debug)]
pub struct StaticKeys(KeySet);

impl StaticKeys {
    /// Parses the keys of a JWK set in JSON.
    ///
    /// # Errors
    ///
    /// [`ConfigError::UnreadableKeys`] if the text is not a JWK set, [`ConfigError::NoKey`] if no key in it is usable.
    pub fn from_json(json: &str) -> Result<Self, ConfigError> {
        Self::read("in memory", json.as_bytes())
    }

    /// Reads the keys of a JWK set from a file.
    ///
    /// # Errors
    ///
    /// As for [`StaticKeys::from_json`], and if the file cannot be read.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ConfigError> {
        let path = path.as_ref();
        let origin = path.display().to_string();
        let json = std::fs::read(path).map_err(|error| ConfigError::UnreadableKeys {
            origin: origin.clone(),
            reason: error.to_string(),
        })?;
        Self::read(&origin, &json)
    }

    fn read(origin: &str, json: &[u8]) -> Result<Self, ConfigError> {
        let set = KeySet::from_json(json).map_err(|error| ConfigError::UnreadableKeys {
            origin: origin.to_owned(),
            reason: error.to_string(),
        })?;
        if set.is_empty() {
            return Err(ConfigError::NoKey {
                origin: origin.to_owned(),
                skipped: set.skipped(),
            });
        }
        Ok(Self(set))
    }
}

impl KeySource for StaticKeys {
    fn find<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        _now: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
        MaybeReady::ready(Ok(self.0.matching(hint)))
    }

    fn is_current(&self, key: &VerificationKey, _now: Timestamp) -> bool {
        self.0.contains(key)
    }
}
