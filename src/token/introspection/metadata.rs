//! Reads `introspection_endpoint` from an issuer's metadata (RFC 8414, OpenID Connect Discovery 1.0, RFC 8705 section
//! 5).

use serde::Deserialize;
use url::Url;

use crate::excerpt::Excerpt;
use crate::http_client::{HttpClient, OutgoingRequest, UrlSource};
use crate::url_error::redacted;

/// A URL and its source.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) url: String,
    pub(super) source: UrlSource,
}

/// Finds the endpoint: by RFC 8414 first, and by OpenID Connect Discovery if that fails.
pub(super) async fn introspection_endpoint(
    issuer: &str,
    wants_tls_alias: bool,
    http: &dyn HttpClient,
) -> Result<Place, String> {
    let url = Url::parse(issuer).map_err(|error| error.to_string())?;
    let mut failures = Vec::new();
    for address in addresses(&url) {
        match read(&address, issuer, http).await {
            Ok(metadata) => return metadata.place(&url, wants_tls_alias),
            Err(reason) => failures.push(reason),
        }
    }
    Err(failures.join("; "))
}

/// RFC 8414 section 3.1 inserts the well-known part before the issuer's path, OpenID Connect Discovery appends it.
fn addresses(issuer: &Url) -> [String; 2] {
    let origin = issuer.origin().ascii_serialization();
    let path = issuer.path().trim_end_matches('/');
    [
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}{path}/.well-known/openid-configuration"),
    ]
}

async fn read(address: &str, issuer: &str, http: &dyn HttpClient) -> Result<Metadata, String> {
    let fetch = OutgoingRequest::get(address, UrlSource::Configured);
    let fetched = http.send(&fetch).await.map_err(|error| error.to_string())?;
    if fetched.status != 200 {
        return Err(format!("{address}: status {}", fetched.status.as_u16()));
    }
    let metadata: Metadata = serde_json::from_slice(&fetched.body)
        .map_err(|_| format!("{address}: not metadata with `issuer`"))?;
    // RFC 8414 section 3.3: otherwise one server could impersonate another.
    if metadata.issuer != issuer {
        let found = Excerpt::new(&redacted(&metadata.issuer));
        return Err(format!(
            "{address}: this is the metadata of issuer {found}, not of {issuer:?}"
        ));
    }
    Ok(metadata)
}

#[derive(Deserialize)]
struct Metadata {
    issuer: String,
    introspection_endpoint: Option<String>,
    #[serde(default)]
    mtls_endpoint_aliases: Aliases,
}

#[derive(Default, Deserialize)]
struct Aliases {
    introspection_endpoint: Option<String>,
}

impl Metadata {
    /// The endpoint: `https`, or `http` where the issuer itself is `http` on loopback. It receives tokens and
    /// credentials.
    fn place(self, issuer: &Url, wants_tls_alias: bool) -> Result<Place, String> {
        let alias = self.mtls_endpoint_aliases.introspection_endpoint;
        let alias = alias.filter(|_| wants_tls_alias);
        let address = alias
            .or(self.introspection_endpoint)
            .ok_or("the metadata has no `introspection_endpoint`")?;
        let refused = |reason: &str| {
            let found = Excerpt::new(&redacted(&address));
            format!("`introspection_endpoint` {found} is refused: {reason}")
        };
        let url = Url::parse(&address).map_err(|_| refused("it is not a URL"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("it has user information"));
        }
        let same_host = url.host_str() == issuer.host_str();
        match url.scheme() {
            "https" => {}
            "http" if same_host && issuer.scheme() == "http" => {}
            _ => return Err(refused("it is not https")),
        }
        Ok(Place {
            url: url.into(),
            source: if same_host {
                UrlSource::Configured
            } else {
                UrlSource::Discovered
            },
        })
    }
}
