//! Which addresses a name may resolve to, decided when a connection is made.

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::client::HttpError;
use crate::address::{is_local, is_private};

/// Resolves names to public addresses only, at the time of connecting: a name cannot resolve differently between check
/// and use.
#[derive(Debug)]
pub(super) struct PublicAddresses;

impl Resolve for PublicAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(resolve(
            name,
            |address| !is_private(address),
            HttpError::PrivateAddress,
        ))
    }
}

/// Resolves names to private addresses only: for plain http.
#[derive(Debug)]
pub(super) struct LocalAddresses;

impl Resolve for LocalAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(resolve(name, is_local, HttpError::PublicAddress))
    }
}

async fn resolve(
    name: Name,
    accepts: fn(IpAddr) -> bool,
    refusal: fn(String) -> HttpError,
) -> Result<Addrs, Box<dyn Error + Send + Sync>> {
    let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
    let accepted: Vec<SocketAddr> = found.filter(|each| accepts(each.ip())).collect();
    if accepted.is_empty() {
        return Err(refusal(name.as_str().to_owned()).into());
    }
    Ok(Box::new(accepted.into_iter()))
}

/// Resolves every name to loopback (RFC 6761 section 6.3).
#[derive(Debug)]
pub(super) struct Loopback;

impl Resolve for Loopback {
    fn resolve(&self, _name: Name) -> Resolving {
        let addresses = [
            IpAddr::from(Ipv4Addr::LOCALHOST),
            Ipv6Addr::LOCALHOST.into(),
        ];
        let addresses = addresses.map(|address| SocketAddr::new(address, 0));
        let addresses: Addrs = Box::new(addresses.into_iter());
        Box::pin(std::future::ready(Ok(addresses)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn key_09_names_resolve_to_private_addresses_for_plain_http() {
        let name = |text: &str| text.parse::<Name>().expect("a name");
        // A numeric name resolves without a network.
        for (host, accepted) in [
            ("10.0.0.1", true),
            ("127.0.0.1", true),
            ("1.1.1.1", false),
            ("169.254.169.254", false),
            ("0.0.0.0", false),
        ] {
            let resolved = LocalAddresses.resolve(name(host)).await;
            assert_eq!(resolved.is_ok(), accepted, "{host}");
            let resolved = PublicAddresses.resolve(name(host)).await;
            assert_eq!(resolved.is_ok(), host == "1.1.1.1", "{host}");
        }
        let loopback = Loopback.resolve(name("api.localhost")).await;
        let mut addresses = loopback.expect("addresses");
        assert!(addresses.all(|address| address.ip().is_loopback()));
    }
}
