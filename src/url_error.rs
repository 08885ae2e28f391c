//! What is wrong with a URL of the configuration, and URLs as errors and logs show them.

use url::Url;

/// What is wrong with a URL in the configuration.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// It does not parse.
    #[error("it is not an absolute URL")]
    Malformed,
    /// A host with characters outside ASCII.
    #[error("it has characters outside ASCII; an internationalized host is written in punycode")]
    NonAscii,
    /// An IPv4 address that is not written as four decimal numbers.
    #[error("its IPv4 address is not written as four decimal numbers")]
    NotCanonical,
    /// Plain `http` to another machine, where no setting accepts it.
    #[error("it is not https, which is required here (plain http is accepted for loopback only)")]
    NotHttps,
    /// It has a path where only an origin is expected.
    #[error(
        "it has a path; an origin ends after the port (configure a stripped prefix with `path_prefix`)"
    )]
    Path,
    /// Plain `http` to another machine, which needs a setting.
    #[error("it is not https (plain http is accepted for loopback only)")]
    PlainHttp,
    /// Plain `http` to an address of the public internet, or of an instance metadata service.
    #[error(
        "it is plain http to an address that is not private: insecure http is accepted for loopback, private, \
         unique local and link-local addresses, and never for instance metadata services"
    )]
    PublicHttp,
    /// It has a query or a fragment.
    #[error("it has a query or a fragment")]
    QueryOrFragment,
    /// Neither `https` nor `http`.
    #[error("its scheme is neither https nor http")]
    Scheme,
    /// It contains a user name or a password.
    #[error("it has user information")]
    UserInfo,
    /// It is the URL of metadata, and not the identifier that the metadata is about.
    #[error("it is the URL of metadata; leave out \"/.well-known/\" and the segment after it")]
    WellKnown,
    /// It begins or ends with white space.
    #[error("it begins or ends with white space")]
    Whitespace,
}

impl UrlError {
    /// What to do about it; `insecure` names the settings that accept plain http for this kind of URL.
    pub(crate) fn advice(self, value: &str, insecure: &str) -> String {
        match self {
            Self::PlainHttp => format!("; configure insecure http with {insecure}"),
            Self::NonAscii | Self::NotCanonical => normal_form(value)
                .map(|normal| format!(": write `{normal}`"))
                .unwrap_or_default(),
            _ => String::new(),
        }
    }
}

/// The URL with its host as a URL parser writes it, without query and fragment.
fn normal_form(value: &str) -> Option<String> {
    let url = Url::parse(value).ok().filter(Url::has_host)?;
    let origin = url.origin().ascii_serialization();
    Some(format!("{origin}{}", url.path().trim_end_matches('/')))
}

/// A URL for errors and logs, without user information, query and fragment, any of which may be secret.
pub(crate) fn redacted(address: &str) -> String {
    let url = Url::parse(address).ok().filter(Url::has_host);
    match (url, address.rsplit_once('@')) {
        (Some(url), _) if url.username().is_empty() && url.password().is_none() => {
            without_query(address)
        }
        (Some(url), _) => {
            let (scheme, host) = (url.scheme(), url.host_str().unwrap_or_default());
            let port = url.port().map(|port| format!(":{port}"));
            let (port, path) = (port.unwrap_or_default(), url.path().trim_end_matches('/'));
            format!("{scheme}://***@{host}{port}{path}")
        }
        (None, Some((_, rest))) => format!("***@{}", without_query(rest)),
        (None, None) => without_query(address),
    }
}

fn without_query(address: &str) -> String {
    let mark = address.find(['?', '#']);
    match mark.and_then(|at| address.split_at_checked(at.saturating_add(1))) {
        Some((shown, hidden)) if !hidden.is_empty() => format!("{shown}***"),
        _ => address.to_owned(),
    }
}
