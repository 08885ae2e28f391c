//! The host that a request names (RFC 9110 section 7.2). It is not trusted, because the origins are configured, but it
//! must be well-formed.

use std::borrow::Cow;

use http::header::HOST;
use http::request::Parts;
use http::{Uri, Version};

use super::normalized::authority_parts;
use super::origin::Origin;
use super::path::{decode_unreserved, is_unreserved, is_uri_byte};
use super::request_error::RequestError;

/// Checks the host of a request that is not selected by it.
pub(super) fn check_authority(
    head: &Parts,
    uri: &Uri,
    origin: &Origin,
) -> Result<(), RequestError> {
    let mut hosts = head.headers.get_all(HOST).iter();
    let (host, repeated) = (hosts.next(), hosts.next().is_some());
    if uri.authority().is_none() && !repeated && host.is_some_and(|host| host == origin.authority())
    {
        // The usual case: written as configured.
        return Ok(());
    }
    named_authority(head, uri, Conflicts::RefusedInHttp2).map(drop)
}

/// The host that the request names: in its target, which takes precedence (RFC 9112 section 3.2.2), or in `Host`.
///
/// A host with a character that ends it early would change the path, and two different hosts could be read differently
/// by two components (RFC 9113 section 8.3.1).
pub(super) fn named_authority<'a>(
    head: &'a Parts,
    uri: &'a Uri,
    conflicts: Conflicts,
) -> Result<Option<Named<'a>>, RequestError> {
    let mut hosts = head.headers.get_all(HOST).iter();
    let (host, repeated) = (hosts.next(), hosts.next().is_some());
    let authority = uri
        .authority()
        .map(|authority| Named::parse(authority.as_str()));
    let authority = authority.transpose()?;
    let Some(host) = host else {
        return Ok(authority);
    };
    if repeated {
        return Err(RequestError::RepeatedHost);
    }
    let host = host.to_str().map_err(|_| RequestError::IllegalHost)?;
    if host.is_empty() {
        return Ok(authority);
    }
    let default_port = if uri.scheme_str() == Some("http") {
        80
    } else {
        443
    };
    let host = Named::parse(host)?;
    let conflict = authority
        .as_ref()
        .is_some_and(|authority| !authority.is_same(&host, default_port));
    let is_refused = conflicts == Conflicts::Refused || head.version >= Version::HTTP_2;
    if conflict && is_refused {
        return Err(RequestError::HostConflict);
    }
    Ok(Some(authority.unwrap_or(host)))
}

/// Whether a request may name one host in its target and another one in `Host`.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Conflicts {
    /// The host selects an origin, and the service may read `Host`.
    Refused,
    /// HTTP/1.1 has a rule for them (RFC 9112 section 3.2.2).
    RefusedInHttp2,
}

/// A valid authority without user information.
pub(super) struct Named<'a> {
    pub(super) text: &'a str,
    /// Host and port in normal form, if the host has one.
    pub(super) normal: Option<(Cow<'a, str>, Option<u16>)>,
}

impl<'a> Named<'a> {
    fn parse(text: &'a str) -> Result<Self, RequestError> {
        let ends_it = |byte| matches!(byte, b'/' | b'?' | b'#');
        if !text.bytes().all(|byte| is_uri_byte(byte) && !ends_it(byte)) {
            return Err(RequestError::IllegalHost);
        }
        let normal = authority_parts(text).ok();
        if normal.is_none() && !is_unusual(text) {
            return Err(RequestError::IllegalHost);
        }
        Ok(Self { text, normal })
    }

    /// Compares normal forms; the text, if one of them has none.
    fn is_same(&self, other: &Self, default_port: u16) -> bool {
        let explicit = |port: &Option<u16>| port.unwrap_or(default_port);
        match (&self.normal, &other.normal) {
            (Some((host, port)), Some((other_host, other_port))) => {
                host == other_host && explicit(port) == explicit(other_port)
            }
            _ => self.text.eq_ignore_ascii_case(other.text),
        }
    }
}

/// Host and port in normal form of a text that a proxy wrote. Stricter than for `Host`: no percent-encoding.
pub(crate) fn host_and_port(text: &str) -> Option<(Cow<'_, str>, Option<u16>)> {
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    if !text.bytes().all(is_legal) {
        return None;
    }
    authority_parts(text).ok()
}

/// Whether the authority is valid but has no normal form here: its host ends with a dot, or has a zone identifier.
fn is_unusual(authority: &str) -> bool {
    let usual = without_zone(authority).or_else(|| without_dot(authority));
    usual.is_some_and(|usual| authority_parts(&usual).is_ok())
}

/// `[fe80::1]:443` for `[fe80::1%25eth0]:443`; also with the bare `%` that RFC 6874 section 3 tolerates.
fn without_zone(authority: &str) -> Option<String> {
    let (address, rest) = authority.strip_prefix('[')?.split_once('%')?;
    let (zone, port) = rest.split_once(']')?;
    let zone = zone.strip_prefix("25").unwrap_or(zone);
    let is_legal = !zone.is_empty()
        && zone.bytes().all(|byte| is_unreserved(byte) || byte == b'%')
        && decode_unreserved(zone).is_ok();
    is_legal.then(|| format!("[{address}]{port}"))
}

/// `rs.example.com:443` for `rs.example.com.:443`.
fn without_dot(authority: &str) -> Option<String> {
    let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
    Some(format!("{}{port}", host.strip_suffix('.')?))
}
