//! The outer structure of a DER certificate (RFC 5280 section 4.1): whether it is one, and its validity period. Nothing
//! else is parsed.

use std::ops::RangeInclusive;

use der::asn1::{GeneralizedTime, UtcTime};
use der::{Decode, ErrorKind, Header, Reader, SliceReader, Tag};

use crate::time::Timestamp;

/// Whether the bytes are exactly one certificate, without trailing bytes.
pub(super) fn is_certificate(der: &[u8]) -> bool {
    outline(der).is_ok()
}

/// The validity period of a certificate (RFC 5280 section 4.1.2.5), if it can be parsed.
pub(super) fn validity(der: &[u8]) -> Option<RangeInclusive<Timestamp>> {
    let read = || -> der::Result<RangeInclusive<Timestamp>> {
        let mut reader = SliceReader::new(der)?;
        let mut found = None;
        reader.sequence(|certificate| {
            certificate.sequence(|body| {
                skip_version(body)?;
                for tag in BEFORE_VALIDITY {
                    skip(body, tag)?;
                }
                found = Some(body.sequence(times)?);
                skip_rest(body)
            })?;
            skip_rest(certificate)
        })?;
        found.ok_or_else(|| ErrorKind::Failed.into())
    };
    read().ok()
}

fn times(reader: &mut SliceReader<'_>) -> der::Result<RangeInclusive<Timestamp>> {
    Ok(time(reader)?..=time(reader)?)
}

/// Parses a time: two-digit years up to 2049, four-digit years otherwise.
fn time(reader: &mut SliceReader<'_>) -> der::Result<Timestamp> {
    let since_epoch = match Tag::peek(reader)? {
        Tag::UtcTime => UtcTime::decode(reader)?.to_unix_duration(),
        _ => GeneralizedTime::decode(reader)?.to_unix_duration(),
    };
    Ok(Timestamp::EPOCH.saturating_add(since_epoch))
}

fn outline(der: &[u8]) -> der::Result<()> {
    let mut reader = SliceReader::new(der)?;
    reader.sequence(|certificate| {
        certificate.sequence(body)?;
        skip(certificate, Tag::Sequence)?;
        skip(certificate, Tag::BitString)
    })?;
    reader.finish()
}

fn body(body: &mut SliceReader<'_>) -> der::Result<()> {
    skip_version(body)?;
    for tag in BEFORE_VALIDITY.into_iter().chain(FROM_VALIDITY) {
        skip(body, tag)?;
    }
    skip_rest(body)
}

/// Without a version field, a certificate is of version 1, like that of RFC 8705 appendix A.
fn skip_version(body: &mut SliceReader<'_>) -> der::Result<()> {
    if Tag::peek(body)?.is_context_specific() {
        body.tlv_bytes()?;
    }
    Ok(())
}

fn skip_rest(reader: &mut SliceReader<'_>) -> der::Result<()> {
    while !reader.is_finished() {
        reader.tlv_bytes()?;
    }
    Ok(())
}

fn skip(reader: &mut SliceReader<'_>, tag: Tag) -> der::Result<()> {
    Header::peek(reader)?.tag().assert_eq(tag)?;
    reader.tlv_bytes().map(drop)
}

/// Serial number, signature algorithm, issuer.
const BEFORE_VALIDITY: [Tag; 3] = [Tag::Integer, Tag::Sequence, Tag::Sequence];
/// Validity, subject, public key.
const FROM_VALIDITY: [Tag; 3] = [Tag::Sequence, Tag::Sequence, Tag::Sequence];
