//! Texts of a token as values of header fields.

use http::{HeaderValue, StatusCode};

use crate::log_limit::limited;

/// The text with everything but printable ASCII percent-encoded, and `%` itself, so that it can be decoded: a subject is
/// any text, and must not become two fields, or another subject.
///
/// # Errors
///
/// 500 if it has more than [`MAX_BYTES`].
pub(super) fn encoded(text: &str) -> Result<HeaderValue, StatusCode> {
    let mut value = String::with_capacity(text.len());
    let last = text.len().saturating_sub(1);
    for (index, byte) in text.bytes().enumerate() {
        // A space at either end would be lost.
        let is_outer_space = byte == b' ' && (index == 0 || index == last);
        if (b' '..=b'~').contains(&byte) && byte != b'%' && !is_outer_space {
            value.push(char::from(byte));
        } else {
            value.push_str(&format!("%{byte:02X}"));
        }
    }
    if value.len() > MAX_BYTES {
        let (length, limit) = (value.len(), MAX_BYTES);
        limited!(
            error,
            length,
            limit,
            "a claim is too long for a header field"
        );
        return Err(StatusCode::INTERNAL_SERVER_ERROR);
    }
    HeaderValue::from_str(&value).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

const MAX_BYTES: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thr_49_values_cannot_end_a_field() {
        for (text, expected) in [
            ("alice", "alice"),
            ("read write", "read write"),
            ("a\r\nX-Auth-Subject: root", "a%0D%0AX-Auth-Subject: root"),
            ("100%", "100%25"),
            ("zo\u{eb}", "zo%C3%AB"),
            (" a ", "%20a%20"),
            ("\u{0}", "%00"),
            ("", ""),
        ] {
            assert_eq!(encoded(text).unwrap(), expected, "{text:?}");
        }
    }

    #[test]
    fn values_have_a_limit() {
        assert!(encoded(&"a".repeat(MAX_BYTES)).is_ok());
        let refused = encoded(&"a".repeat(MAX_BYTES + 1));
        assert_eq!(refused, Err(StatusCode::INTERNAL_SERVER_ERROR));
    }
}
