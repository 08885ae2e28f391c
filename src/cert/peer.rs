//! Who is at the other end of a connection: put into the extensions of its requests by whoever accepts it.

use std::net::SocketAddr;

use http::Extensions;

use super::presented::{PresentedCert, VerifiedCert};

/// The other end of a connection: its address, and the certificate that it presented in the handshake.
///
/// It is looked for in the extensions of a request. With the feature `axum`, also what
/// `into_make_service_with_connect_info` leaves there serves, for `SocketAddr` and for `Peer`.
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
    /// A peer of this address.
    #[must_use]
    pub const fn tcp(address: SocketAddr) -> Self {
        Self::new(Address::Tcp(address))
    }

    /// A peer on a Unix socket.
    #[must_use]
    pub const fn unix() -> Self {
        Self::new(Address::Unix)
    }

    /// Which presented this certificate, and proved in the handshake to hold its key.
    #[must_use]
    pub fn with_certificate(mut self, certificate: PresentedCert) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// Which presented this certificate, and it was verified.
    #[must_use]
    pub fn with_verified_certificate(mut self, certificate: VerifiedCert) -> Self {
        self.certificate = Some(certificate.presented().clone());
        self.verified_certificate = Some(certificate);
        self
    }

    /// The address, unless it is a Unix socket.
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

    /// The certificate presented on this very connection: a proxy's own, when there is a proxy.
    #[must_use]
    pub const fn certificate(&self) -> Option<&PresentedCert> {
        self.certificate.as_ref()
    }

    /// The same, if it was verified.
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

    /// The peer that a request came from, if the listener left it in the request's extensions.
    #[must_use]
    pub fn from_extensions(extensions: &Extensions) -> Option<Self> {
        let own = extensions.get::<Self>().cloned();
        own.or_else(|| of_framework(extensions))
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
