//! The promise of an HTTP client, with the limits that keep a hostile answer from hurting.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::answer::Answer;
use crate::config_error::redacted;

/// Fetches one document.
///
/// # What a mistake costs
///
/// An implementation must not follow redirects to another origin, must stop reading at
/// [`Fetch::MAX_BYTES`], must give up after [`Fetch::TIMEOUT`], must verify the server's certificate, and
/// for [`NamedBy::Metadata`] must not connect to private addresses. What is left out opens the network behind this
/// service to whoever controls the metadata (RFC 9728 section 7.7).
pub trait HttpClient: fmt::Debug + Send + Sync + 'static {
    /// A GET for JSON.
    fn get<'a>(&'a self, fetch: &'a Fetch) -> Answer<'a, Result<Fetched, HttpError>>;
}

/// What is to be fetched.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Fetch {
    /// An absolute URL: `https`, or `http` on loopback.
    pub url: String,
    /// Whose word the address is.
    pub named_by: NamedBy,
}

impl Fetch {
    /// Larger bodies are refused.
    pub const MAX_BYTES: usize = 1024 * 1024;
    /// From the first byte sent to the last one received.
    pub const TIMEOUT: Duration = Duration::from_secs(5);

    /// A fetch of `url`.
    #[must_use]
    pub fn new(url: impl Into<String>, named_by: NamedBy) -> Self {
        Self {
            url: url.into(),
            named_by,
        }
    }
}

/// Whose word an address is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum NamedBy {
    /// A document from the network: private addresses are out of bounds.
    Metadata,
    /// The configuration, or a document at the same host: any address may be meant.
    Operator,
}

/// What came back.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Fetched {
    /// The status.
    pub status: StatusCode,
    /// The bytes, at most [`Fetch::MAX_BYTES`].
    pub body: Vec<u8>,
    /// `max-age` of `Cache-Control`, if there is one.
    pub max_age: Option<Duration>,
}

impl Fetched {
    /// An answer of this status, body and `Cache-Control` value.
    #[must_use]
    pub fn new(status: StatusCode, body: Vec<u8>, cache_control: Option<&str>) -> Self {
        Self {
            status,
            body,
            max_age: cache_control.and_then(max_age),
        }
    }
}

/// Why nothing came back. `Display` shows addresses without user information and query.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// No connection, no answer in time, or a broken one.
    #[error("{}: {reason}", redacted(url))]
    Failed {
        /// The address.
        url: String,
        /// What went wrong.
        reason: String,
    },
    /// A private address that only a document from the network named.
    #[error("{}: a document named this private address; only the configuration may", redacted(.0))]
    PrivateAddress(String),
    /// A body above the limit.
    #[error("{}: the body is larger than {limit} bytes", redacted(.0), limit = Fetch::MAX_BYTES)]
    TooLarge(String),
}

/// RFC 9111 section 5.2.2.1; `no-store` and `no-cache` count as zero.
fn max_age(cache_control: &str) -> Option<Duration> {
    let directives = || cache_control.split(',').map(str::trim);
    let forbids = |directive: &str| {
        directive.eq_ignore_ascii_case("no-store") || directive.eq_ignore_ascii_case("no-cache")
    };
    if directives().any(forbids) {
        return Some(Duration::ZERO);
    }
    directives().find_map(|directive| {
        let (name, value) = directive.split_once('=')?;
        let seconds = name.eq_ignore_ascii_case("max-age").then_some(value)?;
        seconds
            .trim_matches('"')
            .parse()
            .ok()
            .map(Duration::from_secs)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_03_cache_control() {
        let seconds = |text| max_age(text).map(|age| age.as_secs());
        assert_eq!(seconds("public, max-age=3600"), Some(3600));
        assert_eq!(seconds("Max-Age=\"60\""), Some(60));
        assert_eq!(seconds("no-store"), Some(0));
        assert_eq!(seconds("max-age=3600, No-Cache"), Some(0));
        assert_eq!(seconds("public"), None);
        assert_eq!(seconds("max-age=-1"), None);
        assert_eq!(seconds("max-age=99999999999999999999999"), None);
        assert_eq!(seconds(""), None);
    }
}
