//! The certificate of the request's TLS connection (RFC 8705 section 3).

use http::request::Parts;

use super::error::CertError;
use super::peer::Peer;
use super::presented::PresentedCert;
use super::source::CertSource;

/// Reads the certificate from the [`Peer`] that the listener inserted into the request's extensions.
///
/// The certificate is that of the connection: all streams of HTTP/2 share it. Headers that carry certificates are not
/// trusted; of them, only `Client-Cert` and `Client-Cert-Chain` are removed.
///
/// # Deployment
///
/// Without [`Peer`] in the extensions every request with credentials is refused with [`CertError::UnknownPeer`]: serve
/// with `into_make_service_with_connect_info::<Peer>()`. Behind a proxy that terminates TLS the connection is the
/// proxy's: use [`Forwarded`](super::Forwarded) there.
///
/// ```
/// use sender_constraint::cert::TlsConnection;
/// use sender_constraint::proof::Mtls;
/// use sender_constraint::token::JwtVerifier;
/// use sender_constraint::{ConfigError, Guard};
///
/// fn guard(tokens: JwtVerifier) -> Result<Guard, ConfigError> {
///     Guard::builder(tokens).mtls(Mtls::new(TlsConnection)).build()
/// }
/// # drop(guard);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TlsConnection;

impl CertSource for TlsConnection {
    fn certificate(&self, head: &Parts) -> Result<Option<PresentedCert>, CertError> {
        let peer = Peer::from_extensions(&head.extensions).ok_or(CertError::UnknownPeer)?;
        Ok(peer.certificate().cloned())
    }
}
