//! URLs of servers, without their passwords in any text.

use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo as _, ProtocolVersion};

use crate::config_error::ConfigError;

/// Reads all URLs: at least one.
pub(super) fn parse_all(
    urls: impl IntoIterator<Item = impl AsRef<str>>,
) -> Result<Vec<ConnectionInfo>, ConfigError> {
    let urls = urls.into_iter().enumerate();
    let parsed: Result<Vec<_>, _> = urls.map(|(at, url)| parse(url.as_ref(), at + 1)).collect();
    let parsed = parsed?;
    if parsed.is_empty() {
        return Err(ConfigError::NoServers);
    }
    Ok(parsed)
}

pub(super) fn parse(url: &str, position: usize) -> Result<ConnectionInfo, ConfigError> {
    let refuse = |reason| ConfigError::Url { position, reason };
    let is_tls = url.starts_with("rediss:") || url.starts_with("valkeys:");
    if is_tls && !cfg!(feature = "tls") {
        return Err(refuse(
            "TLS needs the feature `tls` of sender-constraint-redis",
        ));
    }
    let info = url.into_connection_info().map_err(|_| refuse(EXPECTED))?;
    if let ConnectionAddr::TcpTls { insecure: true, .. } = info.addr() {
        return Err(refuse(
            "`#insecure` is refused: anyone on the network could answer for the server",
        ));
    }
    let settings = info.redis_settings().clone();
    Ok(info.set_redis_settings(settings.set_protocol(ProtocolVersion::RESP2)))
}

/// For servers without numbered databases.
pub(super) fn refuse_databases(
    infos: &[ConnectionInfo],
    reason: &'static str,
) -> Result<(), ConfigError> {
    refuse_any(infos, reason, |info| info.redis_settings().db() != 0)
}

/// The client library reaches every node of a Cluster as the first one.
pub(super) fn require_equal_access(infos: &[ConnectionInfo]) -> Result<(), ConfigError> {
    let access = |info: &ConnectionInfo| {
        let settings = info.redis_settings();
        (
            matches!(info.addr(), ConnectionAddr::TcpTls { .. }),
            settings.username().map(ToOwned::to_owned),
            settings.password().map(ToOwned::to_owned),
        )
    };
    let first = infos.first().map(access);
    let reason = "expected the scheme, user and password of the first URL";
    refuse_any(infos, reason, |info| Some(access(info)) != first)
}

fn refuse_any(
    infos: &[ConnectionInfo],
    reason: &'static str,
    is_refused: impl Fn(&ConnectionInfo) -> bool,
) -> Result<(), ConfigError> {
    match infos.iter().position(is_refused) {
        None => Ok(()),
        Some(at) => Err(ConfigError::Url {
            position: at + 1,
            reason,
        }),
    }
}

/// The address for a text.
pub(super) fn name(info: &ConnectionInfo) -> String {
    match info.addr() {
        ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. } => {
            host_and_port(host, *port)
        }
        ConnectionAddr::Unix(path) => format!("unix:{}", path.display()),
        _ => "the server".to_owned(),
    }
}

pub(super) fn host_and_port(host: &str, port: u16) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

const EXPECTED: &str = "expected redis://, rediss://, valkey://, valkeys:// or unix://, with optional user:password@, \
    a host with optional port or the path of a socket, and the optional number of a database";
