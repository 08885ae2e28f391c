//! The certificate of the TLS connection that the request came on (RFC 8705 section 3).

use http::request::Parts;

use super::error::CertError;
use super::peer::Peer;
use super::presented::PresentedCert;
use super::source::CertSource;

/// Takes the certificate from the [`Peer`] that the listener put in the request's extensions.
///
/// It is that of the connection: all streams of HTTP/2 share it. Headers that name certificates are not believed; of
/// them, only `Client-Cert` and `Client-Cert-Chain` are removed.
///
/// # Deployment
///
/// Without [`Peer`] in the extensions every request with credentials is refused with
/// [`CertError::UnknownPeer`]: serve with `into_make_service_with_connect_info::<Peer>()`. Behind a proxy that ends
/// TLS the connection is the proxy's: there, use [`Forwarded`](super::Forwarded).
#[derive(Clone, Copy, Debug, Default)]
pub struct TlsConnection;

impl CertSource for TlsConnection {
    fn certificate(&self, head: &Parts) -> Result<Option<PresentedCert>, CertError> {
        let peer = Peer::from_extensions(&head.extensions).ok_or(CertError::UnknownPeer)?;
        Ok(peer.certificate().cloned())
    }
}
