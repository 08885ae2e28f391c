//! Parses plain JSON, which is what libraries send in proofs, without the cost of the full parser.
//!
//! Plain JSON is an object of strings, integers and such objects, in ASCII without escapes or whitespace. For any other
//! text the caller uses the full parser, which is authoritative.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde::forward_to_deserialize_any;

/// The rest of a text without escapes, control characters and non-ASCII characters: every quotation mark begins or ends
/// a string.
pub(super) struct Plain<'de>(&'de str);

/// The text is not plain, or does not match the visitor; the full parser determines which.
#[derive(Debug)]
pub(super) struct NotPlain;

impl<'de> Plain<'de> {
    pub(super) fn new(text: &'de [u8]) -> Option<Self> {
        // Checks every byte, because compilers vectorize this.
        let is_plain = |byte: &u8| byte.wrapping_sub(b' ') < 0x5f && *byte != b'\\';
        let are_plain = text.iter().fold(true, |all, byte| all & is_plain(byte));
        let text = std::str::from_utf8(text).ok().filter(|_| are_plain)?;
        Some(Self(text))
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    fn take(&mut self, start: &str) -> Result<(), NotPlain> {
        self.0 = self.0.strip_prefix(start).ok_or(NotPlain)?;
        Ok(())
    }

    /// Reads a string, and leaves what follows it.
    fn text(&mut self) -> Result<&'de str, NotPlain> {
        self.take("\"")?;
        let end = memchr::memchr(b'"', self.0.as_bytes()).ok_or(NotPlain)?;
        let (text, rest) = self.0.split_at_checked(end).ok_or(NotPlain)?;
        self.0 = rest;
        self.take("\"")?;
        Ok(text)
    }

    /// Reads an integer in its shortest form.
    fn number(&mut self) -> Result<u64, NotPlain> {
        let digits = self.0.bytes().take_while(u8::is_ascii_digit);
        let (length, number) = digits.fold((0, 0_u64), |(length, number), digit| {
            let number = number
                .wrapping_mul(10)
                .wrapping_add(u64::from(digit - b'0'));
            (length + 1, number)
        });
        let leads_with_zero = length > 1 && self.0.starts_with('0');
        let rest = self.0.get(length..).ok_or(NotPlain)?;
        // A fraction or an exponent may follow the digits.
        if leads_with_zero || length > MAX_DIGITS || !rest.starts_with([',', '}']) {
            return Err(NotPlain);
        }
        self.0 = rest;
        Ok(number)
    }
}

impl<'de> Deserializer<'de> for &mut Plain<'de> {
    type Error = NotPlain;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotPlain> {
        match self.0.as_bytes().first() {
            Some(b'"') => visitor.visit_borrowed_str(self.text()?),
            Some(b'0'..=b'9') => visitor.visit_u64(self.number()?),
            Some(b'{') => {
                self.take("{")?;
                visitor.visit_map(Members {
                    plain: self,
                    is_first: true,
                })
            }
            _ => Err(NotPlain),
        }
    }

    /// `RawValue` of `serde_json` uses this.
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _visitor: V,
    ) -> Result<V::Value, NotPlain> {
        Err(NotPlain)
    }

    /// Refuses every option: neither `null` nor an optional value is plain.
    fn deserialize_option<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, NotPlain> {
        Err(NotPlain)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

struct Members<'p, 'de> {
    plain: &'p mut Plain<'de>,
    is_first: bool,
}

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = NotPlain;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, NotPlain> {
        if self.plain.take("}").is_ok() {
            // serde reads no further member after the end.
            return Ok(None);
        }
        if !self.is_first {
            self.plain.take(",")?;
        }
        self.is_first = false;
        if !self.plain.0.starts_with('"') {
            return Err(NotPlain);
        }
        seed.deserialize(&mut *self.plain).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, NotPlain> {
        self.plain.take(":")?;
        seed.deserialize(&mut *self.plain)
    }
}

impl Error for NotPlain {
    fn custom<T: fmt::Display>(_message: T) -> Self {
        Self
    }
}

impl std::error::Error for NotPlain {}

impl fmt::Display for NotPlain {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not plain JSON")
    }
}

/// Fewer digits than can overflow 64 bits.
const MAX_DIGITS: usize = 18;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// Records what the visitors receive.
    fn read(text: &str) -> Option<Value> {
        let mut plain = Plain::new(text.as_bytes())?;
        let value = serde::Deserialize::deserialize(&mut plain).ok()?;
        plain.is_at_end().then_some(value)
    }

    #[test]
    fn reads_what_is_plain() {
        for text in [
            "{}",
            r#"{"":""}"#,
            r#"{"a":"b","n":0,"m":999999999999999999,"o":{"p":{"q":"r"}},"e":{}}"#,
        ] {
            assert_eq!(read(text), serde_json::from_str(text).ok(), "{text}");
            assert!(read(text).is_some(), "{text}");
        }
    }

    #[test]
    fn leaves_everything_else_to_the_full_reader() {
        for text in [
            "",
            "{",
            "}",
            "{}}",
            "{} ",
            " {}",
            r#"{"a" :"b"}"#,
            r#"{"a": "b"}"#,
            r#"{,"a":"b"}"#,
            r#"{"a":"b",}"#,
            r#"{"a":"b","#,
            r#"{"a":"b""c":"d"}"#,
            r#"{"a""b"}"#,
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{a:"b"}"#,
            r#"{1:"b"}"#,
            r#"{"a":"b}"#,
            r#"{"a":{"b":"c"}"#,
            r#"{"a":01}"#,
            r#"{"a":-1}"#,
            r#"{"a":+1}"#,
            r#"{"a":1.0}"#,
            r#"{"a":1e3}"#,
            r#"{"a":1"#,
            r#"{"a":1x}"#,
            r#"{"a":1234567890123456789}"#,
            r#"{"a":null}"#,
            r#"{"a":true}"#,
            r#"{"a":["b"]}"#,
            r#"{"a":"\u0062"}"#,
            "{\"a\":\"\u{e9}\"}",
            "{\"a\":\"\u{7f}\"}",
            "{\"a\":\"\t\"}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn raw_values_are_not_plain() {
        #[derive(serde::Deserialize)]
        struct Holder {
            #[serde(rename = "a")]
            _raw: Box<serde_json::value::RawValue>,
        }
        for text in [
            r#"{"a":{"$serde_json::private::RawValue":"{}"}}"#,
            r#"{"a":{}}"#,
        ] {
            let mut plain = Plain::new(text.as_bytes()).expect("plain characters");
            let holder: Result<Holder, _> = serde::Deserialize::deserialize(&mut plain);
            assert!(holder.is_err(), "{text}");
        }
    }

    /// Texts of objects in which everything is plain.
    fn plain_texts() -> impl Strategy<Value = String> {
        let value = prop_oneof![
            "[a-c {}:,]{0,3}".prop_map(|text| format!("\"{text}\"")),
            (0_u64..1_000_000_000_000_000_000).prop_map(|number| number.to_string()),
        ];
        let written = |members: Vec<(String, String)>| {
            let members = members
                .into_iter()
                .map(|(name, value)| format!("\"{name}\":{value}"));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        };
        value.prop_recursive(3, 12, 3, move |inner| {
            prop::collection::vec(("[a-c]{0,2}", inner), 0..4).prop_map(written)
        })
    }

    proptest! {
        #[test]
        fn reads_every_plain_object_as_the_full_reader_does(text in plain_texts()) {
            let object = format!("{{\"o\":{text}}}");
            let full: Option<Value> = serde_json::from_str(&object).ok();
            prop_assert!(full.is_some());
            prop_assert_eq!(read(&object), full);
        }

        #[test]
        fn whatever_it_reads_the_full_reader_reads_alike(
            text in plain_texts(),
            place in 0_usize..64,
            byte in proptest::sample::select(&b"\"{}:,01.-+eE \\nt[]"[..]),
            keep in any::<bool>(),
        ) {
            let mut object = format!("{{\"o\":{text}}}").into_bytes();
            let place = place % object.len();
            let end = if keep { place } else { place + 1 };
            object.splice(place..end, [byte]);
            let object = String::from_utf8_lossy(&object);
            if let Some(value) = read(&object) {
                prop_assert_eq!(Some(value), serde_json::from_str(&object).ok());
            }
        }
    }
}
