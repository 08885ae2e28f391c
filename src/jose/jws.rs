//! Compact serialization (RFC 7515 section 7.1): three parts of base64url, and the header members that every JWS has in
//! common.

use std::borrow::Cow;

/// A text with the structure of a compact JWS; nothing is verified.
///
/// Only the signature is known to be within the base64url alphabet: the other parts are decoded by their readers, and
/// decoding refuses other characters. Therefore no character is checked twice.
#[derive(Clone, Copy)]
pub(crate) struct Compact<'a> {
    text: &'a [u8],
    /// The positions of the first and the second dot.
    dots: (usize, usize),
}

impl<'a> Compact<'a> {
    /// Refuses other characters and another number of parts: JWE (five parts), JSON serialization, two values joined by
    /// a proxy.
    pub(crate) fn parse(text: &'a [u8]) -> Option<Self> {
        let mut dots = memchr::memchr_iter(b'.', text);
        let compact = Self {
            text,
            dots: (dots.next()?, dots.next()?),
        };
        let has_parts = !compact.header().is_empty() && !compact.payload().is_empty();
        // This also refuses a third dot, which is not base64url.
        let signature = compact.signature();
        (has_parts && !signature.is_empty() && are_base64url(signature)).then_some(compact)
    }

    /// The first part, encoded.
    pub(crate) fn header(&self) -> &'a [u8] {
        self.text.get(..self.dots.0).unwrap_or_default()
    }

    /// The second part, encoded.
    pub(crate) fn payload(&self) -> &'a [u8] {
        self.text
            .get(self.dots.0 + 1..self.dots.1)
            .unwrap_or_default()
    }

    /// The third part, encoded.
    pub(crate) fn signature(&self) -> &'a [u8] {
        self.text.get(self.dots.1 + 1..).unwrap_or_default()
    }

    /// The signing input (RFC 7515 section 5.2 step 8).
    pub(crate) fn signing_input(&self) -> &'a [u8] {
        self.text.get(..self.dots.1).unwrap_or_default()
    }
}

/// Checks every byte instead of stopping at the first invalid one: compilers vectorize this.
fn are_base64url(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .fold(true, |all, byte| all & is_base64url(*byte))
}

/// Without branches, for the same reason.
const fn is_base64url(byte: u8) -> bool {
    let is_letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let is_digit = byte.wrapping_sub(b'0') < 10;
    is_letter | is_digit | (byte == b'-') | (byte == b'_')
}

/// Header members that change how a JWS is processed.
///
/// This crate supports no extension, so any `crit` names one that it does not understand (RFC 7515 section 4.1.11), and
/// `b64` other than true changes the payload (RFC 7797). `zip` belongs to JWE (RFC 7516 section 4.1.3), but a recipient
/// that decompresses the payload of a JWS would see other claims.
#[derive(Debug, Default)]
pub(crate) struct Critical {
    pub(crate) crit: bool,
    pub(crate) b64: Option<bool>,
    pub(crate) zip: bool,
}

impl Critical {
    pub(crate) fn is_empty(&self) -> bool {
        !self.crit && !self.zip && self.b64.unwrap_or(true)
    }
}

/// A `typ` header value, compared as a media type (RFC 7515 section 4.1.9).
#[derive(Debug)]
pub(crate) struct TypeName<'a>(pub(crate) &'a Cow<'a, str>);

impl TypeName<'_> {
    /// Compares without case; `application/` may be omitted.
    pub(crate) fn is(&self, expected: &str) -> bool {
        let prefix = self.0.get(..PREFIX.len());
        let name = match prefix {
            Some(prefix) if prefix.eq_ignore_ascii_case(PREFIX) => self.0.get(PREFIX.len()..),
            _ => Some(self.0.as_ref()),
        };
        name.is_some_and(|name| name.eq_ignore_ascii_case(expected))
    }
}

const PREFIX: &str = "application/";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jose_13_three_parts_of_base64url() {
        let compact = Compact::parse(b"YQ.Yg.Yw").expect("three parts");
        assert_eq!(compact.header(), b"YQ");
        assert_eq!(compact.payload(), b"Yg");
        assert_eq!(compact.signature(), b"Yw");
        assert_eq!(compact.signing_input(), b"YQ.Yg");
        for refused in [
            "",
            ".",
            "..",
            "a.b",
            "a.b.",
            ".b.c",
            "a..c",
            "a.b.c.d",
            "a.b.c.d.e",
            "a.b.c=",
            "a.b.c ",
            "a.b.c, a.b.c",
            "{\"a\":1}",
            "a.b.{",
            "a.b.\u{e9}",
        ] {
            assert!(Compact::parse(refused.as_bytes()).is_none(), "{refused}");
        }
    }

    #[test]
    fn typ_is_a_media_type() {
        let is = |text: &str| TypeName(&Cow::Borrowed(text)).is("at+jwt");
        assert!(
            is("at+jwt") && is("AT+JWT") && is("application/at+jwt") && is("Application/At+jwt")
        );
        for other in [
            "",
            "JWT",
            "application/",
            "x/at+jwt",
            "application/application/at+jwt",
            "at+jwt;x",
            "\u{e9}pplication/at+jwt",
        ] {
            assert!(!is(other), "{other}");
        }
    }
}
