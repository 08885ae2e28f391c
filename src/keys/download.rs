//! One fetch of a key set: the issuer's metadata if its address is not known yet, then the set itself.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::metadata::key_set_address;
use super::set::KeySet;
use super::source::KeysUnavailable;
use crate::config_error::{ConfigError, UrlFault, redacted};
use crate::http_client::{Fetch, HttpClient, NamedBy};
use crate::issuer_name;

#[derive(Debug)]
pub(super) struct Download {
    client: Arc<dyn HttpClient>,
    /// Whose metadata names the address; without one the address is fixed.
    issuer: Option<String>,
    address: Mutex<Option<Fetch>>,
}

impl Download {
    pub(super) fn for_issuer(
        issuer: &str,
        client: Arc<dyn HttpClient>,
    ) -> Result<Self, ConfigError> {
        issuer_name::check(issuer)?;
        Ok(Self {
            client,
            issuer: Some(issuer.to_owned()),
            address: Mutex::default(),
        })
    }

    pub(super) fn at(address: &str, client: Arc<dyn HttpClient>) -> Result<Self, ConfigError> {
        issuer_name::check_url(address).map_err(|reason: UrlFault| ConfigError::Url {
            value: redacted(address),
            reason,
        })?;
        Ok(Self {
            client,
            issuer: None,
            address: Mutex::new(Some(Fetch::new(address, NamedBy::Operator))),
        })
    }

    /// The set and how long it may be kept.
    pub(super) async fn run(&self) -> Result<(KeySet, Option<Duration>), KeysUnavailable> {
        let fetch = self.address().await?;
        let result = self.fetch(&fetch).await;
        if result.is_err() && self.issuer.is_some() {
            // It may have moved: ask the metadata next time.
            self.remember(None);
        }
        result
    }

    async fn address(&self) -> Result<Fetch, KeysUnavailable> {
        let known = self
            .address
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        match (known, &self.issuer) {
            (Some(fetch), _) => Ok(fetch),
            (None, Some(issuer)) => {
                let fetch = key_set_address(issuer, self.client.as_ref()).await?;
                self.remember(Some(fetch.clone()));
                Ok(fetch)
            }
            (None, None) => Err(KeysUnavailable::because("there is no address of the keys")),
        }
    }

    async fn fetch(&self, fetch: &Fetch) -> Result<(KeySet, Option<Duration>), KeysUnavailable> {
        let fetched = self.client.get(fetch).await;
        let fetched = fetched.map_err(|error| KeysUnavailable::because(error.to_string()))?;
        if !fetched.status.is_success() {
            let status = fetched.status.as_u16();
            return Err(KeysUnavailable::because(format!(
                "{}: status {status}",
                fetch.url
            )));
        }
        let set = KeySet::from_json(&fetched.body)
            .map_err(|error| KeysUnavailable::because(format!("{}: {error}", fetch.url)))?;
        Ok((set, fetched.max_age))
    }

    fn remember(&self, address: Option<Fetch>) {
        *self.address.lock().unwrap_or_else(PoisonError::into_inner) = address;
    }
}

/// Where the keys come from, for logs.
impl fmt::Display for Download {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.address.lock().unwrap_or_else(PoisonError::into_inner);
        match (&self.issuer, address.as_ref()) {
            (Some(issuer), _) => write!(formatter, "of issuer {issuer}"),
            (None, Some(fetch)) => {
                let url = fetch.url.split('?').next().unwrap_or_default();
                write!(formatter, "at {url}")
            }
            (None, None) => formatter.write_str("without an address"),
        }
    }
}
