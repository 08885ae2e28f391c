//! The status lists of configured issuers, fetched in the background and kept for as long as they allow.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::HeaderValue;
use http::header::ACCEPT;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::reference::StatusReference;
use super::slot::Slot;
use super::token::{MEDIA_TYPE, Published, text_of, verify};
use crate::config_error::{ConfigError, in_range};
use crate::excerpt::Excerpt;
use crate::http_client::{HttpClient, OutgoingRequest, UrlSource};
use crate::jose::{Algorithm, AlgorithmList};
use crate::keys::KeySource;
use crate::revocation::check::{Denial, Revocation, RevocationError, TokenUse};
use crate::time::Timestamp;
use crate::unavailable::Unavailable;
use crate::uri::{PlainHttp, check_issuer, check_url};
use crate::url_error::{UrlError, redacted};

/// Denies tokens whose status in a Token Status List is not VALID. Needs the feature `status-lists`.
///
/// A token with the claim `status.status_list` is accepted if its list says 0x00. INVALID, SUSPENDED and every other status,
/// an index beyond the end, and a malformed claim are refused with 401. While a list is not yet fetched, or too old, the
/// token is refused with 503: never accepted, never 401. A token without the claim is not affected.
///
/// Lists are fetched in the background, never while a request waits. A list is fetched again when its `ttl` (300 s by
/// default, from 5 s to 24 hours) is over, and used until `max_staleness` after that while the fetch fails, but not beyond
/// its `exp`. For each issuer, at most 1,000 lists and 64 MiB of decompressed lists, of 16 MiB each; for all issuers, at
/// most 4 fetches at a time. The response with a list has at most [`OutgoingRequest::MAX_RESPONSE_BYTES`].
///
/// Needs a Tokio runtime. The first request with a new list is refused with 503 and `Retry-After: 1`; clients repeat it.
///
/// ```no_run
/// # #[cfg(feature = "reqwest")]
/// # async fn example(builder: sender_constraint::GuardBuilder) -> Result<(), Box<dyn std::error::Error>> {
/// use sender_constraint::http_client::ReqwestClient;
/// use sender_constraint::keys::RemoteKeys;
/// use sender_constraint::revocation::StatusLists;
///
/// let keys = RemoteKeys::discover("https://as.example.com").await?;
/// let lists = StatusLists::new(ReqwestClient::new()?).add_issuer(
///     "https://as.example.com",
///     keys,
///     ["https://status.example.com"],
/// )?;
/// let guard = builder.revocation(lists).build()?;
/// # drop(guard);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct StatusLists {
    client: Arc<dyn HttpClient>,
    max_staleness: Duration,
    fetches: Arc<Semaphore>,
    issuers: HashMap<String, Arc<IssuerLists>>,
}

/// The lists of one issuer.
struct IssuerLists {
    name: String,
    keys: Arc<dyn KeySource>,
    algorithms: AlgorithmList,
    origins: HashSet<String>,
    slots: Mutex<HashMap<Box<str>, Slot>>,
}

impl StatusLists {
    /// Fetches lists with `client`. Add the issuers with [`StatusLists::add_issuer`].
    pub fn new(client: impl HttpClient) -> Self {
        Self {
            client: Arc::new(client),
            max_staleness: DEFAULT_STALENESS,
            fetches: Arc::new(Semaphore::new(MAX_FETCHES)),
            issuers: HashMap::new(),
        }
    }

    /// Reads the lists of tokens of `issuer`, verified with `keys`, from these origins only. A token that refers to
    /// another origin is refused with 401, and one of an issuer that was not added with 503.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Issuer`] and [`ConfigError::DuplicateIssuer`] for the name, [`ConfigError::Url`] unless an origin is
    /// `https`, or `http` on loopback, without a path, [`ConfigError::NoStatusListOrigin`] without an origin, and
    /// [`ConfigError::UnsupportedAlgorithm`] in a build without a crypto backend.
    pub fn add_issuer<'a>(
        mut self,
        issuer: &str,
        keys: impl KeySource,
        origins: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ConfigError> {
        check_issuer(issuer, PlainHttp::Never)?;
        if self.issuers.contains_key(issuer) {
            return Err(ConfigError::DuplicateIssuer(issuer.to_owned()));
        }
        let origins = origins.into_iter().map(configured_origin);
        let origins: HashSet<_> = origins.collect::<Result<_, _>>()?;
        if origins.is_empty() {
            return Err(ConfigError::NoStatusListOrigin(issuer.to_owned()));
        }
        let lists = IssuerLists {
            name: issuer.to_owned(),
            keys: Arc::new(keys),
            algorithms: AlgorithmList::new("status list", Algorithm::TOKEN_DEFAULT)?,
            origins,
            slots: Mutex::default(),
        };
        self.issuers.insert(issuer.to_owned(), Arc::new(lists));
        Ok(self)
    }

    /// Sets for how long a list is used after its `ttl`, while it cannot be fetched: 60 s by default, at most 1 hour. A
    /// status that changed meanwhile has no effect yet.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] above 1 hour.
    pub fn max_staleness(mut self, limit: Duration) -> Result<Self, ConfigError> {
        let setting = "the staleness of status lists";
        self.max_staleness = in_range(setting, limit, Duration::ZERO, MAX_STALENESS)?;
        Ok(self)
    }

    /// The status that the list has; starts a fetch if one is due.
    fn status(
        &self,
        issuer: &Arc<IssuerLists>,
        reference: &StatusReference<'_>,
        now: Timestamp,
    ) -> Result<Option<u8>, RevocationError> {
        let uri = &*reference.uri;
        let mut slots = issuer.slots();
        if !slots.contains_key(uri) {
            check_origin(issuer, uri)?;
            make_space(&mut slots, self.max_staleness, now)?;
            slots.insert(uri.into(), Slot::default());
        }
        let slot = slots.get_mut(uri);
        let slot = slot.ok_or_else(|| Unavailable::revocation("the status list is not known"))?;
        if slot.starts_fetch(now) {
            self.fetch(issuer, uri, now, slot);
        }
        match slot.usable(self.max_staleness, now) {
            Some(list) => Ok(list.status(reference.idx)),
            None => Err(slot.unavailable(now).into()),
        }
    }

    /// Fetches a list in the background.
    fn fetch(&self, issuer: &Arc<IssuerLists>, uri: &str, now: Timestamp, slot: &mut Slot) {
        let Ok(runtime) = Handle::try_current() else {
            slot.finish(
                Err("fetching a status list needs a Tokio runtime".to_owned()),
                now,
            );
            return;
        };
        let (client, issuer) = (Arc::clone(&self.client), Arc::clone(issuer));
        let fetches = Arc::clone(&self.fetches);
        let (uri, max_staleness): (Box<str>, _) = (uri.into(), self.max_staleness);
        runtime.spawn(async move {
            let outcome = in_turn(&fetches, download(&*client, &issuer, &uri, now)).await;
            let outcome = outcome.map_err(|reason| format!("{}: {reason}", redacted(&uri)));
            if let Err(reason) = &outcome {
                tracing::warn!(reason, "a status list could not be fetched");
            }
            issuer.finish(&uri, outcome, max_staleness, now);
        });
    }
}

impl IssuerLists {
    fn slots(&self) -> MutexGuard<'_, HashMap<Box<str>, Slot>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn finish(
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

/// Waits for one of the [`MAX_FETCHES`], and fetches.
async fn in_turn<T>(
    fetches: &Semaphore,
    fetch: impl Future<Output = Result<T, String>>,
) -> Result<T, String> {
    let turn = tokio::time::timeout(MAX_WAIT, fetches.acquire()).await;
    let _turn = turn.map_err(|_| {
        format!("the limit of {MAX_FETCHES} concurrent fetches of status lists is reached")
    })?;
    fetch.await
}

async fn download(
    client: &dyn HttpClient,
    issuer: &IssuerLists,
    uri: &str,
    now: Timestamp,
) -> Result<Published, String> {
    // Its origin is configured.
    let mut request = OutgoingRequest::get(uri, UrlSource::Configured);
    let accept = HeaderValue::from_static(MEDIA_TYPE);
    request.headers.insert(ACCEPT, accept);
    let response = tokio::time::timeout(OutgoingRequest::TIMEOUT, client.send(&request)).await;
    let response = response.map_err(|_| "no response in time")?;
    let token = text_of(response.map_err(|error| error.redacted(uri))?)?;
    let IssuerLists {
        name,
        keys,
        algorithms,
        ..
    } = issuer;
    verify(&token, name, uri, &**keys, algorithms, now).await
}

fn make_space(
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

fn check_origin(issuer: &IssuerLists, uri: &str) -> Result<(), Denial> {
    let url = check_url(uri, PlainHttp::Never).ok();
    let origin = url.map(|url| url.origin().ascii_serialization());
    if origin.is_some_and(|origin| issuer.origins.contains(&origin)) {
        return Ok(());
    }
    let uri = Excerpt::new(&redacted(uri));
    Err(Denial::new(&format!(
        "its status list {uri} is at no origin of `StatusLists::add_issuer`"
    )))
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

impl Revocation for StatusLists {
    fn check(&self, token_use: &TokenUse<'_>, now: Timestamp) -> Result<(), RevocationError> {
        let claims = token_use.token().claims();
        let reference = StatusReference::of(claims);
        let reference =
            reference.map_err(|_| Denial::new("its claim `status.status_list` is malformed"))?;
        let Some(reference) = reference else {
            return Ok(());
        };
        let issuer = self.issuers.get(claims.issuer()).ok_or_else(|| {
            let issuer = Excerpt::new(claims.issuer());
            Unavailable::revocation(format!(
                "the token has a status list, but issuer {issuer} is not configured with `StatusLists::add_issuer`"
            ))
        })?;
        let denial = match self.status(issuer, &reference, now)? {
            Some(VALID) => return Ok(()),
            Some(0x01) => Denial::new("its status is INVALID"),
            Some(0x02) => Denial::new("its status is SUSPENDED"),
            Some(other) => Denial::new(&format!("its status is {other:#04x}")),
            None => Denial::new("its index is beyond the end of its status list"),
        };
        Err(denial.into())
    }
}

/// Shows the issuers only.
impl fmt::Debug for StatusLists {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StatusLists")
            .field("issuers", &self.issuers.keys())
            .finish_non_exhaustive()
    }
}

const VALID: u8 = 0x00;
const MAX_LISTS: usize = 1000;
/// Each takes up a response and a list of up to 16 MiB.
const MAX_FETCHES: usize = 4;
/// With the fetch itself less than the time after which a slot starts another one.
const MAX_WAIT: Duration = Duration::from_secs(15);
const MAX_BYTES: usize = 64 * 1024 * 1024;
const DEFAULT_STALENESS: Duration = Duration::from_secs(60);
const MAX_STALENESS: Duration = Duration::from_secs(60 * 60);

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use miniz_oxide::deflate::compress_to_vec_zlib;

    use super::super::list::{MAX_LIST_BYTES, StatusList};
    use super::*;
    use crate::future::MaybeReady;
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
