//! Where an issuer publishes its keys: `jwks_uri` of its metadata (RFC 8414 section 2).

use serde::Deserialize;

use crate::http_client::{FetchError, HttpClient, Metadata, MetadataSource, OutgoingRequest};

/// Finds the URL of the key set.
pub(super) async fn key_set_address(
    source: &MetadataSource,
    client: &dyn HttpClient,
) -> Result<OutgoingRequest, FetchError> {
    let found = source.read::<KeysMetadata>(client).await?;
    let (url, url_source) = found.url("jwks_uri", &found.metadata.jwks_uri)?;
    Ok(OutgoingRequest::get(url, url_source))
}

#[derive(Deserialize)]
struct KeysMetadata {
    issuer: String,
    jwks_uri: String,
}

impl Metadata for KeysMetadata {
    const REQUIRED: &'static str = "`issuer` and `jwks_uri`";

    fn issuer(&self) -> &str {
        &self.issuer
    }
}
