//! Where client certificates are read.

use http::HeaderName;

use super::peers::Peers;
use super::source::{Setting, SettingError};
use super::table::Table;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Certificates {
    /// `None`: certificate-bound tokens are refused.
    pub(crate) source: Option<CertificateSource>,
    pub(crate) refuse_expired: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CertificateSource {
    Connection,
    Forwarded(Box<ForwardedCertificates>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ForwardedCertificates {
    pub(crate) format: Setting<String>,
    pub(crate) header: Option<Setting<HeaderName>>,
    pub(crate) trusted_peers: Peers,
    /// How many proxies write an element of `X-Forwarded-Client-Cert`.
    pub(crate) trusted_hops: Option<Setting<u64>>,
    pub(crate) reject_untrusted_peers: bool,
}

impl Certificates {
    pub(super) fn read(root: &mut Table) -> Result<Self, SettingError> {
        let (mut table, is_given) = root.table("mtls")?;
        let is_forwarded = table.choice("source", &[("connection", false), ("forwarded", true)])?;
        let source = match is_forwarded.map(|choice| choice.value) {
            None if is_given => {
                return Err(table.missing("source", "connection or forwarded"));
            }
            None => None,
            Some(false) => Some(CertificateSource::Connection),
            Some(true) => {
                let settings = ForwardedCertificates::read(&mut table)?;
                Some(CertificateSource::Forwarded(Box::new(settings)))
            }
        };
        let certificates = Self {
            source,
            refuse_expired: table.flag("refuse_expired")?,
        };
        table.finish()?;
        Ok(certificates)
    }
}

impl ForwardedCertificates {
    fn read(table: &mut Table) -> Result<Self, SettingError> {
        Ok(Self {
            format: table.required_text("format")?,
            header: header(table, "header")?,
            trusted_peers: Peers::read(table)?,
            trusted_hops: table.number("trusted_hops", 1..=10)?,
            reject_untrusted_peers: table.flag("reject_untrusted_peers")?,
        })
    }
}

/// The name of a header.
pub(super) fn header(
    table: &mut Table,
    name: &'static str,
) -> Result<Option<Setting<HeaderName>>, SettingError> {
    let text = table.text(name)?;
    text.map(|text| {
        text.map(|text| {
            let header = text.parse::<HeaderName>().ok();
            header.ok_or_else(|| format!("came {text:?}, expected the name of a header"))
        })
    })
    .transpose()
}
