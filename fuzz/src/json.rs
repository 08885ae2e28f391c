//! What a JSON text says, read by `serde_json` alone: the reference for the strict reader.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// The object, if the text is one in which no object names a member twice.
pub(crate) fn strict_object(text: &str) -> Option<Value> {
    parse::<Unique>(text.as_bytes())?;
    parse(text.as_bytes()).filter(Value::is_object)
}

/// The value of a text that was accepted, and must be JSON; none if the value has no place for a number in it, such as
/// 1e999, which is harmless in a member that nobody reads.
pub(crate) fn parse_or_skip(text: &[u8]) -> Option<Value> {
    let value = parse(text);
    let is_json = value.is_some() || parse::<IgnoredAny>(text).is_some();
    assert!(is_json, "not JSON: {}", String::from_utf8_lossy(text));
    value
}

/// JSON of any depth.
pub(crate) fn parse<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Option<T> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    reader.disable_recursion_limit();
    let value = T::deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some(value)
}

/// JSON whose objects name each member once.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueVisitor)
    }
}

struct UniqueVisitor;

macro_rules! any_scalar {
    ($($visit:ident: $kind:ty),*) => {
        $(fn $visit<E>(self, _: $kind) -> Result<Unique, E> { Ok(Unique) })*
    };
}

impl<'de> Visitor<'de> for UniqueVisitor {
    type Value = Unique;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    any_scalar!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Unique, A::Error> {
        while items.next_element::<Unique>()?.is_some() {}
        Ok(Unique)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Unique, A::Error> {
        let mut names = BTreeSet::new();
        while let Some(name) = members.next_key::<String>()? {
            members.next_value::<Unique>()?;
            if !names.insert(name) {
                return Err(serde::de::Error::custom("a member occurs twice"));
            }
        }
        Ok(Unique)
    }
}
