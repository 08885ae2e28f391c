//! Finds where an issuer publishes its keys: authorization server metadata (RFC 8414) or OpenID Connect Discovery 1.0.

use serde::Deserialize;
use url::Url;

use super::fetch_error::FetchError;
use crate::excerpt::Excerpt;
use crate::http_client::{HttpClient, HttpError, OutgoingRequest, UrlSource};
use crate::url_error::redacted;

/// Whose metadata is read, and where.
#[derive(Clone, Debug)]
pub(super) struct MetadataSource {
    pub(super) issuer: String,
    /// The URL of the document; the well-known ones of the issuer if `None`.
    pub(super) url: Option<String>,
}

impl MetadataSource {
    /// Finds the `jwks_uri`: by RFC 8414 first, and by OpenID Connect Discovery if that fails.
    pub(super) async fn key_set_address(
        &self,
        client: &dyn HttpClient,
    ) -> Result<OutgoingRequest, FetchError> {
        let parsed =
            |url: &str| Url::parse(url).map_err(|error| FetchError::unusable(error.to_string()));
        let issuer = parsed(&self.issuer)?;
        let mut failure: Option<FetchError> = None;
        for place in self.places(&issuer) {
            match self.read(&place, client).await {
                Ok(metadata) => return address(&[parsed(&place)?, issuer], &metadata),
                // The other document is on the same server.
                Err(Unread { error, is_final }) => {
                    let error = match failure.take() {
                        Some(earlier) => earlier.and(error),
                        None => error,
                    };
                    if is_final {
                        return Err(error);
                    }
                    failure = Some(error);
                }
            }
        }
        Err(failure.unwrap_or_else(|| FetchError::unusable("there is no metadata to read")))
    }

    /// RFC 8414 section 3.1 inserts the well-known part before the issuer's path, OpenID Connect Discovery appends it.
    fn places(&self, issuer: &Url) -> Vec<String> {
        if let Some(url) = &self.url {
            return vec![url.clone()];
        }
        let origin = issuer.origin().ascii_serialization();
        let path = issuer.path().trim_end_matches('/');
        vec![
            format!("{origin}/.well-known/oauth-authorization-server{path}"),
            format!("{origin}{path}/.well-known/openid-configuration"),
        ]
    }

    async fn read(&self, place: &str, client: &dyn HttpClient) -> Result<Metadata, Unread> {
        let fetch = OutgoingRequest::get(place, UrlSource::Configured);
        let shown = redacted(place);
        let fetched = client.send(&fetch).await.map_err(|error| Unread {
            is_final: matches!(error, HttpError::UntrustedCertificate(_)),
            error: FetchError::of(&error, error.to_string().replace(place, &shown)),
        })?;
        if fetched.status != 200 {
            return Err(Unread::of(FetchError::status(&shown, &fetched)));
        }
        let metadata: Metadata = serde_json::from_slice(&fetched.body).map_err(|_| {
            Unread::unusable(format!(
                "{shown}: not metadata with `issuer` and `jwks_uri`"
            ))
        })?;
        // RFC 8414 section 3.3: otherwise one server could impersonate another.
        if metadata.issuer != self.issuer {
            let found = Excerpt::new(&redacted(&metadata.issuer));
            let expected = &self.issuer;
            return Err(Unread::unusable(format!(
                "{shown}: this is the metadata of issuer {found}, not of {expected:?}"
            )));
        }
        Ok(metadata)
    }
}

/// Why one document is of no use, and whether the next one need not be tried.
struct Unread {
    error: FetchError,
    is_final: bool,
}

impl Unread {
    const fn of(error: FetchError) -> Self {
        Self {
            error,
            is_final: false,
        }
    }

    fn unusable(reason: String) -> Self {
        Self::of(FetchError::unusable(reason))
    }
}

/// The URL of the keys: `https`, or `http` where a configured URL of the same host is `http`.
fn address(configured: &[Url], metadata: &Metadata) -> Result<OutgoingRequest, FetchError> {
    let refused = |reason: &str| {
        let found = Excerpt::new(&redacted(&metadata.jwks_uri));
        FetchError::unusable(format!("`jwks_uri` {found} is refused: {reason}"))
    };
    let url = Url::parse(&metadata.jwks_uri).map_err(|_| refused("it is not a URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused("it has user information"));
    }
    let mut of_host = configured
        .iter()
        .filter(|known| known.host_str() == url.host_str());
    let is_same_host = of_host.clone().next().is_some();
    match url.scheme() {
        "https" => {}
        "http" if of_host.any(|known| known.scheme() == "http") => {}
        _ => return Err(refused("it is not https")),
    }
    let url_source = if is_same_host {
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
