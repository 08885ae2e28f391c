//! Fetches a Status List Token (draft-ietf-oauth-status-list, "Status List Request").

use std::time::Duration;

use http::HeaderValue;
use http::header::ACCEPT;
use tokio::sync::Semaphore;

use super::issuer_lists::IssuerLists;
use super::token::{MEDIA_TYPE, Published, text_of, verify};
use crate::http_client::{HttpClient, OutgoingRequest, UrlSource};
use crate::time::Timestamp;

/// Waits for one of the [`MAX_FETCHES`], and fetches.
pub(super) async fn in_turn<T>(
    fetches: &Semaphore,
    fetch: impl Future<Output = Result<T, String>>,
) -> Result<T, String> {
    let turn = tokio::time::timeout(MAX_WAIT, fetches.acquire()).await;
    let _turn = turn.map_err(|_| {
        format!("the limit of {MAX_FETCHES} concurrent fetches of status lists is reached")
    })?;
    fetch.await
}

pub(super) async fn download(
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

/// Each takes up a response and a list of up to 16 MiB.
pub(super) const MAX_FETCHES: usize = 4;
/// With the fetch itself less than the time after which a slot starts another one.
const MAX_WAIT: Duration = Duration::from_secs(15);
