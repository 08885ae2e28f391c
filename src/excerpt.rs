//! A short, escaped excerpt of untrusted text, safe for a log line.

use std::fmt;

/// At most 120 characters of untrusted text; control characters and quotes are escaped when it is displayed.
#[derive(Clone, Eq, PartialEq)]
pub struct Excerpt(Box<str>);

impl Excerpt {
    /// Keeps the beginning of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        match text.char_indices().nth(MAX_CHARS) {
            None => Self(text.into()),
            Some((end, _)) => {
                let kept = text.get(..end).unwrap_or_default();
                Self(format!("{kept}...").into())
            }
        }
    }

    /// The text as it came, not safe for a log.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.0)
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

const MAX_CHARS: usize = 120;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_short_and_escaped() {
        assert_eq!(Excerpt::new("a\r\nb\"").to_string(), r#""a\r\nb\"""#);
        assert_eq!(
            Excerpt::new(&"ä".repeat(120)).to_string().chars().count(),
            122
        );
        assert_eq!(
            Excerpt::new(&"ä".repeat(121)).to_string().chars().count(),
            125
        );
    }
}
