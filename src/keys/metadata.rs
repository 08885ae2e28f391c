//! Finds where an issuer publishes its keys: authorization server metadata (RFC 8414) or OpenID Connect Discovery 1.0.

use serde::Deserialize;
use url::Url;

use crate::config_error::redacted;
use crate::excerpt::Excerpt;
use crate::http_client::{HttpClient, OutgoingRequest, UrlSource};
use crate::unavailable::Unavailable;

/// Finds the `jwks_uri` of an issuer: by RFC 8414 first, and by OpenID Connect Discovery if that fails.
pub(super) async fn key_set_address(
    issuer: &str,
    client: &dyn HttpClient,
) -> Result<OutgoingRequest, Unavailable> {
    let url = Url::parse(issuer).map_err(|error| Unavailable::issuer_keys(error.to_string()))?;
    let mut failures = Vec::new();
    for place in places(&url) {
        match read(&place, issuer, client).await {
            Ok(metadata) => return address(&url, &metadata),
            Err(reason) => failures.push(reason),
        }
    }
    Err(Unavailable::issuer_keys(failures.join("; ")))
}

/// RFC 8414 section 3.1 inserts the well-known part before the issuer's path, OpenID Connect Discovery appends it.
fn places(issuer: &Url) -> [String; 2] {
    let origin = issuer.origin().ascii_serialization();
    let path = issuer.path().trim_end_matches('/');
    [
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}{path}/.well-known/openid-configuration"),
    ]
}

async fn read(place: &str, issuer: &str, client: &dyn HttpClient) -> Result<Metadata, String> {
    let fetch = OutgoingRequest::get(place, UrlSource::Configured);
    let fetched = client
        .send(&fetch)
        .await
        .map_err(|error| error.to_string())?;
    if fetched.status != 200 {
        return Err(format!("{place}: status {}", fetched.status.as_u16()));
    }
    let metadata: Metadata = serde_json::from_slice(&fetched.body)
        .map_err(|_| format!("{place}: not metadata with `issuer` and `jwks_uri`"))?;
    // RFC 8414 section 3.3: otherwise one server could impersonate another.
    if metadata.issuer != issuer {
        let found = Excerpt::new(&redacted(&metadata.issuer));
        return Err(format!(
            "{place}: this is the metadata of issuer {found}, not of {issuer:?}"
        ));
    }
    Ok(metadata)
}

/// The URL of the keys: `https`, or `http` where the issuer itself is `http` on loopback.
fn address(issuer: &Url, metadata: &Metadata) -> Result<OutgoingRequest, Unavailable> {
    let refused = |reason: &str| {
        let found = Excerpt::new(&redacted(&metadata.jwks_uri));
        Unavailable::issuer_keys(format!("`jwks_uri` {found} is refused: {reason}"))
    };
    let url = Url::parse(&metadata.jwks_uri).map_err(|_| refused("it is not a URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("it has user information"));
    }
    let same_host = url.host_str() == issuer.host_str();
    match url.scheme() {
        "https" => {}
        "http" if same_host && issuer.scheme() == "http" => {}
        _ => return Err(refused("it is not https")),
    }
    let url_source = if same_host {
        UrlSource::Configured
    } else {
        UrlSource::Discovered
    };
    Ok(OutgoingRequest::get(url, url_source))
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    jwks_uri: String,
}
