//! Which client certificate the peer presented: RFC 8705 section 3, and behind a proxy RFC 9440 and similar formats.
//!
//! A [`CertSource`] returns the certificate of one request. [`Forwarded`] reads it from a header that a proxy sets, in
//! one configured [`HeaderFormat`], and only if the connection comes from one of the [`TrustedPeers`].
//!
//! This module does not verify certificates: the TLS handshake proved to this server or to the proxy that the client
//! holds the key, which is sufficient for comparing the certificate with a token (RFC 8705 section 6.2).

#[cfg(feature = "rustls")]
mod client_cert_policy;
#[cfg(feature = "axum")]
mod connected;
mod der;
mod error;
mod fingerprint;
mod forwarded;
mod header_format;
mod missing;
#[cfg(feature = "rustls")]
mod mutual_tls;
mod names;
mod outline;
mod peer;
mod pem;
#[cfg(feature = "rustls")]
mod pending_handshakes;
mod presented;
mod proxies;
mod rfc9440;
mod source;
#[cfg(all(feature = "rustls", feature = "axum"))]
mod tls_axum;
mod tls_connection;
#[cfg(feature = "rustls")]
mod tls_listener;
mod trusted_peers;
mod xfcc;

#[cfg(feature = "rustls")]
pub use client_cert_policy::ClientCertPolicy;
pub(crate) use der::base64 as certificate_of_base64;
pub use error::CertError;
pub use forwarded::Forwarded;
pub use header_format::HeaderFormat;
pub use missing::MissingCertificate;
#[cfg(feature = "rustls")]
pub use mutual_tls::{HandshakeError, MutualTls};
pub(crate) use names::{AlternativeName, Attribute, Names};
pub use peer::Peer;
pub use presented::{PresentedCert, VerifiedCert};
pub use source::CertSource;
pub(crate) use source::remove_certificates;
pub use tls_connection::TlsConnection;
#[cfg(feature = "rustls")]
pub use tls_listener::TlsListener;
pub use trusted_peers::TrustedPeers;
pub use xfcc::Xfcc;
