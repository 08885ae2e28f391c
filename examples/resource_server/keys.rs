//! Which keys an authorization server has, for the summary at start.

use std::sync::{Arc, Mutex, PoisonError};

use sender_constraint::future::MaybeReady;
use sender_constraint::http_client::{
    HttpClient, HttpError, IncomingResponse, OutgoingRequest, ReqwestClient,
};
use sender_constraint::jose::Algorithm;
use sender_constraint::keys::{KeyHint, KeySet};

use url::Url;

use super::log::printable;

/// Fetches by [`ReqwestClient`], and keeps the last key set that it received.
#[derive(Clone, Debug)]
pub(crate) struct ObservedClient {
    client: ReqwestClient,
    last: Arc<Mutex<Option<KeySet>>>,
}

impl ObservedClient {
    pub(crate) fn new(client: ReqwestClient) -> Self {
        Self {
            client,
            last: Arc::default(),
        }
    }

    pub(crate) fn last_keys(&self) -> KeySet {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone().unwrap_or_default()
    }

    async fn fetch(&self, request: &OutgoingRequest) -> Result<IncomingResponse, HttpError> {
        let response = self.client.send(request).await?;
        let (url, status) = (without_secrets(&request.url), response.status.as_u16());
        tracing::debug!(url, status, "fetched");
        if let Ok(keys) = KeySet::from_json(&response.body) {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            *last = Some(keys);
        }
        Ok(response)
    }
}

impl HttpClient for ObservedClient {
    fn send<'a>(
        &'a self,
        request: &'a OutgoingRequest,
    ) -> MaybeReady<'a, Result<IncomingResponse, HttpError>> {
        MaybeReady::pending(self.fetch(request))
    }
}

/// Without user information and query.
fn without_secrets(url: &str) -> String {
    Url::parse(url).map_or_else(
        |_| String::new(),
        |url| url.origin().ascii_serialization() + url.path(),
    )
}

/// How many keys there are, and their algorithms among `allowed`: `2 keys (ES256 k1; RS256 k2)`.
pub(crate) fn described(keys: &KeySet, allowed: &[Algorithm]) -> String {
    let number = match keys.len() {
        1 => "1 key".to_owned(),
        number => format!("{number} keys"),
    };
    let uses = allowed.iter().filter_map(|algorithm| {
        let usable = keys.matching(&KeyHint::new(None, *algorithm));
        let names = usable.iter().take(MAX_NAMES).map(|key| key.kid());
        let names: Vec<_> = names
            .map(|kid| kid.map_or_else(|| "without kid".to_owned(), printable))
            .collect();
        let more = if usable.len() > MAX_NAMES { " .." } else { "" };
        (!usable.is_empty()).then(|| format!("{algorithm}: {}{more}", names.join(" ")))
    });
    let uses: Vec<_> = uses.collect();
    let skipped = match keys.skipped() {
        0 => String::new(),
        skipped => format!(", {skipped} unusable"),
    };
    if uses.is_empty() {
        format!("{number}{skipped}, none for an allowed algorithm (--token-algs)")
    } else {
        format!("{number}{skipped} ({})", uses.join(", "))
    }
}

/// Of the keys for one algorithm.
const MAX_NAMES: usize = 4;
