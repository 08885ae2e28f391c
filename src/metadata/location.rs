//! Where the metadata of a resource is (RFC 9728 sections 1.2 and 3.1).

use std::collections::BTreeSet;

use super::resource::ProtectedResource;
use crate::config_error::ConfigError;
use crate::uri::{NormalizedUri, PlainHttp, check_url};
use crate::url_error::{UrlError, redacted};

impl ProtectedResource {
    /// The URL of the document (RFC 9728 section 3.1): the well-known path stands between host and path.
    #[must_use]
    pub fn metadata_url(&self) -> String {
        let (origin, _) = self.split();
        format!("{origin}{}", self.metadata_path())
    }

    pub(crate) fn metadata_path(&self) -> String {
        let (_, path) = self.split();
        let path = if path == "/" { "" } else { path };
        format!("{WELL_KNOWN}{path}")
    }

    /// As it was configured.
    pub(crate) fn identifier(&self) -> &str {
        &self.resource
    }

    pub(crate) fn origin(&self) -> &str {
        self.split().0
    }

    pub(crate) fn supported_scopes(&self) -> &[String] {
        &self.scopes
    }

    /// What URL parsers of clients make of the identifier (RFC 3986 section 6.2): scheme and host in lower case, no
    /// default port, and an empty path as `/`.
    pub(crate) fn other_spellings(&self) -> BTreeSet<String> {
        let Ok(url) = check_url(&self.resource, PlainHttp::Never) else {
            return BTreeSet::new();
        };
        let mut spellings = BTreeSet::from([url.to_string()]);
        if url.path() == "/" {
            spellings.insert(url.origin().ascii_serialization());
        }
        spellings.remove(&self.resource);
        spellings
    }

    /// What to write instead, if URL parsers of clients write the identifier in another way: they compare it as text
    /// with the URL of their request (RFC 9728 section 3.3).
    pub(crate) fn usual_spelling(&self) -> Option<String> {
        let url = check_url(&self.resource, PlainHttp::Never).ok()?;
        let origin = url.origin().ascii_serialization();
        let usual = if url.path() == "/" {
            origin
        } else {
            url.to_string()
        };
        // An empty path is `/` for some clients and empty for others.
        let is_usual = self.resource == usual || self.resource == url.as_str();
        (!is_usual).then_some(usual)
    }

    /// The identifier as requests are compared with it.
    pub(crate) fn normal_form(&self) -> Result<NormalizedUri, ConfigError> {
        NormalizedUri::parse(&self.resource).map_err(|_| ConfigError::ProtectedResource {
            member: "resource",
            value: redacted(&self.resource),
            reason: UrlError::Malformed,
        })
    }

    fn split(&self) -> (&str, &str) {
        let authority = self.resource.find("://").map_or(0, |at| at + 3);
        let rest = self.resource.get(authority..).unwrap_or_default();
        let end = rest
            .find('/')
            .map_or(self.resource.len(), |at| authority + at);
        self.resource
            .split_at_checked(end)
            .unwrap_or((&self.resource, ""))
    }
}

/// RFC 9728 section 3; also where clients look that do not insert the path.
pub(crate) const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";
