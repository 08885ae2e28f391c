//! The log events of remote keys.

use super::set::KeySet;
use crate::http_client::FetchError;
use crate::skipped_key::Summary;

/// Where keys come from, as the fields `issuer` and `url` of events.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) issuer: Option<String>,
    /// The URL of the key set, if it is known, without what may be secret.
    pub(super) url: Option<String>,
}

impl Source {
    /// A fetch ended with a key set that is used; `is_first` if no set was held before.
    pub(super) fn fetched(&self, set: &KeySet, is_first: bool) {
        let (issuer, url) = self.fields();
        let names: Vec<_> = set.algorithms().iter().map(|each| each.name()).collect();
        let (keys, algorithms) = (set.len(), names.join(" "));
        if keys == 0 {
            tracing::warn!(issuer, url, "the key set has no usable key");
        } else if is_first {
            tracing::info!(issuer, url, keys, algorithms, "the key set was fetched");
        } else {
            tracing::debug!(issuer, url, keys, algorithms, "the key set was fetched");
        }
    }

    /// Entries are skipped that were not skipped before.
    pub(super) fn skipped(&self, set: &KeySet) {
        let (issuer, url) = self.fields();
        let reason = Summary(set.skipped());
        tracing::warn!(issuer, url, %reason, "a part of the key set is not used");
    }

    pub(super) fn failed(&self, error: &FetchError) {
        let (issuer, url) = self.fields();
        let reason = error.reason();
        tracing::warn!(issuer, url, reason, "the key set could not be fetched");
    }

    pub(super) fn metadata_failed(&self, error: &FetchError) {
        let (issuer, url) = self.fields();
        let reason = error.reason();
        tracing::warn!(
            issuer,
            url,
            reason,
            "the metadata could not be read; the known URL is used"
        );
    }

    /// A set that had keys has none.
    pub(super) fn emptied(&self) {
        let (issuer, url) = self.fields();
        tracing::error!(
            issuer,
            url,
            "the key set no longer has a usable key; the last good set is used until a second fetch confirms it"
        );
    }

    /// Plain http beyond loopback was configured.
    pub(super) fn insecure(&self) {
        let (issuer, url) = self.fields();
        tracing::warn!(
            issuer,
            url,
            "keys are fetched over plain http: whoever can change the response can issue tokens \
             (`RemoteKeysBuilder::allow_insecure_http`)"
        );
    }

    fn fields(&self) -> (Option<&str>, Option<&str>) {
        (self.issuer.as_deref(), self.url.as_deref())
    }
}
