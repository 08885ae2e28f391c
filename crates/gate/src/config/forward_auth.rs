//! Which proxies send authorization requests, and where these describe the original request.

use http::HeaderName;

use super::certificates::header;
use super::peers::Peers;
use super::source::{Setting, SettingError};
use super::table::Table;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ForwardAuth {
    pub(crate) trusted_peers: Peers,
    pub(crate) protocol: Protocol,
    pub(crate) statuses: Statuses,
}

/// How the proxy describes the original request.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Protocol {
    /// In a message of `envoy.service.auth.v3.Authorization`. Where that was chosen.
    Grpc(Setting<()>),
    Http(Original),
}

/// Where the method and the URI of the original request are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Original {
    Headers {
        method: HeaderName,
        uri: HeaderName,
        /// Its `Host`; required if it is named.
        host: Option<HeaderName>,
    },
    /// In the request line, below this prefix, as Envoy sends it. The `Host` is the original one.
    RequestLine { path_prefix: String },
}

/// Which statuses of refusals the proxy relays.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Statuses {
    All,
    /// nginx relays 401 and 403, and answers 500 for any other.
    Only401And403,
}

#[derive(Clone, Copy)]
enum Proxy {
    Envoy,
    EnvoyGrpc,
    Nginx,
    /// Caddy and Traefik.
    XForwarded,
}

impl ForwardAuth {
    pub(super) fn read(root: &mut Table) -> Result<Self, SettingError> {
        let (mut table, _) = root.table("forward_auth")?;
        let choices = [
            ("caddy", Proxy::XForwarded),
            ("envoy", Proxy::Envoy),
            ("envoy-grpc", Proxy::EnvoyGrpc),
            ("nginx", Proxy::Nginx),
            ("traefik", Proxy::XForwarded),
        ];
        let proxy = table.choice("proxy", &choices)?;
        let proxy = proxy
            .ok_or_else(|| table.missing("proxy", "caddy, envoy, envoy-grpc, nginx or traefik"))?;
        let statuses = table.choice(
            "statuses",
            &[("all", Statuses::All), ("401-403", Statuses::Only401And403)],
        )?;
        let statuses = match (statuses, proxy.value) {
            (Some(statuses), _) => statuses.value,
            (None, Proxy::Nginx) => Statuses::Only401And403,
            (None, _) => Statuses::All,
        };
        let forward_auth = Self {
            trusted_peers: Peers::read(&mut table)?,
            protocol: Protocol::read(&mut table, proxy)?,
            statuses,
        };
        table.finish()?;
        Ok(forward_auth)
    }
}

impl Protocol {
    fn read(table: &mut Table, proxy: Setting<Proxy>) -> Result<Self, SettingError> {
        Ok(match proxy.value {
            Proxy::Envoy => Self::Http(Original::read_request_line(table)?),
            Proxy::EnvoyGrpc => Self::Grpc(proxy.map(|_| Ok::<_, SettingError>(()))?),
            Proxy::Nginx | Proxy::XForwarded => {
                Self::Http(Original::read_headers(table, proxy.value)?)
            }
        })
    }
}

impl Original {
    fn read_headers(table: &mut Table, proxy: Proxy) -> Result<Self, SettingError> {
        let (method, uri, host) = match proxy {
            Proxy::Nginx => ("x-original-method", "x-original-uri", None),
            _ => (
                "x-forwarded-method",
                "x-forwarded-uri",
                Some("x-forwarded-host"),
            ),
        };
        let mut named = |name, default: Option<&'static str>| {
            let header = header(table, name)?;
            let header = header.map(|header| header.value);
            Ok::<_, SettingError>(header.or_else(|| default.map(HeaderName::from_static)))
        };
        let (method, uri, host) = (
            named("method_header", Some(method))?,
            named("uri_header", Some(uri))?,
            named("host_header", host)?,
        );
        let (Some(method), Some(uri)) = (method, uri) else {
            return Err(table.missing("uri_header", "the name of a header"));
        };
        Ok(Self::Headers { method, uri, host })
    }

    fn read_request_line(table: &mut Table) -> Result<Self, SettingError> {
        let prefix = table.text("path_prefix")?;
        let Some(prefix) = prefix else {
            return Ok(Self::RequestLine {
                path_prefix: String::new(),
            });
        };
        let path_prefix = prefix.read(|prefix| {
            if prefix.starts_with('/') && !prefix.ends_with('/') {
                return Ok(prefix.clone());
            }
            Err(format!(
                "came {prefix:?}, expected the `path_prefix` of Envoy's filter, such as /auth"
            ))
        })?;
        Ok(Self::RequestLine { path_prefix })
    }
}
