//! Why a request has no client certificate: facts for the operator.

use std::fmt;

use http::HeaderName;

/// Why a request has no client certificate, as far as its [`CertSource`](super::CertSource) can tell.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum MissingCertificate {
    /// A trusted peer sent no certificate header, or a header that states that there is no certificate.
    NotForwarded {
        /// The configured header.
        header: HeaderName,
        /// The peer.
        peer: String,
    },
    /// The client presented no certificate on this connection.
    NotPresented,
    /// There is no certificate header, and the peer of the connection is unknown.
    UnknownPeer {
        /// The configured header.
        header: HeaderName,
    },
    /// The peer is not trusted, so its headers are ignored.
    UntrustedPeer {
        /// The configured header.
        header: HeaderName,
        /// Whether the peer sent it.
        is_present: bool,
        /// The peer.
        peer: String,
        /// The configured peers.
        trusted: String,
    },
}

/// Continues "the token is bound to a client certificate, but".
impl fmt::Display for MissingCertificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotForwarded { header, peer } => write!(
                formatter,
                "no `{header}` header with a certificate came from the trusted peer {peer}: the client presented none \
                 to this proxy, or the proxy does not forward it"
            ),
            Self::NotPresented => {
                formatter.write_str("the client presented none on this connection")
            }
            Self::UnknownPeer { header } => write!(
                formatter,
                "no `{header}` header came, and the peer of the connection is unknown; with axum, serve \
                 `into_make_service_with_connect_info::<Peer>()`"
            ),
            Self::UntrustedPeer {
                header,
                is_present: true,
                peer,
                trusted,
            } => write!(
                formatter,
                "the `{header}` header came from {peer}, which is not among the trusted peers ({trusted}), and was \
                 ignored; configure with `TrustedPeers`"
            ),
            Self::UntrustedPeer {
                header,
                is_present: false,
                peer,
                trusted,
            } => write!(
                formatter,
                "no `{header}` header came, and the peer {peer} is not among the trusted peers ({trusted})"
            ),
        }
    }
}
