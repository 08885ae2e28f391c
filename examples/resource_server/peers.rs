//! The proxies whose headers are trusted: for certificates (RFC 9440 section 4), and for the host (RFC 7239).

use sender_constraint::cert::TrustedPeers;

use super::at::at;
use super::options::Options;

pub(crate) fn trusted(options: &Options) -> Result<TrustedPeers, String> {
    let peers = &options.server.trusted_peer;
    let (sockets, networks): (Vec<&str>, Vec<&str>) = peers
        .iter()
        .map(String::as_str)
        .partition(|peer| *peer == "unix");
    if networks.is_empty() && !sockets.is_empty() {
        return Ok(TrustedPeers::unix_socket());
    }
    let trusted = TrustedPeers::networks(networks).map_err(at("--trusted-peer"))?;
    Ok(if sockets.is_empty() {
        trusted
    } else {
        trusted.or(TrustedPeers::unix_socket())
    })
}
