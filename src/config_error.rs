//! Why a configuration is refused: reported to the operator at construction, with the offending text.

use std::convert::Infallible;
use std::fmt;
use std::time::Duration;

use crate::crypto::PrivateKeyError;
use crate::skipped_key::{SkippedKey, Summary};
use crate::url_error::UrlError;

/// An invalid configuration. Independent of any request.
///
/// `Debug` shows the same text as `Display`, since that is what a `main` prints that returns an error.
#[derive(Clone, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// An audience is empty, or begins or ends with a space.
    #[error(
        "audience {0:?} is not usable: it must not be empty, and not begin or end with a space"
    )]
    Audience(String),
    /// The metadata of the protected resource names an authorization server whose tokens are not accepted (RFC 9728 section 2).
    #[error(
        "authorization server {0:?} is not an issuer whose tokens this guard accepts: spell it as `iss` of its tokens"
    )]
    AuthorizationServer(String),
    /// The name of a certificate header has `_`, which servers and proxies mistake for `-`, or has another meaning.
    #[error(
        "certificate header {0:?} is not usable: choose a name without `_`, which proxies mistake for `-`, \
         which requests do not use for another purpose"
    )]
    CertificateHeader(String),
    /// The text is not valid in a challenge (RFC 9110 section 11.2).
    #[error("{parameter} {value:?} has characters that are not valid in a challenge")]
    ChallengeText {
        /// The parameter of the challenge.
        parameter: &'static str,
        /// The value.
        value: String,
    },
    /// A client identifier is empty.
    #[error("a client identifier must not be empty")]
    ClientId,
    /// The issuer was configured twice.
    #[error("issuer {0:?} is configured twice")]
    DuplicateIssuer(String),
    /// Two resources of one guard have the same identifier.
    #[error("the protected resource {0:?} is described twice")]
    DuplicateResource(String),
    /// A route has two requirements for the same method.
    #[error("route {0:?} has two requirements for one method: name all needs in one `Require`")]
    DuplicateRoute(String),
    /// A duration is outside its range.
    #[error("{setting} is {}, but must be from {} to {}", seconds(*value), seconds(*least), seconds(*most))]
    Duration {
        /// The setting.
        setting: &'static str,
        /// The duration given.
        value: Duration,
        /// The shortest duration accepted.
        least: Duration,
        /// The longest duration accepted.
        most: Duration,
    },
    /// A file with entries cannot be used.
    #[error("the file {path:?}{} cannot be used: {reason}", Line(*.line))]
    File {
        /// The path given.
        path: String,
        /// The line, from 1.
        line: Option<usize>,
        /// What is wrong with the file, and with which key.
        reason: String,
    },
    /// The HTTP client could not be set up.
    #[error("the HTTP client cannot be set up: {0}")]
    HttpClient(String),
    /// The two verifiers of `Hybrid` are for different issuers, or the first one is for several or for tenants.
    #[error(
        "the JWT verifier of a `Hybrid` must accept issuer {0:?} alone, since its tokens are sent to the introspection \
         endpoint of that issuer"
    )]
    HybridIssuer(String),
    /// Not a usable issuer identifier (RFC 8414 section 2).
    #[error("issuer {value:?} is not usable: {reason}{}", reason.advice(value, INSECURE_ISSUER))]
    Issuer {
        /// The text given.
        value: String,
        /// What is wrong with it.
        reason: UrlError,
    },
    /// The issuer of an MCP server has audiences of its own, which would take the place of the server's URI.
    #[error(
        "issuer {0:?} has audiences of its own, but tokens of an MCP server are for its URI: remove `Issuer::audience`"
    )]
    IssuerAudience(String),
    /// Not a pattern of issuer identifiers.
    #[error(
        "issuer pattern {0:?} is not usable: it must have `{{tenant}}` once, as a whole segment of the path, or as the \
         first label of the host before at least two others"
    )]
    IssuerPattern(String),
    /// A member of `cnf` that is checked cannot be ignored.
    #[error("`{0}` is always checked: `ignore_confirmation_member` cannot ignore it")]
    KnownConfirmationMember(&'static str),
    /// A text of the metadata is for a language whose tag is not one of BCP 47.
    #[error("language {0:?} is not a tag of BCP 47, such as \"de\" or \"pt-BR\"")]
    Language(String),
    /// Not an address or network for trusted peers.
    #[error(
        "{0:?} is not an address or a network for trusted peers, such as `10.1.2.3`, `10.1.0.0/16` or `fd00::/8`; \
         bits beyond the prefix must be zero, and `/0` is not accepted"
    )]
    Network(String),
    /// An empty list of algorithms.
    #[error("the list of {0} algorithms is empty: nothing could be verified")]
    NoAlgorithm(&'static str),
    /// The format of a forwarded certificate has no usual header.
    #[error(
        "the certificate format `{0}` has no usual header: name the header that the proxy sets"
    )]
    NoCertificateHeader(&'static str),
    /// A key set has no key that could verify a signature.
    #[error("the key set {origin} has no usable key ({})", Summary(skipped))]
    NoKey {
        /// The source of the key set.
        origin: String,
        /// The entries that cannot be used. The text shows the first four.
        skipped: Vec<SkippedKey>,
    },
    /// An issuer has no origin of its status lists.
    #[error(
        "issuer {0:?} has no origin of status lists: name at least one in `StatusLists::add_issuer`"
    )]
    NoStatusListOrigin(String),
    /// A list of trusted peers is empty.
    #[error("the list of trusted peers is empty: no forwarded header could be trusted")]
    NoTrustedPeer,
    /// A secret for nonces is refused.
    #[error("the nonce secret is not usable: {0}")]
    NonceSecret(NonceSecretError),
    /// Neither a proof of possession is configured nor are unbound tokens allowed.
    #[error(
        "no token could be accepted: configure `dpop(..)` or `mtls(..)`, or call `allow_unbound_tokens()`"
    )]
    NothingAccepted,
    /// An MCP server names `offline_access` among its scopes.
    #[error(
        "scope \"offline_access\" is not one of an MCP server: remove it from the scopes of the protected resource; clients \
         request it from the authorization server"
    )]
    OfflineAccess,
    /// Not a usable public origin.
    #[error("origin {value:?} is not usable: {reason}{}", reason.advice(value, INSECURE_ORIGIN))]
    Origin {
        /// The text given.
        value: String,
        /// What is wrong with it.
        reason: UrlError,
    },
    /// Not a usable path prefix.
    #[error(
        "path prefix {0:?} is not usable: it must begin with exactly one `/`, not end with `/`, \
         and have no dot segments"
    )]
    PathPrefix(String),
    /// A pattern of issuers is plain `http` beyond loopback.
    #[error(
        "issuer pattern {0:?} is not usable: it is not https (plain http is accepted for loopback only); configure \
         insecure http with `IssuerPattern::over_insecure_http`"
    )]
    PlainHttpPattern(String),
    /// The private key of this server is not usable.
    #[error("the private key is not usable: {0}")]
    PrivateKey(PrivateKeyError),
    /// A setting contradicts the profile of the guard.
    #[error("{setting} contradicts `{profile}`: {rule}")]
    Profile {
        /// The profile.
        profile: &'static str,
        /// The setting, and its value.
        setting: String,
        /// What the profile requires.
        rule: &'static str,
    },
    /// Not an identifier of a protected resource, or not an address of one of its pages (RFC 9728 section 2).
    #[error("protected resource: {value:?} is not usable: {reason}{}", reason.advice(value, ""))]
    ProtectedResource {
        /// The text given.
        value: String,
        /// What is wrong with it.
        reason: UrlError,
    },
    /// A setting of which there can be one was made twice.
    #[error("`{0}(..)` was called twice, or on a builder that has one already: there can be one")]
    Repeated(&'static str),
    /// Not a route as axum names it.
    #[error(
        "route {0:?} matches no request: it must begin with `/`, and has its parameters as `{{id}}` or `{{*rest}}`, not as \
         `:id` or `*rest`"
    )]
    Route(String),
    /// Two origins that one `Host` could name.
    #[error(
        "the origins {first:?} and {second:?} cannot be in one `Dpop`: a request does not say which of them its `Host` names"
    )]
    SameHost {
        /// The origin that was configured first.
        first: String,
        /// The other one.
        second: String,
    },
    /// A scope would include itself.
    #[error("scope {0:?} would include itself, directly or through others")]
    ScopeCycle(String),
    /// Opaque tokens could belong to two issuers.
    #[error(
        "tokens of issuer {second:?} cannot be introspected besides those of {first:?}: an opaque token names no issuer, \
         and would have to be shown to both"
    )]
    SecondIntrospection {
        /// The issuer that was configured first.
        first: String,
        /// The other one.
        second: String,
    },
    /// A shared secret is refused: it lacks what its exception demands.
    #[error("the shared secret of client {client_id:?} is refused: {reason}")]
    SharedSecret {
        /// The client identifier of this server.
        client_id: String,
        /// What is wrong with it.
        reason: SharedSecretError,
    },
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
    /// A verifier with tenants in a `PerIssuer`, which selects verifiers by the issuers that are configured.
    #[error(
        "a JWT verifier with `TenantIssuers` cannot be part of a `PerIssuer`: its issuers are not known"
    )]
    TenantsPerIssuer,
    /// The TLS server configuration is not usable.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
    /// Not the name of an asymmetric signature algorithm; `none` and HMAC are not accepted.
    #[error("{0:?} is not the JOSE name of an asymmetric signature algorithm")]
    UnknownAlgorithm(String),
    /// Not the name of a certificate header format.
    #[error(
        "{0:?} is not a certificate header format; the names are those of `HeaderFormat::name`"
    )]
    UnknownHeaderFormat(String),
    /// The authorization server did not answer, or with a status of 500 and above.
    #[error(
        "the key set {origin} cannot be fetched: {reason}; to start without it, and to answer 503 until it is \
         fetched, use `RemoteKeysBuilder::lazy`"
    )]
    UnreachableKeys {
        /// The source of the key set.
        origin: String,
        /// The cause.
        reason: String,
    },
    /// The key set could not be read.
    #[error("the key set {origin} cannot be read: {reason}")]
    UnreadableKeys {
        /// The source of the key set.
        origin: String,
        /// The cause.
        reason: String,
    },
    /// The signature of the metadata failed (RFC 9728 section 2.2).
    #[error("the metadata of the protected resource could not be signed with the key for it")]
    UnsignedMetadata,
    /// No crypto backend of this build verifies the algorithm.
    #[error("algorithm {0} is not in this build: enable the feature `aws-lc-rs` or `rust-crypto`")]
    UnsupportedAlgorithm(&'static str),
    /// The URL of the keys is configured, so no metadata is read.
    #[error(
        "`metadata_url(..)` has no effect on `RemoteKeys::from_jwks_uri`, which reads no metadata: use \
         `RemoteKeys::for_issuer`"
    )]
    UnusedMetadataUrl,
    /// Not a URL that may be fetched.
    #[error("{value:?} cannot be fetched: {reason}{}", reason.advice(value, INSECURE_URL))]
    Url {
        /// The text given.
        value: String,
        /// What is wrong with it.
        reason: UrlError,
    },
}

/// For arguments that need no conversion.
impl From<Infallible> for ConfigError {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// Why a secret for nonces is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NonceSecretError {
    /// The text is not base64url.
    #[error("it is not base64url without padding; generate 32 random bytes")]
    Base64Url,
    /// All bytes are equal.
    #[error("all its bytes are equal; generate 32 random bytes")]
    EqualBytes,
    /// The text has another length.
    #[error("it has {0} bytes, but must have 32")]
    Length(usize),
    /// The system has no random bytes, or the build has no crypto backend.
    #[error("the system has no random bytes, or this build has no crypto backend")]
    NoRandomBytes,
}

/// Why a shared secret is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SharedSecretError {
    /// The exception has ended.
    #[error("its exception ended {} days ago: replace it by `PrivateKeyJwt` or `TlsClientAuth`", .0.as_secs() / 86_400)]
    Ended(Duration),
    /// Nobody is named who replaces it.
    #[error("its exception has no owner")]
    Owner,
    /// No reason is given.
    #[error("its exception has no reason")]
    Reason,
    /// The secret is empty.
    #[error("it is empty")]
    Secret,
    /// The exception ends too late.
    #[error("its exception must end within 366 days")]
    TooFar,
}

const INSECURE_ISSUER: &str =
    "`Issuer::over_insecure_http` and `RemoteKeysBuilder::allow_insecure_http`";
const INSECURE_ORIGIN: &str = "`Dpop::over_insecure_http`";
const INSECURE_URL: &str = "`RemoteKeysBuilder::allow_insecure_http`";

/// A duration in seconds, as documentation writes it.
fn seconds(span: Duration) -> String {
    match (span.as_secs(), span.subsec_nanos()) {
        (whole, 0) => format!("{whole} s"),
        (0, nanos) if nanos % 1_000_000 == 0 => format!("{} ms", span.as_millis()),
        _ => format!("{} s", span.as_secs_f64()),
    }
}

/// The line of an error in a file, if it is known.
struct Line(Option<usize>);

impl fmt::Display for Line {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(line) => write!(formatter, ", line {line},"),
            None => Ok(()),
        }
    }
}

/// Refuses a duration outside `least..=most`.
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
