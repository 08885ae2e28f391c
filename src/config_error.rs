//! Why a configuration cannot be served: told to the operator at construction, with the offending text.

use std::time::Duration;

use url::Url;

/// A wrong configuration. Nothing of it depends on a request.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// An audience is empty.
    #[error("an audience must not be empty")]
    Audience,
    /// The name of a certificate header has `_`, which servers and proxies mistake for `-`, or means something else.
    #[error(
        "certificate header {0:?} is not usable: choose a name without `_`, which proxies mistake for `-`, \
         that requests have no other use for"
    )]
    CertificateHeader(String),
    /// The text cannot stand in a challenge (RFC 9110 section 11.2).
    #[error("{parameter} {value:?} has characters that a challenge cannot carry")]
    ChallengeText {
        /// The parameter of the challenge.
        parameter: &'static str,
        /// The value.
        value: String,
    },
    /// A span of time is outside its limits.
    #[error("{setting} is {value:?}, but must be from {least:?} to {most:?}")]
    Duration {
        /// The setting.
        setting: &'static str,
        /// The span given.
        value: Duration,
        /// The smallest span accepted.
        least: Duration,
        /// The largest span accepted.
        most: Duration,
    },
    /// The issuer was configured twice.
    #[error("issuer {0:?} is configured twice")]
    DuplicateIssuer(String),
    /// The HTTP client could not be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    HttpClient(String),
    /// Not a usable issuer identifier (RFC 8414 section 2).
    #[error("issuer {value:?} is not usable: {reason}")]
    Issuer {
        /// The text given.
        value: String,
        /// What is wrong with it.
        reason: UrlError,
    },
    /// A member of `cnf` that is checked cannot be ignored.
    #[error("`{0}` is checked: it cannot be named in `ignore_confirmation_member`")]
    KnownConfirmationMember(&'static str),
    /// Not an address or network of trusted peers.
    #[error(
        "{0:?} is not an address or a network of trusted peers: `10.1.2.3`, `10.1.0.0/16`, `fd00::/8`; \
         no bits beyond the prefix, and not everybody (`/0`)"
    )]
    Network(String),
    /// A key set has no key that could verify a signature.
    #[error("the key set {origin} has no usable key ({skipped} were skipped)")]
    NoKey {
        /// Where the set came from.
        origin: String,
        /// How many entries could not be used.
        skipped: usize,
    },
    /// An empty list of algorithms.
    #[error("the list of {0} algorithms is empty: nothing could be verified")]
    NoAlgorithm(&'static str),
    /// The form of a forwarded certificate has no usual header.
    #[error("certificates as {0} have no usual header: name the one that the proxy sets")]
    NoCertificateHeader(&'static str),
    /// A list of trusted peers is empty.
    #[error("the list of trusted peers is empty: no forwarded certificate could be believed")]
    NoTrustedPeer,
    /// Neither a proof of possession is configured nor are unbound tokens allowed.
    #[error(
        "no token could pass: configure `dpop(..)` or `mtls(..)`, or say `allow_unbound_tokens()`"
    )]
    NothingAccepted,
    /// Not a usable public origin.
    #[error("origin {value:?} is not usable: {reason}")]
    Origin {
        /// The text given.
        value: String,
        /// What is wrong with it.
        reason: UrlError,
    },
    /// Not a usable path prefix.
    #[error(
        "path prefix {0:?} is not usable: it starts with one `/`, does not end with it, and has no dot segments"
    )]
    PathPrefix(String),
    /// A limit is outside its range.
    #[error("{setting} is {value}, but must be from {least} to {most}")]
    Size {
        /// The setting.
        setting: &'static str,
        /// The number given.
        value: usize,
        /// The smallest number accepted.
        least: usize,
        /// The largest number accepted.
        most: usize,
    },
    /// The TLS side of a server could not be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
    /// Not the name of a signature algorithm; `none` and HMAC are none of them.
    #[error("{0:?} is not the JOSE name of an asymmetric signature algorithm")]
    UnknownAlgorithm(String),
    /// The key set could not be read.
    #[error("the key set {origin} cannot be read: {reason}")]
    UnreadableKeys {
        /// Where it was to come from.
        origin: String,
        /// What went wrong.
        reason: String,
    },
    /// No crypto backend of this build verifies the algorithm.
    #[error("algorithm {0} is not in this build: enable the feature `aws-lc-rs` or `rust-crypto`")]
    UnsupportedAlgorithm(&'static str),
    /// Not an address that may be fetched.
    #[error("{value:?} cannot be fetched: {reason}")]
    Url {
        /// The text given.
        value: String,
        /// What is wrong with it.
        reason: UrlError,
    },
}

/// What is wrong with an address in the configuration.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum UrlError {
    /// It does not parse.
    #[error("it is not an absolute URL")]
    Malformed,
    /// It carries a name or a password.
    #[error("it has user information")]
    UserInfo,
    /// It has a query or a fragment.
    #[error("it has a query or a fragment")]
    QueryOrFragment,
    /// It has a path where only an origin is meant.
    #[error(
        "it has a path; an origin ends after the port (for a stripped prefix use `path_prefix`)"
    )]
    Path,
    /// Plain `http` to another machine.
    #[error(
        "it is not https (plain http is accepted for loopback only; for the origin of proofs there is \
         `Dpop::over_insecure_http`)"
    )]
    PlainHttp,
}

/// The text of an address for errors and logs, without user information, query and fragment, any of which may be secret.
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

/// Refuses a span outside `least..=most`.
pub(crate) fn in_range(
    setting: &'static str,
    value: Duration,
    least: Duration,
    most: Duration,
) -> Result<Duration, ConfigError> {
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(ConfigError::Duration {
            setting,
            value,
            least,
            most,
        })
    }
}

/// Refuses a number outside `least..=most`.
pub(crate) fn size_in_range(
    setting: &'static str,
    value: usize,
    least: usize,
    most: usize,
) -> Result<usize, ConfigError> {
    if (least..=most).contains(&value) {
        Ok(value)
    } else {
        Err(ConfigError::Size {
            setting,
            value,
            least,
            most,
        })
    }
}
