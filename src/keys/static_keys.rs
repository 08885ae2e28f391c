//! Keys that are given at start and never change.

use std::path::Path;
use std::sync::Arc;

use super::hint::KeyHint;
use super::set::{KeySet, VerificationKey};
use super::source::KeySource;
use crate::config_error::ConfigError;
use crate::future::MaybeReady;
use crate::jose::{Algorithm, AlgorithmList};
use crate::skipped_key::{SkipReason, Summary};
use crate::time::Timestamp;
use crate::unavailable::Unavailable;

/// A JWK set from memory or a file: no authorization server is needed, which suits development without a network, tests
/// and keys that a deployment mounts.
///
/// Entries that cannot be used are skipped with a `warn` event that says why.
///
/// ```
/// use sender_constraint::ConfigError;
/// use sender_constraint::keys::StaticKeys;
/// use sender_constraint::token::JwtVerifier;
///
/// fn tokens(jwks: &str) -> Result<JwtVerifier, ConfigError> {
///     let keys = StaticKeys::from_json(jwks)?;
///     println!("{} keys for {:?}", keys.key_set().len(), keys.key_set().algorithms());
///     JwtVerifier::new("https://as.example.com", "https://api.example.com", keys)
/// }
/// # drop(tokens);
/// ```
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
    /// [`ConfigError::UnreadableKeys`] if the text is not a JWK set, [`ConfigError::NoKey`] if no key in it is usable,
    /// [`ConfigError::UnsupportedAlgorithm`] in a build without a crypto backend.
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

    /// The keys.
    #[must_use]
    pub const fn key_set(&self) -> &KeySet {
        &self.0
    }

    fn read(origin: &str, json: &[u8]) -> Result<Self, ConfigError> {
        // Without a backend every key would be skipped, for a reason that is not the key's.
        AlgorithmList::new("token", Algorithm::TOKEN_DEFAULT)?;
        let set = KeySet::from_json(json).map_err(|error| ConfigError::UnreadableKeys {
            origin: origin.to_owned(),
            reason: error.to_string(),
        })?;
        if set.is_empty() {
            return Err(ConfigError::NoKey {
                origin: origin.to_owned(),
                skipped: set.skipped().to_vec(),
            });
        }
        if !set.skipped().is_empty() {
            let reason = Summary(set.skipped());
            tracing::warn!(source = origin, %reason, "a part of the key set is not used");
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

    fn skip_reason(&self, kid: &str, _now: Timestamp) -> Option<SkipReason> {
        self.0.skip_reason(kid).cloned()
    }
}
