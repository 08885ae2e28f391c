//! Why a forwarded certificate is refused, one variant a reason.

/// Why a forwarded certificate is refused. It is the proxy's fault, or somebody plays proxy: 400, without a challenge.
#[derive(Clone, Copy, Debug, Eq, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "certificate_")]
pub enum CertError {
    /// Not base64 of the standard alphabet, padded.
    #[error("the forwarded certificate is not base64 of the standard alphabet")]
    Base64,
    /// More certificates in a chain than the limit.
    #[error("the forwarded chain has more than {limit} certificates")]
    ChainTooLong {
        /// Certificates accepted.
        limit: usize,
    },
    /// `Client-Cert-Chain` without `Client-Cert` (RFC 9440 section 2.3).
    #[error("there is a Client-Cert-Chain, but no Client-Cert")]
    ChainWithoutCertificate,
    /// Not a SHA-256 in the configured spelling.
    #[error("the forwarded fingerprint is not a SHA-256 in the configured spelling")]
    Fingerprint,
    /// The header is longer than the limit.
    #[error("the certificate header has {length} bytes, more than the {limit} accepted")]
    HeaderTooLarge {
        /// Bytes presented.
        length: usize,
        /// Bytes accepted.
        limit: usize,
    },
    /// Not the DER of exactly one certificate.
    #[error("the forwarded bytes are not the DER of exactly one certificate")]
    NotACertificate,
    /// The proxy says that there is a certificate, but forwards none: it may have been too large for it.
    #[error("the proxy says that there is a client certificate, but forwards none")]
    NotForwarded,
    /// Not a PEM block labelled `CERTIFICATE` with nothing around it (RFC 7468 section 5).
    #[error("the forwarded text is not PEM of a CERTIFICATE")]
    Pem,
    /// More than one header where one is meant.
    #[error("there is more than one certificate header")]
    Repeated,
    /// More than one certificate where one is meant.
    #[error("there is more than one certificate in the header")]
    Several,
    /// Not a byte sequence, or a list of them (RFC 9651 section 3.3.5).
    #[error("the certificate header is not a structured field of bytes")]
    StructuredField,
    /// The certificate is longer than the limit.
    #[error("the forwarded certificate has {length} bytes, more than the {limit} accepted")]
    TooLarge {
        /// Bytes presented.
        length: usize,
        /// Bytes accepted.
        limit: usize,
    },
    /// Nobody told who is at the other end of the connection.
    #[error(
        "the peer of the connection is not known: the listener has to put `Peer` in the request's extensions"
    )]
    UnknownPeer,
    /// The connection does not come from a trusted proxy.
    #[error("a certificate header came from a peer that is not a trusted proxy")]
    UntrustedPeer,
    /// `Hash`, `Cert` and `Chain` of one element speak of different certificates.
    #[error("`Hash`, `Cert` and `Chain` are not of the same certificate")]
    XfccConflict,
    /// A key twice in one element.
    #[error("`{0}` occurs twice in one element")]
    XfccDuplicate(&'static str),
    /// More elements than configured.
    #[error(
        "the header has {found} elements, more than the {expected} expected (`Xfcc::trusted_hops`)"
    )]
    XfccElements {
        /// Elements found.
        found: usize,
        /// Elements configured.
        expected: usize,
    },
    /// Neither `Hash` nor `Cert` nor `Chain` in the element.
    #[error("the element has neither `Hash` nor `Cert` nor `Chain`")]
    XfccNoCertificate,
    /// Not `key=value;key=value,...`.
    #[error("the header is not `key=value;key=value,...`")]
    XfccSyntax,
}
