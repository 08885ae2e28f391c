//! The target URI of a request as the client sent it, in the normal form in which `htu` is compared (RFC 9449 section
//! 4.3; RFC 3986 sections 6.2.2 and 6.2.3; RFC 9110 section 4.2).
//!
//! This is not a WHATWG parser: such a parser trims, turns `\` into `/`, adds missing slashes and maps names, so two
//! different texts would compare as equal.

use std::borrow::Cow;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::error::UriError;
use super::path::{decode_unreserved, is_uri_byte, normal_path};

/// `scheme://host[:port]/path` in normal form, without query and fragment.
///
/// ```
/// use sender_constraint::uri::NormalizedUri;
///
/// let normal = NormalizedUri::parse("HTTPS://Api.Example.com:443/%7euser/./a?x=1#f")?;
/// assert_eq!(normal.as_str(), "https://api.example.com/~user/a");
/// # Ok::<(), sender_constraint::uri::UriError>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct NormalizedUri {
    text: String,
    /// The index where the path begins.
    path: usize,
}

impl NormalizedUri {
    /// Parses and normalizes `uri`.
    ///
    /// # Errors
    ///
    /// [`UriError`] for anything but an absolute `http` or `https` URI of RFC 3986, and for forms that are valid but
    /// never legitimate here: user information, zone identifiers, octal addresses.
    pub fn parse(uri: &str) -> Result<Self, UriError> {
        if uri.len() > MAX_BYTES || !uri.bytes().all(is_uri_byte) {
            return Err(UriError::Characters);
        }
        let (scheme, rest) = uri.split_once("://").ok_or(UriError::NotAbsolute)?;
        let default_port = match scheme {
            _ if scheme.eq_ignore_ascii_case("https") => 443,
            _ if scheme.eq_ignore_ascii_case("http") => 80,
            _ => return Err(UriError::Scheme),
        };
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = authority_parts(authority)?;
        let mut text = format!("{}://{host}", scheme.to_ascii_lowercase());
        if let Some(port) = port.filter(|port| *port != default_port) {
            text.push_str(&format!(":{port}"));
        }
        let end = text.len();
        text.push_str(&normal_path(path)?);
        Ok(Self { text, path: end })
    }

    /// The whole URI.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.text.get(..self.path).unwrap_or_default()
    }

    /// The host without scheme and port; IPv6 addresses in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        let authority = self.origin().split_once("://").map_or("", |(_, rest)| rest);
        match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => host,
            _ => authority,
        }
    }

    /// The path; at least `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.text.get(self.path..).unwrap_or_default()
    }
}

impl fmt::Display for NormalizedUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl fmt::Debug for NormalizedUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, formatter)
    }
}

/// The host in normal form and the port, if any, of an authority (also of a `Host` header).
pub(super) fn authority_parts(authority: &str) -> Result<(Cow<'_, str>, Option<u16>), UriError> {
    if authority.contains('@') {
        return Err(UriError::UserInfo);
    }
    let end = match authority.strip_prefix('[') {
        Some(literal) => literal.find(']').ok_or(UriError::Host)? + 2,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at_checked(end).ok_or(UriError::Host)?;
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => None,
        None => return Err(UriError::Host),
        Some("") => None,
        Some(digits) => Some(normal_port(digits)?),
    };
    Ok((normal_host(host)?, port))
}

fn normal_port(digits: &str) -> Result<u16, UriError> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(UriError::Port);
    }
    match digits.parse() {
        Ok(0) | Err(_) => Err(UriError::Port),
        Ok(port) => Ok(port),
    }
}

fn normal_host(host: &str) -> Result<Cow<'_, str>, UriError> {
    if let Some(literal) = host.strip_prefix('[') {
        let address = literal.strip_suffix(']').ok_or(UriError::Host)?;
        let address: Ipv6Addr = address.parse().map_err(|_| UriError::Host)?;
        return Ok(Cow::Owned(format!("[{address}]")));
    }
    let mut host = decode_unreserved(host)?;
    if host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        host.to_mut().make_ascii_lowercase();
    }
    if host.split('.').next_back().is_some_and(is_numeric_label) {
        let address: Ipv4Addr = host.parse().map_err(|_| UriError::Host)?;
        return Ok(Cow::Owned(address.to_string()));
    }
    if host.split('.').all(is_label) {
        Ok(host)
    } else {
        Err(UriError::Host)
    }
}

/// A last label of this form makes the host an IPv4 address, in any notation.
fn is_numeric_label(label: &str) -> bool {
    label.starts_with("0x")
        || (!label.is_empty() && label.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_label(label: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !label.is_empty()
        && label.bytes().all(allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

const MAX_BYTES: usize = 8192;
