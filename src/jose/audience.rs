//! The `aud` claim (RFC 7519 section 4.1.3).

use std::fmt;

use serde::de::{Deserialize, Deserializer, SeqAccess, Visitor};

/// One or more texts: a string, or an array of strings.
#[derive(Debug)]
pub(crate) struct Audience(Vec<String>);

impl Audience {
    /// Whether a value is `expected`, byte for byte.
    pub(crate) fn contains(&self, expected: &str) -> bool {
        self.0.iter().any(|each| each == expected)
    }

    pub(crate) fn into_values(self) -> Vec<String> {
        self.0
    }

    /// The only value, as RFC 10070 section 3 requires.
    pub(crate) fn sole(&self) -> Option<&str> {
        match self.0.as_slice() {
            [sole] => Some(sole),
            _ => None,
        }
    }
}

/// The values, separated by spaces.
impl fmt::Display for Audience {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join(" "))
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Texts).map(Self)
    }
}

struct Texts;

impl<'de> Visitor<'de> for Texts {
    type Value = Vec<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string or an array of strings")
    }

    fn visit_str<E>(self, text: &str) -> Result<Vec<String>, E> {
        Ok(vec![text.to_owned()])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Vec<String>, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = sequence.next_element()? {
            texts.push(text);
        }
        Ok(texts)
    }
}
