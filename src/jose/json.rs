//! Strict parsing of untrusted JSON objects: UTF-8, limited depth, and no repeated member at any level (RFC 7515
//! section 4, RFC 7519 section 4; RFC 8725 section 2.6 describes the risks of lenient parsers).

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use super::json_value::{JsonError, Skipped, Text, TextOrOther, record};
use super::plain::Plain;

/// An object with some known members.
pub(crate) trait Object<'de>: Default {
    /// Reads the value of `name` if the name is known; returns whether it was.
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error>;
}

/// Parses `text` as exactly one object.
pub(crate) fn parse<'de, O: Object<'de>>(text: &'de [u8]) -> Result<O, JsonError> {
    let fault = Cell::new(None);
    let mut json = serde_json::Deserializer::from_slice(text);
    let seed = ObjectSeed {
        depth: 1,
        fault: &fault,
        object: PhantomData,
    };
    seed.deserialize(&mut json)
        .and_then(|object| json.end().map(|()| object))
        .map_err(|error| match fault.take() {
            Some(fault) => fault,
            None if error.is_data() => JsonError::NotAnObject,
            None => JsonError::Syntax,
        })
}

/// Like [`parse`], with the same results, but faster for short texts in plain form. For texts that come with every
/// request.
pub(crate) fn parse_fast<'de, O: Object<'de>>(text: &'de [u8]) -> Result<O, JsonError> {
    // A long text that turns out not to be plain at its end would be parsed twice.
    let plain = if text.len() <= USUAL_BYTES {
        parse_plain(text)
    } else {
        None
    };
    plain.map_or_else(|| parse(text), Ok)
}

fn parse_plain<'de, O: Object<'de>>(text: &'de [u8]) -> Option<O> {
    let mut plain = Plain::new(text)?;
    let seed = ObjectSeed {
        depth: 1,
        fault: &Cell::new(None),
        object: PhantomData,
    };
    let object = seed.deserialize(&mut plain).ok()?;
    plain.is_at_end().then_some(object)
}

/// Passes the value of one member to an [`Object`].
pub(crate) struct Reader<'r, A> {
    map: &'r mut A,
    depth: u8,
    fault: &'r Cell<Option<JsonError>>,
}

impl<'de, A: MapAccess<'de>> Reader<'_, A> {
    /// Fills `slot`, which must still be empty.
    pub(crate) fn value<T: Deserialize<'de>>(
        &mut self,
        name: &'static str,
        slot: &mut Option<T>,
    ) -> Result<bool, A::Error> {
        self.ensure_first(name, slot)?;
        let value = self.map.next_value();
        *slot = Some(value.map_err(|error| record(self.fault, JsonError::WrongType(name), error))?);
        Ok(true)
    }

    /// Fills `slot`, which must still be empty, with a string; borrowed unless it has escapes.
    pub(crate) fn text(
        &mut self,
        name: &'static str,
        slot: &mut Option<Cow<'de, str>>,
    ) -> Result<bool, A::Error> {
        let mut text: Option<Text<'de>> = None;
        self.ensure_first(name, slot)?;
        self.value(name, &mut text)?;
        *slot = text.map(|Text(text)| text);
        Ok(true)
    }

    /// Like [`Reader::text`], but leaves the slot empty for a value of another type; `seen` records that the member was
    /// present.
    pub(crate) fn text_or_other(
        &mut self,
        name: &'static str,
        slot: &mut Option<Cow<'de, str>>,
        seen: &mut bool,
    ) -> Result<bool, A::Error> {
        self.ensure_first(name, &seen.then_some(()))?;
        *seen = true;
        *slot = self.map.next_value_seed(TextOrOther(Skipped {
            depth: self.depth + 1,
            fault: self.fault,
        }))?;
        Ok(true)
    }

    /// Fills `slot`, which must still be empty, with an inner object.
    pub(crate) fn object<O: Object<'de>>(
        &mut self,
        name: &'static str,
        slot: &mut Option<O>,
    ) -> Result<bool, A::Error> {
        self.ensure_first(name, slot)?;
        let value = self.map.next_value_seed(ObjectSeed {
            depth: self.depth + 1,
            fault: self.fault,
            object: PhantomData,
        });
        *slot = Some(value.map_err(|error| record(self.fault, JsonError::WrongType(name), error))?);
        Ok(true)
    }

    /// Records that the member is present, and skips its value.
    pub(crate) fn presence(
        &mut self,
        name: &'static str,
        seen: &mut bool,
    ) -> Result<bool, A::Error> {
        let mut slot = seen.then_some(());
        self.ensure_first(name, &slot)?;
        slot = Some(self.skip()?);
        *seen = slot.is_some();
        Ok(true)
    }

    fn skip(&mut self) -> Result<(), A::Error> {
        self.map.next_value_seed(Skipped {
            depth: self.depth + 1,
            fault: self.fault,
        })
    }

    fn ensure_first<T>(&self, name: &'static str, slot: &Option<T>) -> Result<(), A::Error> {
        if slot.is_some() {
            return Err(record(
                self.fault,
                JsonError::Repeated(name),
                A::Error::custom(""),
            ));
        }
        Ok(())
    }
}

struct ObjectSeed<'r, O> {
    depth: u8,
    fault: &'r Cell<Option<JsonError>>,
    object: PhantomData<O>,
}

impl<'de, O: Object<'de>> DeserializeSeed<'de> for ObjectSeed<'_, O> {
    type Value = O;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<O, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, O: Object<'de>> Visitor<'de> for ObjectSeed<'_, O> {
    type Value = O;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<O, A::Error> {
        let mut object = O::default();
        let mut others: Option<HashSet<_>> = None;
        while let Some(Text(name)) = map.next_key()? {
            let mut reader = Reader {
                map: &mut map,
                depth: self.depth,
                fault: self.fault,
            };
            if object.member(&name, &mut reader)? {
                continue;
            }
            reader.skip()?;
            if !others.get_or_insert_default().insert(name) {
                return Err(record(
                    self.fault,
                    JsonError::RepeatedOther,
                    A::Error::custom(""),
                ));
            }
        }
        Ok(object)
    }
}

/// Longer than a proof with an elliptic-curve key.
const USUAL_BYTES: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default)]
    struct Probe<'de> {
        a: Option<Cow<'de, str>>,
        n: Option<u64>,
        inner: Option<Inner>,
    }

    #[derive(Debug, Default)]
    struct Inner(Option<u64>);

    impl<'de> Object<'de> for Probe<'de> {
        fn member<A: MapAccess<'de>>(
            &mut self,
            name: &str,
            reader: &mut Reader<'_, A>,
        ) -> Result<bool, A::Error> {
            match name {
                "a" => reader.text("a", &mut self.a),
                "n" => reader.value("n", &mut self.n),
                "inner" => reader.object("inner", &mut self.inner),
                _ => Ok(false),
            }
        }
    }

    impl<'de> Object<'de> for Inner {
        fn member<A: MapAccess<'de>>(
            &mut self,
            name: &str,
            reader: &mut Reader<'_, A>,
        ) -> Result<bool, A::Error> {
            match name {
                "n" => reader.value("inner.n", &mut self.0),
                _ => Ok(false),
            }
        }
    }

    /// Both entry points return the same error.
    fn fault(text: &str) -> Option<JsonError> {
        let fault = parse::<Probe<'_>>(text.as_bytes()).err();
        let often = parse_fast::<Probe<'_>>(text.as_bytes());
        assert_eq!(often.err(), fault, "{text}");
        fault
    }

    #[test]
    fn dpop_14_no_member_twice() {
        assert_eq!(
            fault(r#"{"a":"x","n":1,"inner":{"n":2},"b":{"a":1},"c":[{"a":1}]}"#),
            None
        );
        assert_eq!(
            fault(r#"{"a":"x","a":"x"}"#),
            Some(JsonError::Repeated("a"))
        );
        assert_eq!(
            fault(r#"{"a":"x","\u0061":"x"}"#),
            Some(JsonError::Repeated("a"))
        );
        assert_eq!(
            fault(r#"{"inner":{"n":1,"n":1}}"#),
            Some(JsonError::Repeated("inner.n"))
        );
        assert_eq!(fault(r#"{"b":1,"b":1}"#), Some(JsonError::RepeatedOther));
        assert_eq!(
            fault(r#"{"b":{"c":1,"\u0063":1}}"#),
            Some(JsonError::RepeatedOther)
        );
        assert_eq!(
            fault(r#"{"b":[[{"c":1,"c":1}]]}"#),
            Some(JsonError::RepeatedOther)
        );
        assert_eq!(
            fault(r#"{"inner":{"x":1,"x":1}}"#),
            Some(JsonError::RepeatedOther)
        );
    }

    #[test]
    fn jose_14_depth_and_encoding_are_bounded() {
        let nested =
            |levels: usize| format!(r#"{{"b":{}1{}}}"#, "[".repeat(levels), "]".repeat(levels));
        assert_eq!(fault(&nested(30)), None);
        assert_eq!(fault(&nested(31)), Some(JsonError::TooDeep));
        assert_eq!(fault(&nested(100_000)), Some(JsonError::TooDeep));
        assert_eq!(
            parse::<Probe<'_>>(b"{\"a\":\"\xff\"}").err(),
            Some(JsonError::WrongType("a"))
        );
        assert_eq!(
            parse::<Probe<'_>>(b"{\0\"\0a\0").err(),
            Some(JsonError::Syntax)
        );
        assert_eq!(
            parse::<Probe<'_>>(b"\xef\xbb\xbf{}").err(),
            Some(JsonError::Syntax)
        );
    }

    #[test]
    fn wrong_types_are_named() {
        assert_eq!(fault(r#"{"n":"1"}"#), Some(JsonError::WrongType("n")));
        assert_eq!(fault(r#"{"a":1}"#), Some(JsonError::WrongType("a")));
        assert_eq!(
            fault(r#"{"inner":[]}"#),
            Some(JsonError::WrongType("inner"))
        );
        assert_eq!(
            fault(r#"{"inner":{"n":null}}"#),
            Some(JsonError::WrongType("inner.n"))
        );
        assert_eq!(fault("[]"), Some(JsonError::NotAnObject));
        assert_eq!(fault("\"{}\""), Some(JsonError::NotAnObject));
        assert_eq!(fault("{} {}"), Some(JsonError::Syntax));
        assert_eq!(fault("{"), Some(JsonError::Syntax));
        assert_eq!(fault(""), Some(JsonError::Syntax));
    }
}
