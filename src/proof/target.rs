//! The target URI of a request as the client saw it, in the normal form in which `htu` is compared
//! (RFC 9449 section 4.3; RFC 3986 sections 6.2.2 and 6.2.3; RFC 9110 section 4.2).
//!
//! No WHATWG parser: it trims, turns `\` into `/`, guesses missing slashes and maps names, so two
//! different texts would compare as one.

use std::borrow::Cow;
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Why a text is no `http` URI that could name a protected resource.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum UriError {
    /// A character outside RFC 3986, or more than 8192 of them.
    #[error("it has characters that no URI has, or more than 8192 of them")]
    Characters,
    /// No name, an address in an odd form, a trailing dot, or a non-ASCII name.
    #[error("its host is not a name or address in plain form")]
    Host,
    /// Not `scheme://authority/path`.
    #[error("it is not an absolute URI")]
    NotAbsolute,
    /// A `%` without two hexadecimal digits.
    #[error("it has a `%` without two hexadecimal digits")]
    PercentEncoding,
    /// Not a number from 1 to 65535.
    #[error("its port is not a number from 1 to 65535")]
    Port,
    /// Neither `https` nor `http`.
    #[error("its scheme is neither https nor http")]
    Scheme,
    /// A name or password before the host (RFC 9110 section 4.2.4).
    #[error("it has user information")]
    UserInfo,
}

/// `scheme://host[:port]/path` in normal form; query and fragment are gone.
///
/// ```
/// use sender_constraint::proof::NormalUri;
///
/// let normal = NormalUri::parse("HTTPS://Api.Example.com:443/%7euser/./a?x=1#f")?;
/// assert_eq!(normal.as_str(), "https://api.example.com/~user/a");
/// # Ok::<(), sender_constraint::proof::UriError>(())
/// ```
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct NormalUri {
    text: String,
    /// Where the path begins.
    path: usize,
}

impl NormalUri {
    /// Brings `uri` into normal form.
    ///
    /// # Errors
    ///
    /// [`UriError`] for whatever is not an absolute `http` or `https` URI of RFC 3986, and for forms that
    /// are legal but never legitimate here: user information, zone identifiers, octal addresses.
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

impl fmt::Display for NormalUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl fmt::Debug for NormalUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, formatter)
    }
}

/// Host in normal form and port, if any, of an authority (also that of a `Host` header).
pub(super) fn authority_parts(authority: &str) -> Result<(String, Option<u16>), UriError> {
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

fn normal_host(host: &str) -> Result<String, UriError> {
    if let Some(literal) = host.strip_prefix('[') {
        let address = literal.strip_suffix(']').ok_or(UriError::Host)?;
        let address: Ipv6Addr = address.parse().map_err(|_| UriError::Host)?;
        return Ok(format!("[{address}]"));
    }
    let host = decode_unreserved(host)?.to_ascii_lowercase();
    if host.split('.').next_back().is_some_and(is_numeric_label) {
        let address: Ipv4Addr = host.parse().map_err(|_| UriError::Host)?;
        return Ok(address.to_string());
    }
    if host.split('.').all(is_label) {
        Ok(host)
    } else {
        Err(UriError::Host)
    }
}

/// A last label of this form makes the host an IPv4 address, in whatever notation.
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

/// Percent-encoding in normal form, then no dot segments, then never empty.
pub(super) fn normal_path(path: &str) -> Result<Cow<'_, str>, UriError> {
    let path = decode_unreserved(path)?;
    if path.is_empty() {
        return Ok(Cow::Borrowed("/"));
    }
    if !path.split('/').any(is_dot_segment) {
        return Ok(path);
    }
    Ok(Cow::Owned(without_dot_segments(&path)))
}

/// Whether the path, once decoded, has a segment `.` or `..`.
pub(super) fn has_dot_segment(path: &str) -> Result<bool, UriError> {
    Ok(decode_unreserved(path)?.split('/').any(is_dot_segment))
}

fn is_dot_segment(segment: &str) -> bool {
    segment == "." || segment == ".."
}

/// RFC 3986 section 5.2.4, for a path that begins with `/`.
fn without_dot_segments(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            other => {
                kept.push(other);
                continue;
            }
        }
        if last {
            kept.push("");
        }
    }
    format!("/{}", kept.join("/"))
}

/// Decodes percent-encoded unreserved octets, writes the others in capitals; once, never twice.
fn decode_unreserved(text: &str) -> Result<Cow<'_, str>, UriError> {
    if !text.contains('%') {
        return Ok(Cow::Borrowed(text));
    }
    let mut pieces = text.split('%');
    let mut normal = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2).ok_or(UriError::PercentEncoding)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(UriError::PercentEncoding);
        }
        let octet = u8::from_str_radix(digits, 16).map_err(|_| UriError::PercentEncoding)?;
        if is_unreserved(octet) {
            normal.push(char::from(octet));
        } else {
            normal.push('%');
            normal.push_str(&digits.to_ascii_uppercase());
        }
        normal.push_str(rest);
    }
    Ok(Cow::Owned(normal))
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Unreserved, reserved, and `%` (RFC 3986 section 2).
pub(super) const fn is_uri_byte(byte: u8) -> bool {
    is_unreserved(byte)
        || matches!(
            byte,
            b'%' | b':'
                | b'/'
                | b'?'
                | b'#'
                | b'['
                | b']'
                | b'@'
                | b'!'
                | b'$'
                | b'&'
                | b'\''
                | b'('
                | b')'
                | b'*'
                | b'+'
                | b','
                | b';'
                | b'='
        )
}

const MAX_BYTES: usize = 8192;
