//! Where the introspection endpoint of an issuer is: `introspection_endpoint` of its metadata (RFC 8414 section 2), or
//! that for mutual TLS (RFC 8705 section 5).

use serde::Deserialize;

use crate::http_client::{FetchError, HttpClient, Metadata, MetadataSource, UrlSource};

/// A URL and its source.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) url: String,
    pub(super) source: UrlSource,
}

/// Finds the URL of the endpoint, which receives tokens and credentials.
pub(super) async fn introspection_endpoint(
    source: &MetadataSource,
    wants_tls_alias: bool,
    client: &dyn HttpClient,
) -> Result<Place, FetchError> {
    let found = source.read::<EndpointMetadata>(client).await?;
    let metadata = &found.metadata;
    let alias = metadata
        .mtls_endpoint_aliases
        .introspection_endpoint
        .as_ref();
    let alias = alias.filter(|_| wants_tls_alias);
    let address = alias.or(metadata.introspection_endpoint.as_ref());
    let address = address
        .ok_or_else(|| FetchError::unusable("the metadata has no `introspection_endpoint`"))?;
    let (url, source) = found.url("introspection_endpoint", address)?;
    Ok(Place {
        url: url.into(),
        source,
    })
}

#[derive(Deserialize)]
struct EndpointMetadata {
    issuer: String,
    introspection_endpoint: Option<String>,
    #[serde(default)]
    mtls_endpoint_aliases: Aliases,
}

#[derive(Default, Deserialize)]
struct Aliases {
    introspection_endpoint: Option<String>,
}

impl Metadata for EndpointMetadata {
    const REQUIRED: &'static str = "`issuer`";

    fn issuer(&self) -> &str {
        &self.issuer
    }
}
