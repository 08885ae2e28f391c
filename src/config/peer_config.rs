//! The settings of what peers state or present: the host that the client addressed, and its certificate.

use serde::Deserialize;

/// Proxies that state the host that the client addressed ([`ForwardedHost`](crate::proof::ForwardedHost)).
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ForwardedConfig {
    /// The fields in which they state it. Required.
    pub fields: Option<ForwardedFields>,
    /// Their addresses and networks, or `unix` for the peers of a Unix socket. Required.
    pub trusted_peers: Vec<String>,
    /// How many trusted proxies write an element: 1 by default, at most 10
    /// ([`ForwardedHost::trusted_hops`](crate::proof::ForwardedHost::trusted_hops)).
    pub trusted_hops: Option<usize>,
}

/// The fields in which a proxy states the host.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[non_exhaustive]
pub enum ForwardedFields {
    /// `Forwarded` (RFC 7239).
    #[serde(rename = "rfc7239")]
    Rfc7239,
    /// `X-Forwarded-Host` and `X-Forwarded-Proto`.
    #[serde(rename = "x-forwarded")]
    XForwarded,
}

/// Client certificates ([`Mtls`](crate::proof::Mtls)).
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct MtlsConfig {
    /// Where they are read. Required.
    pub source: Option<CertificateSource>,
    /// In which form a proxy forwards them, by [`HeaderFormat::name`](crate::cert::HeaderFormat::name).
    pub format: Option<String>,
    /// The header in which it does, unless the format has a usual one.
    pub header: Option<String>,
    /// The addresses and networks of proxies whose header is read, or `unix` for the peers of a Unix socket.
    pub trusted_peers: Vec<String>,
    /// How many trusted proxies write an element of `X-Forwarded-Client-Cert`: 1 by default, at most 10
    /// ([`Xfcc::trusted_hops`](crate::cert::Xfcc::trusted_hops)).
    pub trusted_hops: Option<usize>,
    /// Refuses requests with such a header from other peers, instead of ignoring the header.
    pub reject_untrusted_peers: bool,
    /// Refuses certificates outside their validity period
    /// ([`Mtls::refuse_expired_certificates`](crate::proof::Mtls::refuse_expired_certificates)).
    pub refuse_expired: bool,
}

/// Where client certificates are read.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CertificateSource {
    /// From the TLS connection ([`TlsConnection`](crate::cert::TlsConnection)).
    Connection,
    /// From the header of a proxy ([`Forwarded`](crate::cert::Forwarded)).
    Forwarded,
}
