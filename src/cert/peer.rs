//! The other end of a connection, which the listener inserts into the extensions of its requests.

use std::fmt;
use std::net::SocketAddr;

use http::Extensions;

use super::presented::{PresentedCert, VerifiedCert};

/// The other end of a connection: its address, and the certificate that it presented in the handshake.
///
/// The guard reads it from the request's extensions. With the feature `axum`, it also accepts the connect info of
/// `into_make_service_with_connect_info`, for `SocketAddr` and for `Peer`.
///
/// ```
/// use sender_constraint::cert::{Peer, PresentedCert};
///
/// # fn example(address: std::net::SocketAddr, der: &[u8], request: &mut http::Request<()>) {
/// // In a listener of your own, after the handshake.
/// let peer = Peer::tcp(address).with_certificate(PresentedCert::from_der(der));
/// request.extensions_mut().insert(peer);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Peer {
    address: Address,
    certificate: Option<PresentedCert>,
    verified_certificate: Option<VerifiedCert>,
}

#[derive(Clone, Copy, Debug)]
enum Address {
    Tcp(SocketAddr),
    Unix,
}

impl Peer {
    /// Creates a peer with this address.
    #[must_use]
    pub const fn tcp(address: SocketAddr) -> Self {
        Self::new(Address::Tcp(address))
    }

    /// Creates a peer on a Unix socket.
    #[must_use]
    pub const fn unix() -> Self {
        Self::new(Address::Unix)
    }

    /// Adds the certificate that the peer presented, and whose key it proved to hold in the handshake.
    #[must_use]
    pub fn with_certificate(mut self, certificate: PresentedCert) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// Adds the certificate that the peer presented, and that was verified.
    #[must_use]
    pub fn with_verified_certificate(mut self, certificate: VerifiedCert) -> Self {
        self.certificate = Some(certificate.presented().clone());
        self.verified_certificate = Some(certificate);
        self
    }

    /// The peer's address; `None` for a Unix socket.
    #[must_use]
    pub const fn address(&self) -> Option<SocketAddr> {
        match self.address {
            Address::Tcp(address) => Some(address),
            Address::Unix => None,
        }
    }

    /// Whether the connection is a Unix socket.
    #[must_use]
    pub const fn is_unix(&self) -> bool {
        matches!(self.address, Address::Unix)
    }

    /// The certificate presented on this connection itself: behind a proxy, the proxy's own.
    #[must_use]
    pub const fn certificate(&self) -> Option<&PresentedCert> {
        self.certificate.as_ref()
    }

    /// The same certificate, if it was verified.
    #[must_use]
    pub const fn verified_certificate(&self) -> Option<&VerifiedCert> {
        self.verified_certificate.as_ref()
    }

    const fn new(address: Address) -> Self {
        Self {
            address,
            certificate: None,
            verified_certificate: None,
        }
    }

    /// The peer that a request came from, if the listener inserted it into the request's extensions.
    #[must_use]
    pub fn from_extensions(extensions: &Extensions) -> Option<Self> {
        let own = extensions.get::<Self>().cloned();
        own.or_else(|| of_framework(extensions))
    }
}

/// The address, for logs.
impl fmt::Display for Peer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address {
            Address::Tcp(address) => address.fmt(formatter),
            Address::Unix => formatter.write_str("unix"),
        }
    }
}

#[cfg(feature = "axum")]
fn of_framework(extensions: &Extensions) -> Option<Peer> {
    use axum::extract::ConnectInfo;
    let peer = extensions.get::<ConnectInfo<Peer>>();
    peer.map(|info| info.0.clone()).or_else(|| {
        let address = extensions.get::<ConnectInfo<SocketAddr>>();
        address.map(|info| Peer::tcp(info.0))
    })
}

#[cfg(not(feature = "axum"))]
const fn of_framework(_extensions: &Extensions) -> Option<Peer> {
    None
}
