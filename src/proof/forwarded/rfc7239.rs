//! The grammar of `Forwarded` (RFC 7239 section 4). Empty elements and parameters, which senders have no use for, are
//! refused.

use super::error::ForwardedError;
use super::field::{Field, is_whitespace};

/// One proxy's element. `for`, `by` and extensions are skipped.
#[derive(Debug, Default)]
pub(super) struct Element<'a> {
    pub(super) host: Option<&'a str>,
    pub(super) proto: Option<&'a str>,
    node: Option<&'a str>,
    interface: Option<&'a str>,
}

impl<'a> Element<'a> {
    fn set(&mut self, name: &str, value: &'a str) -> Result<(), ForwardedError> {
        let (name, place) = match name.to_ascii_lowercase().as_str() {
            "by" => ("by", &mut self.interface),
            "for" => ("for", &mut self.node),
            "host" => ("host", &mut self.host),
            "proto" => ("proto", &mut self.proto),
            _ => return Ok(()),
        };
        match place.replace(value) {
            None => Ok(()),
            Some(_) => Err(ForwardedError::Duplicate(name)),
        }
    }
}

/// All elements of a field.
pub(super) fn elements(value: &str) -> Result<Vec<Element<'_>>, ForwardedError> {
    let mut input = Input(value);
    let mut elements = Vec::with_capacity(1);
    loop {
        elements.push(input.element()?);
        input.0 = input.0.trim_start_matches(is_whitespace);
        if input.0.is_empty() {
            return Ok(elements);
        }
        input.skip(',')?;
        input.0 = input.0.trim_start_matches(is_whitespace);
    }
}

/// The rest of the input.
struct Input<'a>(&'a str);

impl<'a> Input<'a> {
    fn element(&mut self) -> Result<Element<'a>, ForwardedError> {
        let mut element = Element::default();
        loop {
            let name = self.token()?;
            self.skip('=')?;
            let value = match self.skip('"') {
                Ok(()) => self.quoted()?,
                Err(_) => self.token()?,
            };
            element.set(name, value)?;
            if self.skip(';').is_err() {
                return Ok(element);
            }
        }
    }

    /// RFC 9110 section 5.6.2.
    fn token(&mut self) -> Result<&'a str, ForwardedError> {
        let is_legal =
            |each: char| each.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(each);
        match self.take(is_legal) {
            "" => Err(SYNTAX),
            token => Ok(token),
        }
    }

    /// Reads up to the closing quote, and keeps escapes: no host and no scheme has any.
    fn quoted(&mut self) -> Result<&'a str, ForwardedError> {
        let mut is_escaped = false;
        let value = self.take(|each| {
            let closes = each == '"' && !is_escaped;
            is_escaped = each == '\\' && !is_escaped;
            !closes
        });
        self.skip('"')?;
        Ok(value)
    }

    fn take(&mut self, mut belongs: impl FnMut(char) -> bool) -> &'a str {
        let end = self.0.find(|each| !belongs(each));
        let (taken, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest;
        taken
    }

    fn skip(&mut self, expected: char) -> Result<(), ForwardedError> {
        self.0 = self.0.strip_prefix(expected).ok_or(SYNTAX)?;
        Ok(())
    }
}

const SYNTAX: ForwardedError = ForwardedError::Syntax {
    field: Field::FORWARDED.0,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dpop_23_grammar_of_forwarded() {
        let hosts = |text: &'static str| {
            let elements = elements(text).ok()?;
            Some(elements.iter().map(|each| each.host).collect::<Vec<_>>())
        };
        for (text, expected) in [
            ("host=a", vec![Some("a")]),
            ("For=1.2.3.4;HOST=a;Proto=https", vec![Some("a")]),
            (r#"for="[::1]:80";host="a:80""#, vec![Some("a:80")]),
            ("host=a, for=b ,\thost=c", vec![Some("a"), None, Some("c")]),
            (r#"for="a\",host=b";host=c"#, vec![Some("c")]),
            (r#"for="a\\";host=c"#, vec![Some("c")]),
            (r#"for="a,host=b;host=c""#, vec![None]),
            ("secret=x;secret=y", vec![None]),
            (r#"host="""#, vec![Some("")]),
        ] {
            assert_eq!(hosts(text), Some(expected), "{text}");
        }
        for text in [
            "",
            ",",
            ";",
            "host",
            "host=",
            "=a",
            "host=a;",
            ";host=a",
            "host=a,",
            ",host=a",
            "host=a,,host=b",
            "host =a",
            "host= a",
            "host=a; proto=https",
            "host=a b",
            "host=a:80",
            "host=[::1]",
            "host=a/b",
            r#"host="a"#,
            r#"host="a\""#,
            r#"host="a"b"#,
            r#"host=a"b""#,
            "host=a;host=b",
            r#"host="a";HOST="a""#,
            "proto=http;proto=https",
            "for=a;for=b",
            "by=a;by=b",
        ] {
            assert_eq!(hosts(text), None, "{text}");
        }
    }
}
