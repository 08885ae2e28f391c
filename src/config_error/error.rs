//! Why a configuration is refused, with the offending text.

use std::time::Duration;

use super::secrets::{NonceSecretError, SharedSecretError};
use super::text::{self, INSECURE_ISSUER, INSECURE_ORIGIN, INSECURE_URL, Line, seconds};
use crate::crypto::PrivateKeyError;
use crate::skipped_key::{SkippedKey, Summary};
use crate::url_error::UrlError;

/// An invalid configuration. Independent of any request.
///
/// `Debug` shows the same text as `Display`, since that is what a `main` prints that returns an error.
#[derive(Clone, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// An audience is empty, begins or ends with a space, or is a list.
    #[error("{}", text::audience(.0))]
    Audience(String),
    /// The metadata of the protected resource names an authorization server whose tokens are not accepted (RFC 9728 section 2).
    #[error("{}", text::authorization_server(.0))]
    AuthorizationServer(String),
    /// The name of a certificate header has `_`, which servers and proxies mistake for `-`, or has another meaning.
    #[error("{}", text::certificate_header(.0))]
    CertificateHeader(String),
    /// The text is not valid in a challenge (RFC 9110 section 11.2).
    #[error(
        "{parameter} {value:?} has characters that are not valid in a challenge{}",
        text::one_each(parameter, value)
    )]
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
    #[error("{}", text::hybrid_issuer(.0))]
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
    #[error("{}", text::issuer_audience(.0))]
    IssuerAudience(String),
    /// Not a pattern of issuer identifiers.
    #[error("{}", text::issuer_pattern(.0))]
    IssuerPattern(String),
    /// A member of `cnf` that is checked cannot be ignored.
    #[error("`{0}` is always checked: `ignore_confirmation_member` cannot ignore it")]
    KnownConfirmationMember(&'static str),
    /// A text of the metadata is for a language whose tag is not one of BCP 47.
    #[error("language {0:?} is not a tag of BCP 47, such as \"de\" or \"pt-BR\"")]
    Language(String),
    /// Not an address or network for trusted peers.
    #[error("{}", text::network(.0))]
    Network(String),
    /// An empty list of algorithms.
    #[error("the list of {0} algorithms is empty: nothing could be verified")]
    NoAlgorithm(&'static str),
    /// The format of a forwarded certificate has no usual header.
    #[error("{}", text::no_certificate_header(.0))]
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
    #[error("{}", text::no_status_list_origin(.0))]
    NoStatusListOrigin(String),
    /// A list of trusted peers is empty.
    #[error("the list of trusted peers is empty: no forwarded header could be trusted")]
    NoTrustedPeer,
    /// A secret for nonces is refused.
    #[error("the nonce secret is not usable: {0}")]
    NonceSecret(NonceSecretError),
    /// Neither a proof of possession is configured nor are unbound tokens allowed.
    #[error("{}", text::NOTHING_ACCEPTED)]
    NothingAccepted,
    /// An MCP server names `offline_access` among its scopes.
    #[error("{}", text::OFFLINE_ACCESS)]
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
    #[error("{}", text::path_prefix(.0))]
    PathPrefix(String),
    /// A pattern of issuers is plain `http` beyond loopback.
    #[error("{}", text::plain_http_pattern(.0))]
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
    #[error("protected resource: {member} {value:?} is not usable: {reason}{}", reason.advice(value, ""))]
    ProtectedResource {
        /// The member of the metadata.
        member: &'static str,
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
        "route {0:?} matches no request: it must begin with `/`, has its parameters as `{{id}}` or `{{*rest}}`, not as `:id` or \
         `*rest`, and has no query and no space"
    )]
    Route(String),
    /// Two origins that one `Host` could name.
    #[error("{}", text::same_host(.first, .second))]
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
    #[error("{}", text::second_introspection(.first, .second))]
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
    #[error("{}", text::TENANTS_PER_ISSUER)]
    TenantsPerIssuer,
    /// The TLS server configuration is not usable.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
    /// Not the name of an asymmetric signature algorithm; `none` and HMAC are not accepted.
    #[error("{0:?} is not the JOSE name of an asymmetric signature algorithm")]
    UnknownAlgorithm(String),
    /// Not the name of a certificate header format.
    #[error("{}", text::unknown_header_format(.0))]
    UnknownHeaderFormat(String),
    /// The authorization server did not answer, or with a status of 500 and above.
    #[error("{}", text::unreachable_keys(.origin, .reason))]
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
    #[error("{}", text::UNUSED_METADATA_URL)]
    UnusedMetadataUrl,
    /// Not a URL that may be used.
    #[error("the URL {value:?} is not usable: {reason}{}", reason.advice(value, INSECURE_URL))]
    Url {
        /// The text given.
        value: String,
        /// What is wrong with it.
        reason: UrlError,
    },
}
