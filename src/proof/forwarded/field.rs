//! A field that a proxy writes: once, and no longer than the limit.

use http::HeaderMap;

use super::error::ForwardedError;

/// The name of a field, as texts and as `http` have it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Field(pub(super) &'static str);

impl Field {
    pub(super) const FORWARDED: Self = Self("Forwarded");
    pub(super) const HOST: Self = Self("X-Forwarded-Host");
    pub(super) const PORT: Self = Self("X-Forwarded-Port");
    pub(super) const PREFIX: Self = Self("X-Forwarded-Prefix");
    pub(super) const PROTO: Self = Self("X-Forwarded-Proto");
    pub(super) const ALL: [Self; 5] = [
        Self::FORWARDED,
        Self::HOST,
        Self::PORT,
        Self::PREFIX,
        Self::PROTO,
    ];

    /// The value without surrounding whitespace; `None` if there is no such field.
    pub(super) fn read(self, headers: &HeaderMap) -> Result<Option<&str>, ForwardedError> {
        let Self(field) = self;
        let mut lines = headers.get_all(field).iter();
        let Some(value) = lines.next() else {
            return Ok(None);
        };
        if lines.next().is_some() {
            return Err(ForwardedError::Repeated { field });
        }
        if value.len() > MAX_BYTES {
            return Err(ForwardedError::TooLong {
                field,
                length: value.len(),
                limit: MAX_BYTES,
            });
        }
        let text = value
            .to_str()
            .map_err(|_| ForwardedError::Syntax { field })?;
        Ok(Some(text.trim_matches(is_whitespace)))
    }

    /// The value of a field that must be there.
    pub(super) fn require(self, headers: &HeaderMap) -> Result<&str, ForwardedError> {
        let value = self.read(headers)?;
        value.ok_or_else(|| ForwardedError::Missing {
            field: self.0,
            other_family: self.present_of_other_family(headers),
        })
    }

    /// Only for the text of an error: the field may be the client's.
    fn present_of_other_family(self, headers: &HeaderMap) -> Option<&'static str> {
        let is_other = |field: &Self| (*field == Self::FORWARDED) != (self == Self::FORWARDED);
        let mut others = Self::ALL.into_iter().filter(is_other);
        let present = others.find(|field| headers.contains_key(field.0));
        present.map(|field| field.0)
    }

    /// The first element of a list that has this many (RFC 9110 section 5.6.1).
    pub(super) fn first_of(self, list: &str, expected: usize) -> Result<&str, ForwardedError> {
        let mut elements = list
            .split(',')
            .map(|element| element.trim_matches(is_whitespace));
        let first = elements.next().unwrap_or_default();
        self.count(1 + elements.count(), expected)?;
        Ok(first)
    }

    pub(super) fn count(self, found: usize, expected: usize) -> Result<(), ForwardedError> {
        if found == expected {
            return Ok(());
        }
        Err(ForwardedError::Elements {
            field: self.0,
            found,
            expected,
        })
    }
}

pub(super) const fn is_whitespace(character: char) -> bool {
    matches!(character, ' ' | '\t')
}

const MAX_BYTES: usize = 4096;
