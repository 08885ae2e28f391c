//! A certificate as PEM (RFC 7468 section 5), encoded for a header: nginx, Envoy, AWS, Apache.
//!
//! This is a separate parser because parsers of PEM files skip other labels, text around blocks and spaces in them, and
//! each of these would turn a malformed value into a certificate or into none.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use super::der;
use super::error::CertError;
use super::presented::PresentedCert;

/// Parses one percent-encoded block; `+` is literal, never a space.
pub(super) fn percent(text: &[u8]) -> Result<PresentedCert, CertError> {
    let text = Cow::from(percent_decode(text));
    single(block(&text, is_line_break)?)
}

/// Parses several percent-encoded blocks, and returns the first.
pub(super) fn percent_chain(text: &[u8]) -> Result<PresentedCert, CertError> {
    let text = Cow::from(percent_decode(text));
    let mut rest: &[u8] = &text;
    let chain = std::iter::from_fn(|| {
        (!rest.is_empty()).then(|| {
            let (certificate, behind) = block(rest, is_line_break)?;
            rest = behind;
            Ok(certificate)
        })
    });
    der::leaf(chain)?.ok_or(CertError::Pem)
}

/// Parses one block with spaces instead of line breaks.
pub(super) fn spaces(text: &[u8]) -> Result<PresentedCert, CertError> {
    single(block(text, |byte| byte == b' ')?)
}

fn single((certificate, rest): (PresentedCert, &[u8])) -> Result<PresentedCert, CertError> {
    if rest.is_empty() {
        Ok(certificate)
    } else if rest.starts_with(BEGIN) {
        Err(CertError::Several)
    } else {
        Err(CertError::Pem)
    }
}

/// Parses the block at the start of `text`, and returns what follows it after at most one line break.
fn block(text: &[u8], is_break: fn(u8) -> bool) -> Result<(PresentedCert, &[u8]), CertError> {
    let text = text.strip_prefix(BEGIN).ok_or(CertError::Pem)?;
    let end = text.iter().position(|byte| *byte == b'-');
    let (base64, rest) = end
        .and_then(|end| text.split_at_checked(end))
        .ok_or(CertError::Pem)?;
    let rest = rest.strip_prefix(END).ok_or(CertError::Pem)?;
    let base64: Vec<u8> = base64
        .iter()
        .copied()
        .filter(|byte| !is_break(*byte))
        .collect();
    Ok((der::base64(&base64)?, after_line_break(rest)))
}

fn after_line_break(text: &[u8]) -> &[u8] {
    let breaks: [&[u8]; 3] = [b"\r\n", b"\n", b" "];
    let behind = breaks.iter().find_map(|it| text.strip_prefix(*it));
    behind.unwrap_or(text)
}

const fn is_line_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
const END: &[u8] = b"-----END CERTIFICATE-----";
