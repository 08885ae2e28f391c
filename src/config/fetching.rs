//! The keys of issuers: prepared, so that mistakes are found without the network, and then fetched.

use std::sync::Arc;

use super::guard_config::GuardConfig;
use super::issuer_keys::IssuerKeys;
use super::names::Key;
use super::setting_error::SettingError;
use crate::keys::{RemoteKeys, StaticKeys};

impl GuardConfig {
    /// The keys of each issuer: reads those in files, and fetches none.
    pub(super) fn unfetched_keys(&self) -> Result<Vec<IssuerKeys>, SettingError> {
        if self.tokens.ca.is_some() {
            // A file that cannot be used is a mistake, also where nothing is fetched.
            self.http_client()?;
        }
        let numbers = 0..self.issuers.len();
        numbers
            .map(|number| self.unfetched_keys_of(number))
            .collect()
    }

    pub(super) fn unfetched_keys_of(&self, number: usize) -> Result<IssuerKeys, SettingError> {
        let named = self.issuers.get(number).filter(|it| !it.name.is_empty());
        let issuer = named.ok_or_else(|| self.missing_issuer(number))?;
        let builder = match &issuer.jwks {
            Some(file) if !file.contains("://") => {
                let key = Key::of_issuer(number, "issuer.jwks");
                let keys = self.refused(key, StaticKeys::from_file(file))?;
                return Ok(IssuerKeys::File(Arc::new(keys)));
            }
            Some(url) => RemoteKeys::from_jwks_uri(url, self.http_client()?),
            None => RemoteKeys::for_issuer(&issuer.name, self.http_client()?),
        };
        let builder = if issuer.insecure_http {
            builder.allow_insecure_http()
        } else {
            builder
        };
        let keys = self.refused(self.source_of(number), builder.lazy())?;
        Ok(IssuerKeys::Remote(keys))
    }

    /// Fetches those that are not in files, unless
    /// [`TokensConfig::start_without_keys`](super::TokensConfig::start_without_keys) is set.
    pub(super) async fn fetch(
        &self,
        keys: Vec<IssuerKeys>,
    ) -> Result<Vec<IssuerKeys>, SettingError> {
        let mut fetched = Vec::new();
        for (number, keys) in keys.into_iter().enumerate() {
            fetched.push(self.fetch_keys_of(number, keys).await?);
        }
        Ok(fetched)
    }

    pub(super) async fn fetch_keys_of(
        &self,
        number: usize,
        keys: IssuerKeys,
    ) -> Result<IssuerKeys, SettingError> {
        match keys {
            IssuerKeys::Remote(keys) if !self.tokens.start_without_keys => {
                let fetched = self.refused(self.source_of(number), keys.fetch().await)?;
                Ok(IssuerKeys::Remote(fetched))
            }
            prepared => Ok(prepared),
        }
    }

    /// The setting that names where the keys of the issuer are.
    fn source_of(&self, number: usize) -> Key {
        let issuer = self.issuers.get(number);
        let has_jwks = issuer.is_some_and(|issuer| issuer.jwks.is_some());
        let name = if has_jwks {
            "issuer.jwks"
        } else {
            "issuer.name"
        };
        Key::of_issuer(number, name)
    }
}
