//! Which peers may state facts about the client: its certificate (RFC 9440 section 4), and the host that it addressed.
//! Only the proxies may.

use std::fmt;
use std::net::IpAddr;

use http::Extensions;
use ipnet::IpNet;

use super::peer::Peer;
use crate::config_error::ConfigError;
use crate::crypto::Digest;

/// The peers whose headers are trusted: with certificates ([`Forwarded`](super::Forwarded)), and with the host that the
/// client addressed ([`ForwardedHost`](crate::proof::ForwardedHost)).
///
/// The peer of the connection counts, never an address in a header.
///
/// ```
/// # use sender_constraint::{ConfigError, cert::TrustedPeers};
/// let peers = TrustedPeers::networks(["10.1.2.3", "fd00:1::/64"])?.or(TrustedPeers::unix_socket());
/// # Ok::<(), ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct TrustedPeers {
    networks: Vec<IpNet>,
    certificates: Vec<Digest>,
    unix_socket: bool,
}

impl TrustedPeers {
    /// Trusts peers with these addresses and networks.
    ///
    /// # Deployment
    ///
    /// Every peer that can connect from these addresses is trusted: list the proxies, or a network that contains
    /// nothing else. IPv4 peers of an IPv6 socket are matched as IPv4.
    ///
    /// The address of the socket counts: no component may replace it with what a client or a proxy claims. Addresses
    /// that a provider shares among its customers are not exclusive to your proxy.
    ///
    /// # Errors
    ///
    /// If the list is empty, or an entry is neither an address nor a network.
    pub fn networks<N: AsRef<str>>(
        networks: impl IntoIterator<Item = N>,
    ) -> Result<Self, ConfigError> {
        let networks = networks
            .into_iter()
            .map(|text| network(text.as_ref()))
            .collect::<Result<Vec<_>, _>>()?;
        if networks.is_empty() {
            return Err(ConfigError::NoTrustedPeer);
        }
        Ok(Self {
            networks,
            ..Self::nobody()
        })
    }

    /// Trusts peers that present one of these certificates on their own connection to this server: `x5t#S256` of each.
    ///
    /// # Errors
    ///
    /// If the list is empty.
    pub fn certificates(
        thumbprints: impl IntoIterator<Item = Digest>,
    ) -> Result<Self, ConfigError> {
        let certificates: Vec<_> = thumbprints.into_iter().collect();
        if certificates.is_empty() {
            return Err(ConfigError::NoTrustedPeer);
        }
        Ok(Self {
            certificates,
            ..Self::nobody()
        })
    }

    /// Trusts peers on a Unix socket: the permissions of its file decide who can connect.
    #[must_use]
    pub fn unix_socket() -> Self {
        Self {
            unix_socket: true,
            ..Self::nobody()
        }
    }

    /// Trusts the peers of both.
    #[must_use]
    pub fn or(mut self, others: Self) -> Self {
        self.networks.extend(others.networks);
        self.certificates.extend(others.certificates);
        self.unix_socket |= others.unix_socket;
        self
    }

    /// An unknown peer is never trusted.
    pub(crate) fn include_peer_of(&self, extensions: &Extensions) -> bool {
        Peer::from_extensions(extensions).is_some_and(|peer| self.contains(&peer))
    }

    /// Whether the peer is trusted: for a gateway that reads other headers of its proxy, such as the original URI of a
    /// request.
    ///
    /// ```
    /// # use sender_constraint::{ConfigError, cert::{Peer, TrustedPeers}};
    /// let peers = TrustedPeers::networks(["10.1.2.3"])?;
    /// assert!(peers.contains(&Peer::tcp(([10, 1, 2, 3], 50_000).into())));
    /// assert!(!peers.contains(&Peer::unix()));
    /// # Ok::<(), ConfigError>(())
    /// ```
    #[must_use]
    pub fn contains(&self, peer: &Peer) -> bool {
        let in_network = |address: IpAddr| self.networks.iter().any(|it| it.contains(&address));
        let address = peer.address().map(|address| address.ip().to_canonical());
        let certificate = peer.certificate().map(|it| it.thumbprint());
        (self.unix_socket && peer.is_unix())
            || address.is_some_and(in_network)
            || certificate.is_some_and(|thumbprint| self.certificates.contains(thumbprint))
    }

    const fn nobody() -> Self {
        Self {
            networks: Vec::new(),
            certificates: Vec::new(),
            unix_socket: false,
        }
    }
}

/// The first entries, for logs.
impl fmt::Display for TrustedPeers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let networks = self.networks.iter().map(ToString::to_string);
        let certificates = self.certificates.iter().map(|it| format!("x5t#S256 {it}"));
        let unix_socket = self.unix_socket.then(|| "unix".to_owned());
        let mut entries = networks.chain(certificates).chain(unix_socket);
        let shown: Vec<_> = entries.by_ref().take(MAX_SHOWN).collect();
        formatter.write_str(&shown.join(", "))?;
        match entries.count() {
            0 => Ok(()),
            more => write!(formatter, " and {more} more"),
        }
    }
}

/// Of a list, in a log line.
const MAX_SHOWN: usize = 8;

fn network(text: &str) -> Result<IpNet, ConfigError> {
    let single = text.parse::<IpAddr>().map(IpNet::from);
    let network = single.or_else(|_| text.parse::<IpNet>());
    network
        .ok()
        .filter(|network| *network == network.trunc() && network.prefix_len() > 0)
        // Peers are compared in canonical IPv4 form, so such a network would never match.
        .filter(|network| network.addr().to_canonical() == network.addr())
        .ok_or_else(|| ConfigError::Network(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fwd_02_networks() {
        let includes = |network: &str, peer: &str| {
            TrustedPeers::networks([network]).map(|peers| {
                peers.contains(&Peer::tcp((peer.parse::<IpAddr>().unwrap(), 1).into()))
            })
        };
        for (network, inside, outside) in [
            ("10.1.2.3", "10.1.2.3", "10.1.2.4"),
            ("10.1.0.0/16", "10.1.255.255", "10.2.0.0"),
            ("10.1.0.0/16", "::ffff:10.1.0.1", "::ffff:10.2.0.1"),
            ("fd00::/8", "fdff::1", "fe00::1"),
            ("::1", "::1", "127.0.0.1"),
        ] {
            assert_eq!(includes(network, inside), Ok(true), "{network} {inside}");
            assert_eq!(includes(network, outside), Ok(false), "{network} {outside}");
        }
        for network in [
            "",
            "proxy",
            "10.1.2.3/16",
            "10.1.2.3:80",
            "0.0.0.0/0",
            "::/0",
            "10.0.0.0/33",
            "::ffff:10.1.2.3",
        ] {
            let refused = ConfigError::Network(network.to_owned());
            assert_eq!(includes(network, "10.1.2.3"), Err(refused));
        }
    }
}
