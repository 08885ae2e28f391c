//! The pending TLS handshakes of each client network, and which of them to abort when the limit is reached.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv6Addr};

use tokio::task::{AbortHandle, Id};

/// Every change takes time logarithmic in the number of handshakes.
#[derive(Default)]
pub(super) struct PendingHandshakes {
    next_serial: u64,
    origins: HashMap<Id, Origin>,
    /// The handshakes of each network by serial number, which is their age. No network is empty.
    networks: HashMap<Network, BTreeMap<u64, AbortHandle>>,
    /// Every network by its rank. No two ranks are equal, since no two handshakes have the same serial number.
    ranking: BTreeMap<Rank, Network>,
}

impl PendingHandshakes {
    pub(super) fn len(&self) -> usize {
        self.origins.len()
    }

    pub(super) fn insert(&mut self, client: IpAddr, handshake: AbortHandle) {
        let (network, serial) = (Network::from_address(client), self.next_serial);
        self.next_serial += 1;
        self.origins
            .insert(handshake.id(), Origin { network, serial });
        self.change(network, |handshakes| handshakes.insert(serial, handshake));
    }

    /// Does nothing if the handshake was removed before.
    pub(super) fn remove(&mut self, handshake: Id) {
        if let Some(Origin { network, serial }) = self.origins.remove(&handshake) {
            self.change(network, |handshakes| handshakes.remove(&serial));
        }
    }

    /// Removes the oldest handshake of the network that has the most; among equals, the oldest of all.
    pub(super) fn remove_from_largest(&mut self) -> Option<AbortHandle> {
        let network = *self.ranking.last_key_value()?.1;
        let (_, oldest) = self.change(network, BTreeMap::pop_first)?;
        self.origins.remove(&oldest.id());
        Some(oldest)
    }

    /// Changes the handshakes of a network, and updates its rank.
    fn change<T>(
        &mut self,
        network: Network,
        change: impl FnOnce(&mut BTreeMap<u64, AbortHandle>) -> T,
    ) -> T {
        let handshakes = self.networks.entry(network).or_default();
        if let Some(rank) = Rank::of(handshakes) {
            self.ranking.remove(&rank);
        }
        let outcome = change(handshakes);
        if let Some(rank) = Rank::of(handshakes) {
            self.ranking.insert(rank, network);
        } else {
            self.networks.remove(&network);
        }
        outcome
    }
}

#[derive(Clone, Copy)]
struct Origin {
    network: Network,
    serial: u64,
}

/// What counts as one client: an IPv4 address, or the /64 of an IPv6 address, all of which one client may use.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
struct Network(IpAddr);

impl Network {
    fn from_address(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
        })
    }
}

/// The network with the greatest rank loses a handshake first.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
struct Rank {
    pending: usize,
    oldest: Reverse<u64>,
}

impl Rank {
    fn of(handshakes: &BTreeMap<u64, AbortHandle>) -> Option<Self> {
        let (oldest, _) = handshakes.first_key_value()?;
        Some(Self {
            pending: handshakes.len(),
            oldest: Reverse(*oldest),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    #[test]
    fn one_network_is_an_ipv4_address_or_a_64() {
        for (one, other, same) in [
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false),
            ("::1", "::2", true),
            ("2001:db8:0:1::", "2001:db8:0:1:ffff:ffff:ffff:ffff", true),
            ("2001:db8:0:1::1", "2001:db8:0:2::1", false),
        ] {
            let [one, other] =
                [one, other].map(|text| Network::from_address(text.parse().unwrap()));
            assert_eq!(one == other, same, "{one:?} {other:?}");
        }
    }

    #[tokio::test]
    async fn the_oldest_of_the_largest_network_goes_first() {
        // Clients by their last number, in the order in which they connected, and the order in which they are removed.
        for (connected, gone) in [
            (&[][..], &[][..]),
            (&[1], &[0]),
            (&[1, 1, 1], &[0, 1, 2]),
            (&[1, 2, 3], &[0, 1, 2]),
            (&[1, 2, 2], &[1, 0, 2]),
            (&[1, 2, 1, 2], &[0, 1, 2, 3]),
            (&[1, 2, 3, 3, 2, 3], &[2, 1, 3, 0, 4, 5]),
        ] {
            let (mut handshakes, ids) = connect(connected);
            let order: Vec<_> = ids.iter().collect();
            for (left, index) in (0..connected.len()).rev().zip(gone) {
                let handshake = handshakes.remove_from_largest().unwrap();
                assert_eq!(&handshake.id(), order[*index], "{connected:?}");
                assert_eq!(handshakes.len(), left);
            }
            assert!(handshakes.remove_from_largest().is_none());
            assert_is_empty(&handshakes);
        }
    }

    #[tokio::test]
    async fn what_has_ended_does_not_count() {
        let (mut handshakes, ids) = connect(&[1, 1, 1, 2, 2]);
        handshakes.remove(ids[0]);
        handshakes.remove(ids[0]);
        handshakes.remove(ids[2]);
        assert_eq!(handshakes.len(), 3);
        let given_up = handshakes.remove_from_largest().unwrap().id();
        assert_eq!(given_up, ids[3]);
        handshakes.remove(given_up);
        assert_eq!(handshakes.len(), 2);
        handshakes.remove(ids[1]);
        handshakes.remove(ids[4]);
        assert_is_empty(&handshakes);
    }

    fn connect(clients: &[u8]) -> (PendingHandshakes, Vec<Id>) {
        let mut handshakes = PendingHandshakes::default();
        let ids = clients.iter().map(|client| {
            let handshake = tokio::spawn(pending::<()>()).abort_handle();
            let id = handshake.id();
            handshakes.insert([192, 0, 2, *client].into(), handshake);
            id
        });
        let ids = ids.collect();
        (handshakes, ids)
    }

    fn assert_is_empty(handshakes: &PendingHandshakes) {
        assert_eq!(handshakes.len(), 0);
        assert!(handshakes.networks.is_empty() && handshakes.ranking.is_empty());
    }
}
