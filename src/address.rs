//! Which hosts are loopback, and which addresses are private to a network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether a host (IPv6 in brackets) is loopback: only then is traffic without TLS allowed by default. Names are
/// `localhost` and those below it (RFC 6761 section 6.3); a name with a trailing dot is not one of them.
pub(crate) fn is_loopback_host(host: &str) -> bool {
    ip_literal(host).map_or_else(|| is_localhost(host), |address| address.is_loopback())
}

fn is_localhost(name: &str) -> bool {
    let (below, last) = match name.rsplit_once('.') {
        Some((below, last)) => (Some(below), last),
        None => (None, name),
    };
    let has_labels = |below: &str| below.split('.').all(|label| !label.is_empty());
    last.eq_ignore_ascii_case("localhost") && below.is_none_or(has_labels)
}

/// The IP address that a host consists of; `None` for a name.
pub(crate) fn ip_literal(host: &str) -> Option<IpAddr> {
    let bracketed = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    bracketed.unwrap_or(host).parse().ok()
}

/// Whether plain `http` to an address may be allowed by a setting: loopback, private (RFC 1918), unique local
/// (RFC 4193) and link-local, except where cloud providers serve instance metadata and credentials.
pub(crate) fn is_local(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let is_metadata = matches!(address.octets(), [169, 254, 169 | 170, _]);
            !is_metadata
                && (address.is_loopback() || address.is_private() || address.is_link_local())
        }
        IpAddr::V6(address) => {
            let is_metadata = matches!(address.segments(), [0xfd00, 0xec2, ..]);
            !is_metadata
                && (address.is_loopback()
                    || address.is_unique_local()
                    || address.is_unicast_link_local())
        }
    }
}

/// Whether an address is outside the public internet: loopback, link-local (where cloud providers serve instance
/// metadata), private, shared, multicast or reserved, also in its IPv6 forms.
#[cfg_attr(
    not(feature = "reqwest"),
    allow(dead_code, reason = "for HTTP clients")
)]
pub(crate) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_private_v4(address),
        IpAddr::V6(address) => {
            embedded_v4(address).map_or_else(|| is_private_v6(address), is_private_v4)
        }
    }
}

fn is_private_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || first == 0
        || first >= 240
        || (first == 100 && (64..128).contains(&second))
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (second == 18 || second == 19))
}

fn is_private_v6(address: Ipv6Addr) -> bool {
    address.is_loopback()
        || address.is_unspecified()
        || address.is_multicast()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || is_special_v6(address)
}

/// Site-local (deprecated), local NAT64 (RFC 8215), Teredo (RFC 4380), SIIT (RFC 2765), discard and documentation.
fn is_special_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        [a, ..] if (a & 0xffc0) == 0xfec0 => true,
        [0x64, 0xff9b, 1, ..] | [0x2001, 0, ..] | [0x2001, 0xdb8, ..] => true,
        [0, 0, 0, 0, 0xffff, 0, ..] | [0x100, 0, 0, 0, ..] => true,
        _ => false,
    }
}

/// IPv4-mapped, IPv4-compatible, NAT64 (RFC 6052) and 6to4 (RFC 3056) forms.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let from = |high: u16, low: u16| {
        let [p, q] = high.to_be_bytes();
        let [r, s] = low.to_be_bytes();
        Ipv4Addr::new(p, q, r, s)
    };
    match (a, b, [c, d, e]) {
        (0, 0, [0, 0, 0]) if f == 0xffff || (f == 0 && g != 0) => Some(from(g, h)),
        (0x64, 0xff9b, [0, 0, 0]) if f == 0 => Some(from(g, h)),
        (0x2002, _, _) => Some(from(b, c)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_hosts() {
        for host in [
            "localhost",
            "LOCALHOST",
            "api.localhost",
            "a.b.LocalHost",
            "127.0.0.1",
            "127.9.9.9",
            "[::1]",
        ] {
            assert!(is_loopback_host(host), "{host}");
        }
        for host in [
            "",
            ".",
            ".localhost",
            "a..localhost",
            "localhost.",
            "api.localhost.",
            "localhost.evil.test",
            "localhost.localdomain",
            "evil-localhost",
            "evillocalhost",
            "127.0.0.1.evil.test",
            "127.0.0.1.",
            "127.1",
            "2130706433",
            "0.0.0.0",
            "[::]",
            "[::ffff:127.0.0.1]",
            "10.0.0.1",
            "[::2]",
            "[::ffff:127.0.0.1",
        ] {
            assert!(!is_loopback_host(host), "{host}");
        }
    }

    #[test]
    fn key_09_addresses_to_which_plain_http_may_be_allowed() {
        for address in [
            "127.0.0.1",
            "10.0.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.171.1",
            "::1",
            "fd12::1",
            "fe80::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_local(address.parse().expect("an address")), "{address}");
        }
        for address in [
            "1.1.1.1",
            "11.0.0.1",
            "172.32.0.1",
            "192.169.0.1",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "169.254.169.254",
            "169.254.170.2",
            "fd00:ec2::254",
            "2606:4700::1111",
            "::",
            "::ffff:1.1.1.1",
            "::ffff:169.254.169.254",
            "::10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::1",
        ] {
            assert!(!is_local(address.parse().expect("an address")), "{address}");
        }
    }

    #[test]
    fn key_07_private_addresses_in_all_their_forms() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.0.1",
            "198.18.0.1",
            "::",
            "::1",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:169.254.169.254",
            "::ffff:a9fe:a9fe",
            "::10.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "fec0::1",
            "64:ff9b:1::a9fe:a9fe",
            "2001::1",
            "::ffff:0:a9fe:a9fe",
            "100::1",
            "2001:db8::1",
        ] {
            assert!(
                is_private(address.parse().expect("an address")),
                "{address}"
            );
        }
        for address in [
            "1.1.1.1",
            "100.128.0.1",
            "172.32.0.1",
            "2606:4700::1111",
            "64:ff9b::101:101",
        ] {
            assert!(
                !is_private(address.parse().expect("an address")),
                "{address}"
            );
        }
    }
}
