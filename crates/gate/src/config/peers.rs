//! The proxies whose headers are trusted.

use sender_constraint::cert::TrustedPeers;

use super::source::{Setting, SettingError};
use super::table::Table;

/// At least one address or network, or `unix`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Peers {
    first: Setting<String>,
    others: Vec<Setting<String>>,
}

impl Peers {
    /// The setting `trusted_peers`, which has no default.
    pub(super) fn read(table: &mut Table) -> Result<Self, SettingError> {
        let mut peers = table.texts("trusted_peers")?.into_iter();
        let Some(first) = peers.next() else {
            let expected = "a list of addresses and networks of the proxy, or \"unix\"";
            return Err(table.missing("trusted_peers", expected));
        };
        let peers = Self {
            first,
            others: peers.collect(),
        };
        peers.trusted()?;
        Ok(peers)
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        let peers = std::iter::once(&self.first).chain(&self.others);
        peers.map(|peer| peer.value.clone()).collect()
    }

    pub(crate) fn trusted(&self) -> Result<TrustedPeers, SettingError> {
        let mut peers = trusted(&self.first)?;
        for other in &self.others {
            peers = peers.or(trusted(other)?);
        }
        Ok(peers)
    }
}

fn trusted(peer: &Setting<String>) -> Result<TrustedPeers, SettingError> {
    peer.read(|text| match text.as_str() {
        "unix" => Ok(TrustedPeers::unix_socket()),
        network => TrustedPeers::networks([network]),
    })
}
