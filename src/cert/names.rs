//! The names in a certificate (RFC 5280 sections 4.1.2.6 and 4.2.1.6), for certificates whose chain was verified.
//!
//! Strict: a certificate with a name that can be read in two ways has no names at all. Values are compared as a whole
//! by their readers, so a NUL or a wildcard in them has no meaning.

use der::{Decode, ErrorKind, Header, Reader, SliceReader, Tag};

/// Subject and subject alternative names, as they are encoded.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    /// The RDNs in their order in the certificate, each with its attributes.
    pub(crate) subject: Vec<Vec<Attribute<'a>>>,
    pub(crate) alternative: Vec<AlternativeName<'a>>,
}

/// One attribute of a distinguished name.
#[derive(Debug)]
pub(crate) struct Attribute<'a> {
    /// The type: the value of an object identifier in DER.
    pub(crate) oid: &'a [u8],
    /// The value in DER, with its tag and length.
    pub(crate) der: &'a [u8],
    /// The value, if it is a string of a type with one interpretation.
    pub(crate) text: Option<&'a str>,
}

/// One entry of the subject alternative name extension; other types of names are skipped.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum AlternativeName<'a> {
    Dns(&'a str),
    Email(&'a str),
    Ip(&'a [u8]),
    Uri(&'a str),
}

impl<'a> Names<'a> {
    /// Parses exactly one certificate; `None` if its names are not in strict DER.
    pub(super) fn parse(der: &'a [u8]) -> Option<Self> {
        parse(der).ok()
    }
}

fn parse(der: &[u8]) -> der::Result<Names<'_>> {
    let certificate = only(der, Tag::Sequence)?;
    let mut certificate = SliceReader::new(certificate)?;
    let mut body = SliceReader::new(expect(&mut certificate, Tag::Sequence)?)?;
    if Tag::peek(&body)?.is_context_specific() {
        body.tlv_bytes()?;
    }
    for tag in BEFORE_SUBJECT {
        expect(&mut body, tag)?;
    }
    let subject = subject(expect(&mut body, Tag::Sequence)?)?;
    expect(&mut body, Tag::Sequence)?;
    let mut alternative = Vec::new();
    while !body.is_finished() {
        let (tag, value) = element(&mut body)?;
        if is_extensions(tag) {
            alternative = alternative_names(only(value, Tag::Sequence)?)?;
            if !body.is_finished() {
                return Err(failed(tag));
            }
        }
    }
    Ok(Names {
        subject,
        alternative,
    })
}

fn subject(rdns: &[u8]) -> der::Result<Vec<Vec<Attribute<'_>>>> {
    let mut rdns = SliceReader::new(rdns)?;
    let mut found = Vec::new();
    while !rdns.is_finished() {
        let mut attributes = SliceReader::new(expect(&mut rdns, Tag::Set)?)?;
        let mut rdn = Vec::new();
        while !attributes.is_finished() {
            rdn.push(attribute(expect(&mut attributes, Tag::Sequence)?)?);
        }
        found.push(rdn);
    }
    Ok(found)
}

fn attribute(der: &[u8]) -> der::Result<Attribute<'_>> {
    let mut reader = SliceReader::new(der)?;
    let oid = expect(&mut reader, Tag::ObjectIdentifier)?;
    let der = reader.tlv_bytes()?;
    reader.finish()?;
    let (tag, value) = element(&mut SliceReader::new(der)?)?;
    let text = match tag {
        Tag::Utf8String => Some(str::from_utf8(value).map_err(|_| failed(tag))?),
        Tag::PrintableString | Tag::Ia5String => Some(ascii(tag, value)?),
        _ => None,
    };
    Ok(Attribute { oid, der, text })
}

/// The entries of the one extension for them; a second one is refused (RFC 5280 section 4.2).
fn alternative_names(extensions: &[u8]) -> der::Result<Vec<AlternativeName<'_>>> {
    let mut extensions = SliceReader::new(extensions)?;
    let mut found = None;
    while !extensions.is_finished() {
        let mut extension = SliceReader::new(expect(&mut extensions, Tag::Sequence)?)?;
        let oid = expect(&mut extension, Tag::ObjectIdentifier)?;
        if Tag::peek(&extension)? == Tag::Boolean {
            extension.tlv_bytes()?;
        }
        let value = expect(&mut extension, Tag::OctetString)?;
        extension.finish()?;
        if oid == SUBJECT_ALT_NAME {
            if found.is_some() {
                return Err(failed(Tag::Sequence));
            }
            found = Some(general_names(only(value, Tag::Sequence)?)?);
        }
    }
    Ok(found.unwrap_or_default())
}

fn general_names(names: &[u8]) -> der::Result<Vec<AlternativeName<'_>>> {
    if names.is_empty() {
        // RFC 5280 section 4.2.1.6: at least one
        return Err(failed(Tag::Sequence));
    }
    let mut names = SliceReader::new(names)?;
    let mut found = Vec::new();
    while !names.is_finished() {
        let (tag, value) = element(&mut names)?;
        if !tag.is_context_specific() {
            return Err(failed(tag));
        }
        found.extend(match (tag.number().value(), tag.is_constructed()) {
            (1, false) => Some(AlternativeName::Email(ascii(tag, value)?)),
            (2, false) => Some(AlternativeName::Dns(ascii(tag, value)?)),
            (6, false) => Some(AlternativeName::Uri(ascii(tag, value)?)),
            (7, false) if matches!(value.len(), 4 | 16) => Some(AlternativeName::Ip(value)),
            (0 | 3 | 4 | 5, true) | (8, false) => None,
            _ => return Err(failed(tag)),
        });
    }
    Ok(found)
}

/// An IA5String or PrintableString.
fn ascii(tag: Tag, value: &[u8]) -> der::Result<&str> {
    let text = str::from_utf8(value).ok().filter(|text| text.is_ascii());
    text.ok_or_else(|| failed(tag))
}

/// Tag and value of the next element.
fn element<'a>(reader: &mut SliceReader<'a>) -> der::Result<(Tag, &'a [u8])> {
    let header = Header::decode(reader)?;
    Ok((header.tag(), reader.read_slice(header.length())?))
}

/// The value of the next element, which must have this tag.
fn expect<'a>(reader: &mut SliceReader<'a>, expected: Tag) -> der::Result<&'a [u8]> {
    let (tag, value) = element(reader)?;
    tag.assert_eq(expected)?;
    Ok(value)
}

/// The value of the only element.
fn only(der: &[u8], expected: Tag) -> der::Result<&[u8]> {
    let mut reader = SliceReader::new(der)?;
    let value = expect(&mut reader, expected)?;
    reader.finish()?;
    Ok(value)
}

fn is_extensions(tag: Tag) -> bool {
    tag.is_context_specific() && tag.is_constructed() && tag.number().value() == 3
}

fn failed(tag: Tag) -> der::Error {
    ErrorKind::Value { tag }.into()
}

/// Serial number, signature algorithm, issuer, validity.
const BEFORE_SUBJECT: [Tag; 4] = [Tag::Integer, Tag::Sequence, Tag::Sequence, Tag::Sequence];
/// 2.5.29.17
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 0x11];

#[cfg(test)]
mod tests {
    use super::*;

    fn tlv(tag: u8, pieces: &[&[u8]]) -> Vec<u8> {
        let value = pieces.concat();
        let length = u8::try_from(value.len()).expect("a short value");
        let long = if length < 0x80 { vec![] } else { vec![0x81] };
        [&[tag][..], &long, &[length], &value].concat()
    }

    fn certificate(subject: &[u8], behind_key: &[u8]) -> Vec<u8> {
        let empty = tlv(0x30, &[]);
        let body = [
            &tlv(2, &[&[1]]),
            &empty,
            &empty,
            &empty,
            &tlv(0x30, &[subject]),
            &empty,
        ];
        let body = body.map(Vec::as_slice).concat();
        tlv(
            0x30,
            &[&tlv(0x30, &[&body, behind_key]), &empty, &tlv(3, &[&[0]])],
        )
    }

    fn extensions(count: usize) -> Vec<u8> {
        let names = tlv(0x30, &[&tlv(0x82, &[b"a.example"])]);
        let critical = tlv(1, &[&[0xff]]);
        let extension = tlv(
            0x30,
            &[&tlv(6, &[SUBJECT_ALT_NAME]), &critical, &tlv(4, &[&names])],
        );
        tlv(0xa3, &[&tlv(0x30, &[&extension.repeat(count)])])
    }

    fn rdn(tag: u8, value: &[u8]) -> Vec<u8> {
        let attribute = tlv(0x30, &[&tlv(6, &[&[0x55, 4, 3]]), &tlv(tag, &[value])]);
        tlv(0x31, &[&attribute])
    }

    #[test]
    fn cau_20_the_extension_occurs_once() {
        let der = certificate(&[], &extensions(1));
        let names = Names::parse(&der).expect("names");
        assert_eq!(names.alternative, [AlternativeName::Dns("a.example")]);
        assert!(names.subject.is_empty());
        assert!(Names::parse(&certificate(&[], &extensions(2))).is_none());
        let twice = [extensions(1), extensions(1)].concat();
        assert!(Names::parse(&certificate(&[], &twice)).is_none());
        let none = certificate(&[], &extensions(0));
        assert!(Names::parse(&none).is_some_and(|names| names.alternative.is_empty()));
        let trailing = [certificate(&[], &[]), vec![0]].concat();
        assert!(Names::parse(&trailing).is_none());
    }

    #[test]
    fn cau_20_only_element_3_has_extensions() {
        let names = tlv(0x30, &[&tlv(0x30, &[])]);
        // issuerUniqueID, subjectUniqueID, and what no certificate has
        for tag in [0x81, 0x82, 0xa1, 0x83] {
            let behind_key = [tlv(tag, &[&names]), extensions(1)].concat();
            let der = certificate(&[], &behind_key);
            let found = Names::parse(&der).map(|names| names.alternative);
            assert_eq!(
                found,
                Some(vec![AlternativeName::Dns("a.example")]),
                "{tag:#x}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn cau_20_any_bytes_are_parsed_or_refused(at in 0_usize..64, byte: u8, cut in 0_usize..80) {
            let mut der = certificate(&rdn(0x0c, b"bank"), &extensions(1));
            if let Some(place) = der.get_mut(at) {
                *place = byte;
            }
            let _ = Names::parse(&der);
            let _ = Names::parse(der.get(..cut).unwrap_or(&der));
        }
    }

    #[test]
    fn cau_20_strings_have_one_interpretation() {
        let text = |tag, value: &[u8]| {
            let der = certificate(&rdn(tag, value), &[]);
            let names = Names::parse(&der)?;
            let attribute = names.subject.first()?.first()?;
            Some(attribute.text.map(str::to_owned))
        };
        let bank = "b\u{e4}nk";
        assert_eq!(text(0x0c, bank.as_bytes()), Some(Some(bank.to_owned())));
        for tag in [0x13, 0x16] {
            assert_eq!(text(tag, b"bank"), Some(Some("bank".to_owned())));
            assert_eq!(text(tag, bank.as_bytes()), None);
        }
        assert_eq!(text(0x0c, b"b\xe4nk"), None);
        // BMPString and TeletexString
        assert_eq!(text(0x1e, b"\0b"), Some(None));
        assert_eq!(text(0x14, b"b\xe4nk"), Some(None));
    }
}
