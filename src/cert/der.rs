//! A certificate as DER (RFC 5280 section 4.1), and as base64 of DER: HAProxy, Caddy, Traefik, Azure.
//!
//! Only the outer structure is parsed. An error deeper inside is no reason to refuse: the certificate is compared with
//! a token by its hash, and the proxy's TLS library accepted it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::error::CertError;
use super::outline::is_certificate;
use super::presented::PresentedCert;

/// Parses exactly one certificate, without trailing bytes.
pub(super) fn certificate(der: &[u8]) -> Result<PresentedCert, CertError> {
    if der.len() > MAX_CERTIFICATE_BYTES {
        return Err(CertError::TooLarge {
            length: der.len(),
            limit: MAX_CERTIFICATE_BYTES,
        });
    }
    if !is_certificate(der) {
        return Err(CertError::NotACertificate);
    }
    Ok(PresentedCert::from_der(der))
}

/// Parses one certificate in base64.
pub(crate) fn base64(text: &[u8]) -> Result<PresentedCert, CertError> {
    let der = STANDARD.decode(text).map_err(|_| CertError::Base64)?;
    certificate(&der)
}

/// Parses base64 between double quotes; an empty quoted string means no certificate.
pub(super) fn quoted_base64(text: &[u8]) -> Result<Option<PresentedCert>, CertError> {
    let text = text
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""))
        .ok_or(CertError::Base64)?;
    if text.is_empty() {
        return Ok(None);
    }
    base64(text).map(Some)
}

/// Parses several certificates in base64, joined with commas, and returns the first.
pub(super) fn base64_chain(text: &[u8]) -> Result<PresentedCert, CertError> {
    leaf(text.split(|byte| *byte == b',').map(base64))?.ok_or(CertError::NotACertificate)
}

/// Returns the first certificate of a chain whose entries are all valid.
pub(super) fn leaf(
    chain: impl IntoIterator<Item = Result<PresentedCert, CertError>>,
) -> Result<Option<PresentedCert>, CertError> {
    let mut leaf = None;
    for (index, certificate) in chain.into_iter().enumerate() {
        if index == MAX_CHAIN {
            return Err(CertError::ChainTooLong { limit: MAX_CHAIN });
        }
        let certificate = certificate?;
        leaf.get_or_insert(certificate);
    }
    Ok(leaf)
}

/// More than any load balancer forwards.
const MAX_CERTIFICATE_BYTES: usize = 16 * 1024;
/// The number of certificates in one chain.
pub(super) const MAX_CHAIN: usize = 10;
