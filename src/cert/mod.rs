//! Which client certificate did the peer present? RFC 8705 section 3, and RFC 9440 and its relatives behind a proxy.
//!
//! A [`CertSource`] answers for one request. [`Forwarded`] reads the certificate from a header that a proxy sets, in
//! one configured [`Form`], and only when [`TrustedPeers`] says that the connection comes from that proxy.
//!
//! Nothing here judges a certificate: that its holder has the key is what the TLS handshake proved, to this server or
//! to the proxy, and more is not needed to compare it with a token (RFC 8705 section 6.2).

#[cfg(feature = "axum")]
mod connected;
mod connection;
mod der;
mod error;
mod fingerprint;
mod form;
mod forwarded;
mod outline;
mod peers;
mod pem;
#[cfg(feature = "rustls")]
mod pending_handshakes;
mod presented;
mod proxies;
mod rfc9440;
mod source;
mod tls;
#[cfg(feature = "rustls")]
mod tls_acceptor;
#[cfg(all(feature = "rustls", feature = "axum"))]
mod tls_axum;
#[cfg(feature = "rustls")]
mod tls_listener;
#[cfg(feature = "rustls")]
mod tls_verifier;
mod xfcc;

pub use connection::Peer;
pub use error::CertError;
pub use form::Form;
pub use forwarded::Forwarded;
pub use peers::TrustedPeers;
pub use presented::{PresentedCert, VerifiedCert};
pub use source::CertSource;
pub(crate) use source::remove_certificates;
pub use tls::FromConnection;
#[cfg(feature = "rustls")]
pub use tls_acceptor::{HandshakeError, MutualTls};
#[cfg(feature = "rustls")]
pub use tls_listener::TlsListener;
#[cfg(feature = "rustls")]
pub use tls_verifier::ClientCertificates;
pub use xfcc::Xfcc;
