//! The reasons for refusing a forwarded certificate, one variant each.

/// Why a certificate cannot be read. The proxy is misconfigured, or someone impersonates it: 400, without a challenge.
/// An unknown peer is a mistake of the set-up: 500.
#[derive(Clone, Copy, Debug, Eq, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "certificate_")]
pub enum CertError {
    /// Not padded base64 of the standard alphabet.
    #[error("the forwarded certificate is not padded base64 of the standard alphabet")]
    Base64,
    /// More certificates in a chain than the limit.
    #[error("the forwarded chain exceeds the limit of {limit} certificates")]
    ChainTooLong {
        /// The accepted number of certificates.
        limit: usize,
    },
    /// `Client-Cert-Chain` without `Client-Cert` (RFC 9440 section 2.3).
    #[error("there is a Client-Cert-Chain, but no Client-Cert")]
    ChainWithoutCertificate,
    /// Not a SHA-256 fingerprint in the configured encoding.
    #[error("the forwarded fingerprint is not a SHA-256 fingerprint in the configured encoding")]
    Fingerprint,
    /// The header is longer than the limit.
    #[error("the certificate header has {length} bytes, which exceeds the limit of {limit}")]
    HeaderTooLarge {
        /// The header's length in bytes.
        length: usize,
        /// The accepted length in bytes.
        limit: usize,
    },
    /// Not the DER of exactly one certificate.
    #[error("the forwarded bytes are not the DER of exactly one certificate")]
    NotACertificate,
    /// The proxy states that there is a certificate, but forwards none: it may have been too large for it.
    #[error("the proxy states that there is a client certificate, but forwards none")]
    NotForwarded,
    /// Not a PEM block labelled `CERTIFICATE` without surrounding text (RFC 7468 section 5).
    #[error("the forwarded text is not PEM of a CERTIFICATE")]
    Pem,
    /// More than one header where one is expected.
    #[error("there is more than one certificate header")]
    Repeated,
    /// More than one certificate where one is expected.
    #[error("there is more than one certificate in the header")]
    Several,
    /// Not a Byte Sequence, or a List of them (RFC 9651 section 3.3.5).
    #[error("the certificate header is not a structured field with a Byte Sequence")]
    StructuredField,
    /// The certificate is longer than the limit.
    #[error("the forwarded certificate has {length} bytes, which exceeds the limit of {limit}")]
    TooLarge {
        /// The certificate's length in bytes.
        length: usize,
        /// The accepted length in bytes.
        limit: usize,
    },
    /// The peer address is unknown: a mistake of the set-up, answered with 500.
    #[error(
        "the peer of the connection is unknown, so no certificate can be trusted; with axum, serve \
         `into_make_service_with_connect_info::<Peer>()`; other listeners must insert `Peer` into the extensions of each \
         request"
    )]
    UnknownPeer,
    /// The connection does not come from a trusted proxy.
    #[error(
        "a certificate header came from a peer that is not trusted; configure with `TrustedPeers`"
    )]
    UntrustedPeer,
    /// `Hash`, `Cert` and `Chain` of one element describe different certificates.
    #[error("`Hash`, `Cert` and `Chain` are not of the same certificate")]
    XfccConflict,
    /// A key twice in one element.
    #[error("`{0}` occurs twice in one element")]
    XfccDuplicate(&'static str),
    /// More elements than configured.
    #[error(
        "the header has {found} elements, which exceeds the limit of {expected}; configure with `Xfcc::trusted_hops`"
    )]
    XfccElements {
        /// The number of elements found.
        found: usize,
        /// The configured number of elements.
        expected: usize,
    },
    /// Neither `Hash` nor `Cert` nor `Chain` in the element.
    #[error("the element has neither `Hash` nor `Cert` nor `Chain`")]
    XfccNoCertificate,
    /// Not `key=value;key=value,...`.
    #[error("the header is not `key=value;key=value,...`")]
    XfccSyntax,
}
