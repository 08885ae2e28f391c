//! Paths and percent-encoding in normal form (RFC 3986 sections 5.2.4 and 6.2.2).

use std::borrow::Cow;

use super::error::UriError;

/// Normalizes percent-encoding, then removes dot segments; the result is never empty.
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

/// Decodes percent-encoded unreserved octets, and writes other percent-encodings with upper-case digits; a single pass.
pub(super) fn decode_unreserved(text: &str) -> Result<Cow<'_, str>, UriError> {
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

/// RFC 3986 section 2.3.
pub(super) const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

/// Unreserved, reserved, and `%` (RFC 3986 section 2).
pub(super) fn is_uri_byte(byte: u8) -> bool {
    URI_BYTES
        .get(usize::from(byte))
        .is_some_and(|is_one| *is_one)
}

/// A lookup table, because every byte of every path is checked.
#[expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    reason = "below 128, in a constant"
)]
const URI_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = is_listed_uri_byte(byte as u8);
        byte += 1;
    }
    table
};

const fn is_listed_uri_byte(byte: u8) -> bool {
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
