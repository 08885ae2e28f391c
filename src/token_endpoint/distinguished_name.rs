//! Distinguished names as text (RFC 4514 section 3), compared with the subject of a certificate.

use super::object_identifier::oid_of;
use crate::cert::Attribute;

/// The RDNs of a subject, in the order of a certificate: the reverse of the text's.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct DistinguishedName(Vec<Vec<Registered>>);

/// One attribute.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Registered {
    /// The value of an object identifier in DER.
    oid: Vec<u8>,
    value: Value,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Value {
    /// Written as `#` and hexadecimal digits: the value in DER.
    Der(Vec<u8>),
    Text(String),
}

impl DistinguishedName {
    /// Parses the text strictly: no spaces around separators, no empty value, no control character.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut rest = text.as_bytes();
        let mut rdns = vec![Vec::new()];
        loop {
            let (attribute, separator) = attribute(&mut rest)?;
            rdns.last_mut()?.push(attribute);
            match separator {
                Some(b',') => rdns.push(Vec::new()),
                Some(_) => {}
                None => break,
            }
        }
        rdns.reverse();
        Some(Self(rdns))
    }

    /// Whether the subject has these RDNs in this order, with equal values.
    ///
    /// Values are compared as they are, without the case folding of RFC 4518: no two subjects that an authority can
    /// distinguish are taken for one. The string type is ignored, since the text does not state it.
    pub(super) fn is(&self, subject: &[Vec<Attribute<'_>>]) -> bool {
        self.0.len() == subject.len()
            && self
                .0
                .iter()
                .zip(subject)
                .all(|(registered, found)| is_rdn(registered, found))
    }
}

impl Registered {
    fn is(&self, found: &Attribute<'_>) -> bool {
        let is_value = match &self.value {
            Value::Der(der) => der == found.der,
            Value::Text(text) => found.text == Some(text.as_str()),
        };
        is_value && self.oid == found.oid
    }
}

/// The attributes of an RDN are a set.
fn is_rdn(registered: &[Registered], found: &[Attribute<'_>]) -> bool {
    registered.len() == found.len()
        && registered
            .iter()
            .all(|one| found.iter().any(|other| one.is(other)))
        && found
            .iter()
            .all(|one| registered.iter().any(|other| other.is(one)))
}

/// One attribute, and the separator behind it.
fn attribute(rest: &mut &[u8]) -> Option<(Registered, Option<u8>)> {
    let at = rest.iter().position(|byte| *byte == b'=')?;
    let (name, value) = rest.split_at_checked(at)?;
    let oid = oid_of(str::from_utf8(name).ok()?)?;
    *rest = value.get(1..)?;
    let value = if rest.first() == Some(&b'#') {
        Value::Der(hexadecimal(rest)?)
    } else {
        Value::Text(string(rest)?)
    };
    let separator = match rest.split_first() {
        Some((separator @ (b',' | b'+'), after)) => {
            *rest = after;
            Some(*separator)
        }
        Some(_) => return None,
        None => None,
    };
    Some((Registered { oid, value }, separator))
}

fn hexadecimal(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let digits = rest.get(1..)?;
    let end = digits.iter().position(|byte| !byte.is_ascii_hexdigit());
    let (digits, after) = digits.split_at_checked(end.unwrap_or(digits.len()))?;
    let (pairs, odd) = digits.as_chunks::<2>();
    if pairs.is_empty() || !odd.is_empty() {
        return None;
    }
    *rest = after;
    pairs.iter().map(|pair| pair_of(*pair)).collect()
}

/// A value up to the next separator, without its escapes. A space at either end must be escaped.
fn string(rest: &mut &[u8]) -> Option<String> {
    let mut value = Vec::new();
    let mut ends_with_space = false;
    while let Some((byte, mut after)) = rest.split_first() {
        let next = match byte {
            b',' | b'+' => break,
            b'\\' => escaped(&mut after)?,
            b' ' if value.is_empty() => return None,
            b'"' | b';' | b'<' | b'>' => return None,
            byte => *byte,
        };
        ends_with_space = *byte == b' ';
        value.push(next);
        *rest = after;
    }
    let value = String::from_utf8(value).ok()?;
    let is_usable = !value.is_empty() && !ends_with_space && !value.chars().any(char::is_control);
    is_usable.then_some(value)
}

/// One escaped character, or one escaped byte.
fn escaped(rest: &mut &[u8]) -> Option<u8> {
    let (first, after) = rest.split_first()?;
    if b" #=\"+,;<>\\".contains(first) {
        *rest = after;
        return Some(*first);
    }
    let (second, after) = after.split_first()?;
    *rest = after;
    pair_of([*first, *second])
}

fn pair_of(pair: [u8; 2]) -> Option<u8> {
    let digits = str::from_utf8(&pair).ok()?;
    let is_hexadecimal = pair.iter().all(u8::is_ascii_hexdigit);
    u8::from_str_radix(digits, 16)
        .ok()
        .filter(|_| is_hexadecimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Option<Vec<Vec<String>>> {
        let text_of = |each: &Registered| match &each.value {
            Value::Der(der) => format!("#{der:02x?}"),
            Value::Text(text) => text.clone(),
        };
        let DistinguishedName(rdns) = DistinguishedName::parse(text)?;
        let rdns = rdns.iter();
        Some(rdns.map(|rdn| rdn.iter().map(text_of).collect()).collect())
    }

    /// RFC 4514 section 4, in the order of a certificate.
    #[test]
    fn cau_20_the_examples_of_rfc_4514() {
        for (text, expected) in [
            (
                "UID=jsmith,DC=example,DC=net",
                vec![vec!["net"], vec!["example"], vec!["jsmith"]],
            ),
            (
                "OU=Sales+CN=J.  Smith,DC=example,DC=net",
                vec![vec!["net"], vec!["example"], vec!["Sales", "J.  Smith"]],
            ),
            (
                r#"CN=James \"Jim\" Smith\, III,DC=example,DC=net"#,
                vec![
                    vec!["net"],
                    vec!["example"],
                    vec![r#"James "Jim" Smith, III"#],
                ],
            ),
            (
                "1.3.6.1.4.1.1466.0=#04024869",
                vec![vec!["#[04, 02, 48, 69]"]],
            ),
            (r"CN=Lu\C4\8Di\C4\87", vec![vec!["Lu\u{10d}i\u{107}"]]),
            (r"CN=\ a\ ", vec![vec![" a "]]),
            (r"CN=\#1", vec![vec!["#1"]]),
            ("CN=a=b", vec![vec!["a=b"]]),
        ] {
            let expected: Vec<Vec<_>> = expected
                .into_iter()
                .map(|rdn| rdn.into_iter().map(str::to_owned).collect())
                .collect();
            assert_eq!(values(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn cau_20_other_texts_are_refused() {
        for text in [
            "",
            "CN",
            "CN=",
            "=a",
            "CN=a,",
            ",CN=a",
            "CN=a, O=b",
            "CN=a ,O=b",
            "CN= a",
            "CN=a ",
            "CN=a+",
            "CN=a;O=b",
            "CN=\"a\"",
            "CN=<a>",
            r"CN=a\",
            r"CN=a\0",
            r"CN=a\zz",
            r"CN=\00",
            r"CN=a\0Ab",
            r"CN=\FF",
            "CN=a\0b",
            "CN=#",
            "CN=#1",
            "CN=#0g",
            "CN=#04024869x",
            "XY=a",
            "emailAddress=a",
            "3.1=a",
            "1.40=a",
            "1=a",
            "1..2=a",
            "01.2=a",
            "1.2.99999999999999999999=a",
        ] {
            assert_eq!(values(text), None, "{text}");
        }
    }
}
