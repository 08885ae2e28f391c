//! `Client-Cert` and `Client-Cert-Chain` (RFC 9440 section 2), structured fields of RFC 9651.

use http::HeaderName;
use sfv::{BareItem, Item, List, ListEntry, Parser};

use super::der;
use super::error::CertError;
use super::presented::PresentedCert;

/// Parses an Item that is a Byte Sequence; parameters are ignored (section 2.2).
pub(super) fn item(value: &[u8]) -> Result<PresentedCert, CertError> {
    let item: Item = Parser::new(value)
        .parse()
        .map_err(|_| CertError::StructuredField)?;
    bytes(&item)
}

/// Validates a List of Byte Sequences, its lines joined with commas; the chain itself is not used (section 2.3).
pub(super) fn check_chain(value: &[u8]) -> Result<(), CertError> {
    let list: List = Parser::new(value)
        .parse()
        .map_err(|_| CertError::StructuredField)?;
    let chain = list.iter().map(|entry| match entry {
        ListEntry::Item(item) => bytes(item),
        ListEntry::InnerList(_) => Err(CertError::StructuredField),
    });
    der::leaf(chain).map(drop)
}

fn bytes(item: &Item) -> Result<PresentedCert, CertError> {
    match &item.bare_item {
        BareItem::ByteSequence(bytes) => der::certificate(bytes),
        _ => Err(CertError::StructuredField),
    }
}

pub(super) const CLIENT_CERT: HeaderName = HeaderName::from_static("client-cert");
pub(super) const CLIENT_CERT_CHAIN: HeaderName = HeaderName::from_static("client-cert-chain");
