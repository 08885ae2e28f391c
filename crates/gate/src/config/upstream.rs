//! The server that accepted requests are forwarded to.

use std::time::Duration;

use http::uri::{Authority, Scheme};
use http::{HeaderValue, Uri};

use super::source::{Setting, SettingError};
use super::table::Table;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Upstream {
    /// Scheme and authority, and no path.
    pub(crate) url: Setting<String>,
    pub(crate) scheme: Scheme,
    pub(crate) authority: Authority,
    /// The `Host` that it receives.
    pub(crate) host: HeaderValue,
    pub(crate) is_http2: bool,
    /// Authorities for its TLS.
    pub(crate) ca: Option<Setting<String>>,
    pub(crate) credentials: Credentials,
    pub(crate) connect_time: Duration,
    /// From the request until the head of the response.
    pub(crate) response_time: Duration,
}

/// What becomes of the client's token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Credentials {
    /// Forwarded under the scheme `Bearer`, without its proof.
    Bearer,
    /// `Authorization` and `DPoP` are forwarded as they came.
    Keep,
    Remove,
}

impl Upstream {
    pub(super) fn read(root: &mut Table) -> Result<Self, SettingError> {
        let (mut table, _) = root.table("upstream")?;
        let url = table.required_text("url")?;
        let (scheme, authority) = url.read(|url| origin(url))?;
        let host = match table.text("host")? {
            None => HeaderValue::from_str(authority.as_str()).map_err(|error| url.refuse(error))?,
            Some(host) => host.read(|host| {
                let is_authority = host.parse::<Authority>().is_ok();
                let value = HeaderValue::from_str(host).ok().filter(|_| is_authority);
                value.ok_or_else(|| format!("came {host:?}, expected a host, or host:port"))
            })?,
        };
        let ca = table.text("ca")?;
        if scheme == Scheme::HTTPS && ca.is_none() {
            return Err(table.missing("ca", "a PEM file with authorities, since `url` is https"));
        }
        let choices = [
            ("bearer", Credentials::Bearer),
            ("keep", Credentials::Keep),
            ("remove", Credentials::Remove),
        ];
        let credentials = table.choice("credentials", &choices)?;
        let protocol = table.choice("protocol", &[("http1", false), ("http2", true)])?;
        let is_http2 = protocol.is_some_and(|protocol| protocol.value);
        if is_http2 && host.as_bytes() != authority.as_str().as_bytes() {
            return Err(table.refuse("`host` is for HTTP/1.1; HTTP/2 sends the authority of `url`"));
        }
        let connect_time = table.seconds("connect_seconds", 1..=60)?;
        let response_time = table.seconds("response_seconds", 1..=3600)?;
        table.finish()?;
        Ok(Self {
            url,
            scheme,
            authority,
            host,
            is_http2,
            ca,
            credentials: credentials.map_or(Credentials::Remove, |choice| choice.value),
            connect_time: connect_time.map_or(Duration::from_secs(5), |time| time.value),
            response_time: response_time.map_or(Duration::from_secs(60), |time| time.value),
        })
    }
}

fn origin(url: &str) -> Result<(Scheme, Authority), String> {
    let expected =
        || format!("came {url:?}, expected http://host:port or https://host:port without a path");
    let parts = url.parse::<Uri>().map_err(|_| expected())?.into_parts();
    let path = parts.path_and_query.map(|path| path.to_string());
    let (Some(scheme), Some(authority), None | Some("/")) =
        (parts.scheme, parts.authority, path.as_deref())
    else {
        return Err(expected());
    };
    let is_http = scheme == Scheme::HTTP || scheme == Scheme::HTTPS;
    if !is_http || authority.as_str().contains('@') {
        return Err(expected());
    }
    Ok((scheme, authority))
}
