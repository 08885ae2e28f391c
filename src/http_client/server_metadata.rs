//! Authorization server metadata (RFC 8414 section 3), or that of OpenID Connect Discovery 1.0: found, read, and
//! checked for its issuer.

use serde::de::DeserializeOwned;
use url::Url;

use super::client::{HttpClient, OutgoingRequest, UrlSource};
use super::fetch_error::FetchError;
use crate::excerpt::Excerpt;
use crate::near_miss::near_miss;
use crate::url_error::redacted;

/// The members of the metadata that a caller needs.
pub(crate) trait Metadata: DeserializeOwned {
    /// The required members, for the text of an error.
    const REQUIRED: &'static str;

    fn issuer(&self) -> &str;
}

/// Whose metadata is read, and where.
#[derive(Clone, Debug)]
pub(crate) struct MetadataSource {
    pub(crate) issuer: String,
    /// The URL of the document; the well-known ones of the issuer if `None`.
    pub(crate) url: Option<String>,
}

/// Metadata of the issuer, and the configured URLs by which it was found.
#[derive(Debug)]
pub(crate) struct Found<M> {
    pub(crate) metadata: M,
    configured: [Url; 2],
}

impl MetadataSource {
    /// Reads the metadata of RFC 8414, or if that fails, those of OpenID Connect Discovery.
    pub(crate) async fn read<M: Metadata>(
        &self,
        client: &dyn HttpClient,
    ) -> Result<Found<M>, FetchError> {
        let parsed =
            |url: &str| Url::parse(url).map_err(|error| FetchError::unusable(error.to_string()));
        let issuer = parsed(&self.issuer)?;
        let mut failure: Option<FetchError> = None;
        for place in self.places(&issuer) {
            let error = match self.read_at(&place, client).await {
                Ok(metadata) => {
                    let configured = [parsed(&place)?, issuer];
                    return Ok(Found {
                        metadata,
                        configured,
                    });
                }
                Err(error) => error,
            };
            // The other document is on the same server.
            let is_final = error.is_untrusted();
            let error = match failure.take() {
                Some(earlier) => earlier.and(error),
                None => error,
            };
            if is_final {
                return Err(error);
            }
            failure = Some(error);
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

    async fn read_at<M: Metadata>(
        &self,
        place: &str,
        client: &dyn HttpClient,
    ) -> Result<M, FetchError> {
        let fetch = OutgoingRequest::get(place, UrlSource::Configured);
        let fetched = client.send(&fetch).await;
        let fetched = fetched.map_err(|error| FetchError::of(&error, place))?;
        if fetched.status != 200 {
            return Err(FetchError::status(place, &fetched));
        }
        let unusable = |reason| FetchError::unusable(format!("{}: {reason}", redacted(place)));
        let metadata: M = serde_json::from_slice(&fetched.body)
            .map_err(|_| unusable(format!("not metadata with {}", M::REQUIRED)))?;
        // RFC 8414 section 3.3: otherwise one server could impersonate another.
        if metadata.issuer() != self.issuer {
            let found = Excerpt::new(&redacted(metadata.issuer()));
            let difference = near_miss(found.as_str(), &[self.issuer.as_str()]);
            return Err(unusable(format!(
                "this is the metadata of issuer {found}, not of {:?}{difference}",
                self.issuer
            )));
        }
        Ok(metadata)
    }
}

impl<M> Found<M> {
    /// The URL in the member `name`: `https`, or `http` where a configured URL of the same host is `http`.
    pub(crate) fn url(&self, name: &str, value: &str) -> Result<(Url, UrlSource), FetchError> {
        let refused = |reason: &str| {
            let found = Excerpt::new(&redacted(value));
            FetchError::unusable(format!("`{name}` {found} is refused: {reason}"))
        };
        let url = Url::parse(value).map_err(|_| refused("it is not a URL"))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("it has user information"));
        }
        let mut of_host = self
            .configured
            .iter()
            .filter(|known| known.host_str() == url.host_str());
        let is_same_host = of_host.clone().next().is_some();
        match url.scheme() {
            "https" => {}
            "http" if of_host.any(|known| known.scheme() == "http") => {}
            _ => return Err(refused("it is not https")),
        }
        let source = if is_same_host {
            UrlSource::Configured
        } else {
            UrlSource::Discovered
        };
        Ok((url, source))
    }
}
