//! The status lists of one issuer: where they may be, and how many are kept.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::slot::Slot;
use super::token::Published;
use crate::config_error::ConfigError;
use crate::excerpt::Excerpt;
use crate::jose::AlgorithmList;
use crate::keys::KeySource;
use crate::revocation::check::Denial;
use crate::time::Timestamp;
use crate::unavailable::Unavailable;
use crate::uri::{PlainHttp, check_issuer, check_url};
use crate::url_error::{UrlError, redacted};

/// The lists of one issuer.
pub(super) struct IssuerLists {
    pub(super) name: String,
    pub(super) keys: Arc<dyn KeySource>,
    pub(super) algorithms: AlgorithmList,
    origins: HashSet<String>,
    slots: Mutex<HashMap<Box<str>, Slot>>,
}

impl IssuerLists {
    pub(super) fn new<'a>(
        issuer: &str,
        keys: impl KeySource,
        origins: impl IntoIterator<Item = &'a str>,
        algorithms: AlgorithmList,
    ) -> Result<Self, ConfigError> {
        check_issuer(issuer, PlainHttp::Never)?;
        let origins = origins.into_iter().map(configured_origin);
        let origins: HashSet<_> = origins.collect::<Result<_, _>>()?;
        if origins.is_empty() {
            return Err(ConfigError::NoStatusListOrigin(issuer.to_owned()));
        }
        Ok(Self {
            name: issuer.to_owned(),
            keys: Arc::new(keys),
            algorithms,
            origins,
            slots: Mutex::default(),
        })
    }

    pub(super) fn uses_insecure_http(&self) -> bool {
        self.keys.uses_insecure_http()
    }

    /// The same issuer with other algorithms, and no lists yet.
    pub(super) fn with_algorithms(&self, algorithms: AlgorithmList) -> Self {
        Self {
            name: self.name.clone(),
            keys: Arc::clone(&self.keys),
            algorithms,
            origins: self.origins.clone(),
            slots: Mutex::default(),
        }
    }

    /// Refuses the URI of a list at an origin that is not configured.
    pub(super) fn check_origin(&self, uri: &str) -> Result<(), Denial> {
        let url = check_url(uri, PlainHttp::Never).ok();
        let origin = url.map(|url| url.origin().ascii_serialization());
        if origin.is_some_and(|origin| self.origins.contains(&origin)) {
            return Ok(());
        }
        let uri = Excerpt::new(&redacted(uri));
        Err(Denial::new(&format!(
            "its status list {uri} is at no origin of `StatusLists::add_issuer`"
        )))
    }

    pub(super) fn slots(&self) -> MutexGuard<'_, HashMap<Box<str>, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn finish(
        &self,
        uri: &str,
        outcome: Result<Published, String>,
        max_staleness: Duration,
        started: Timestamp,
    ) {
        let mut slots = self.slots();
        let others = slots.iter_mut().filter(|(other, _)| &***other != uri);
        let held = others.map(|(_, slot)| {
            slot.drop_expired(max_staleness, started);
            slot.bytes()
        });
        let held: usize = held.sum();
        let outcome = outcome.and_then(|published| {
            if held.saturating_add(published.list.len()) > MAX_BYTES {
                return Err("the limit of 64 MiB for the lists of an issuer is reached".to_owned());
            }
            Ok(published)
        });
        if let Some(slot) = slots.get_mut(uri) {
            slot.finish(outcome, started);
        }
    }
}

/// Drops lists that are not in use, if the limit is reached.
pub(super) fn make_space(
    slots: &mut HashMap<Box<str>, Slot>,
    max_staleness: Duration,
    now: Timestamp,
) -> Result<(), Unavailable> {
    if slots.len() >= MAX_LISTS {
        slots.retain(|_, slot| !slot.is_idle(max_staleness, now));
    }
    if slots.len() >= MAX_LISTS {
        let limit = format!("the limit of {MAX_LISTS} status lists of an issuer is reached");
        return Err(Unavailable::revocation(limit));
    }
    Ok(())
}

fn configured_origin(origin: &str) -> Result<String, ConfigError> {
    let fault = |reason| ConfigError::Url {
        value: redacted(origin),
        reason,
    };
    let url = check_url(origin, PlainHttp::Never).map_err(fault)?;
    if url.path() != "/" {
        return Err(fault(UrlError::Path));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(fault(UrlError::QueryOrFragment));
    }
    Ok(url.origin().ascii_serialization())
}

const MAX_LISTS: usize = 1000;
const MAX_BYTES: usize = 64 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use miniz_oxide::deflate::compress_to_vec_zlib;

    use super::super::list::{MAX_LIST_BYTES, StatusList};
    use super::*;
    use crate::future::MaybeReady;
    use crate::jose::Algorithm;
    use crate::keys::{KeyHint, VerificationKey};

    #[test]
    fn tsl_10_lists_of_an_issuer_take_up_at_most_64_mib() {
        let issuer = IssuerLists {
            name: String::new(),
            keys: Arc::new(NoKeys),
            algorithms: AlgorithmList::new("status list", Algorithm::TOKEN_DEFAULT).unwrap(),
            origins: HashSet::new(),
            slots: Mutex::default(),
        };
        let largest = URL_SAFE_NO_PAD.encode(compress_to_vec_zlib(&vec![0; MAX_LIST_BYTES], 1));
        let finish = |uri: &str, seconds: u64| {
            let now = Timestamp::from_unix_seconds(seconds);
            let published = Published {
                list: StatusList::decode(1, &largest).unwrap(),
                ttl: None,
                expires_at: None,
            };
            issuer.slots().insert(uri.into(), Slot::default());
            issuer.finish(uri, Ok(published), Duration::from_secs(60), now);
            issuer.slots()[uri].usable(Duration::ZERO, now).is_some()
        };
        for uri in ["1", "2", "3", "4"] {
            assert!(finish(uri, 0), "{uri}");
        }
        assert!(finish("4", 0), "in place of the old one");
        // The default `ttl`, and the staleness.
        assert!(!finish("5", 360));
        assert!(finish("5", 361), "the others have expired");
        let held: usize = issuer.slots().values().map(Slot::bytes).sum();
        assert_eq!(held, MAX_LIST_BYTES);
        let now = Timestamp::from_unix_seconds(361);
        let text = issuer.slots()["1"].unavailable(now).to_string();
        assert!(text.contains("has expired and is being fetched"), "{text}");
    }

    #[derive(Debug)]
    struct NoKeys;

    impl KeySource for NoKeys {
        fn find<'a>(
            &'a self,
            _: &'a KeyHint<'a>,
            _: Timestamp,
        ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
            MaybeReady::ready(Ok(Vec::new()))
        }

        fn is_current(&self, _: &VerificationKey, _: Timestamp) -> bool {
            false
        }
    }
}
