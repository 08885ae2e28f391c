//! The status lists of configured issuers, fetched in the background and kept for as long as they allow.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Semaphore;

use super::download::{MAX_FETCHES, download, in_turn};
use super::issuer_lists::{IssuerLists, make_space};
use super::reference::StatusReference;
use super::slot::Slot;
use crate::config_error::{ConfigError, in_range};
use crate::excerpt::Excerpt;
use crate::http_client::HttpClient;
use crate::jose::{Algorithm, AlgorithmList};
use crate::keys::KeySource;
use crate::revocation::check::{Denial, Revocation, RevocationError, TokenUse};
use crate::time::Timestamp;
use crate::unavailable::Unavailable;
use crate::url_error::redacted;

/// Denies tokens whose status in a Token Status List is not VALID. Needs the feature `status-lists`.
///
/// A token with the claim `status.status_list` is accepted if its list says 0x00. INVALID, SUSPENDED and every other
/// status, an index beyond the end, and a malformed claim are refused with 401. While a list is not yet fetched, or too
/// old, the token is refused with 503: never accepted, never 401. A token without the claim is not affected.
///
/// Lists are fetched in the background, never while a request waits. A list is fetched again when its `ttl` (300 s by
/// default, from 5 s to 24 hours) is over, and used until `max_staleness` after that while the fetch fails, but not
/// beyond its `exp`. For each issuer, at most 1,000 lists and 64 MiB of decompressed lists, of 16 MiB each; for all
/// issuers, at most 4 fetches at a time. The response with a list has at most
/// [`OutgoingRequest::MAX_RESPONSE_BYTES`](crate::http_client::OutgoingRequest::MAX_RESPONSE_BYTES).
///
/// Needs a Tokio runtime. The first request with a new list is refused with 503 and `Retry-After: 1`; clients repeat
/// it.
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
    /// [`Algorithm::TOKEN_DEFAULT`] without any.
    algorithms: Option<AlgorithmList>,
}

impl StatusLists {
    /// Fetches lists with `client`. Add the issuers with [`StatusLists::add_issuer`].
    pub fn new(client: impl HttpClient) -> Self {
        Self {
            client: Arc::new(client),
            max_staleness: DEFAULT_STALENESS,
            fetches: Arc::new(Semaphore::new(MAX_FETCHES)),
            issuers: HashMap::new(),
            algorithms: None,
        }
    }

    /// Reads the lists of tokens of `issuer`, verified with `keys`, from these origins only. A token that refers to
    /// another origin is refused with 401, and one of an issuer that was not added with 503.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Issuer`] and [`ConfigError::DuplicateIssuer`] for the name, [`ConfigError::Url`] unless an origin
    /// is `https`, or `http` on loopback, without a path, [`ConfigError::NoStatusListOrigin`] without an origin, and
    /// [`ConfigError::UnsupportedAlgorithm`] in a build without a crypto backend.
    pub fn add_issuer<'a>(
        mut self,
        issuer: &str,
        keys: impl KeySource,
        origins: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ConfigError> {
        if self.issuers.contains_key(issuer) {
            return Err(ConfigError::DuplicateIssuer(issuer.to_owned()));
        }
        let algorithms = match &self.algorithms {
            Some(algorithms) => algorithms.clone(),
            None => AlgorithmList::new(PURPOSE, Algorithm::TOKEN_DEFAULT)?,
        };
        let lists = IssuerLists::new(issuer, keys, origins, algorithms)?;
        self.issuers.insert(issuer.to_owned(), Arc::new(lists));
        Ok(self)
    }

    /// Accepts lists of these algorithms instead of [`Algorithm::TOKEN_DEFAULT`], of all issuers. Lists that were
    /// fetched before are forgotten.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] for an empty list or an algorithm that this build cannot verify.
    pub fn algorithms(
        mut self,
        algorithms: impl IntoIterator<Item = Algorithm>,
    ) -> Result<Self, ConfigError> {
        let algorithms = AlgorithmList::new(PURPOSE, algorithms)?;
        for lists in self.issuers.values_mut() {
            *lists = Arc::new(lists.with_algorithms(algorithms.clone()));
        }
        self.algorithms = Some(algorithms);
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
            issuer.check_origin(uri)?;
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

    fn signature_algorithms(&self) -> Vec<Algorithm> {
        match &self.algorithms {
            Some(algorithms) => algorithms.iter().collect(),
            None => Algorithm::TOKEN_DEFAULT.to_vec(),
        }
    }

    fn uses_insecure_http(&self) -> bool {
        self.issuers
            .values()
            .any(|lists| lists.uses_insecure_http())
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

const PURPOSE: &str = "status list";
const VALID: u8 = 0x00;
const DEFAULT_STALENESS: Duration = Duration::from_secs(60);
const MAX_STALENESS: Duration = Duration::from_secs(60 * 60);
