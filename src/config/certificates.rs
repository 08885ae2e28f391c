//! Client certificates (RFC 8705 section 3, RFC 9440).

use http::HeaderName;

use super::guard_config::GuardConfig;
use super::names::Key;
use super::peer_config::{CertificateSource, MtlsConfig};
use super::setting_error::{SettingError, SettingReason};
use super::shown::shown;
use crate::cert::{Forwarded, HeaderFormat, TlsConnection, Xfcc};
use crate::proof::Mtls;

impl GuardConfig {
    /// The requirements for client certificates; `None` without [`GuardConfig::mtls`].
    ///
    /// # Errors
    ///
    /// A [`SettingError`] with the setting that is missing or refused.
    pub fn mtls(&self) -> Result<Option<Mtls>, SettingError> {
        let Some(settings) = &self.mtls else {
            return Ok(None);
        };
        let mtls = match settings.source {
            Some(CertificateSource::Connection) => {
                self.check_unused(settings)?;
                Mtls::new(TlsConnection)
            }
            Some(CertificateSource::Forwarded) => Mtls::new(self.forwarded_header(settings)?),
            None => {
                let reason = SettingReason::Missing("connection or forwarded");
                return Err(self.refuse(Key::new("mtls.source"), reason));
            }
        };
        Ok(Some(if settings.refuse_expired {
            mtls.refuse_expired_certificates()
        } else {
            mtls
        }))
    }

    /// Where a proxy forwards certificates, if it does: for a program that removes the header itself.
    ///
    /// # Errors
    ///
    /// A [`SettingError`] with the setting that is missing or refused.
    pub fn forwarded_certificates(&self) -> Result<Option<Forwarded>, SettingError> {
        let settings = self.mtls.as_ref();
        let forwarded = settings.filter(|it| it.source == Some(CertificateSource::Forwarded));
        forwarded.map(|it| self.forwarded_header(it)).transpose()
    }

    fn forwarded_header(&self, settings: &MtlsConfig) -> Result<Forwarded, SettingError> {
        let format = self.certificate_format(settings)?;
        let key = Key::new("mtls.header");
        let header = settings.header.as_ref().map(|name| {
            let parsed = name.parse::<HeaderName>();
            parsed.map_err(|_| {
                let (came, expected) = (shown(name), "the name of a header");
                self.refuse(key, SettingReason::Value { came, expected })
            })
        });
        let peers = self.peers(Key::new("mtls.trusted_peers"), &settings.trusted_peers)?;
        let source = Forwarded::new(format, header.transpose()?, peers);
        let source = self.refused(key, source)?;
        Ok(if settings.reject_untrusted_peers {
            source.reject_untrusted_peers()
        } else {
            source
        })
    }

    fn certificate_format(&self, settings: &MtlsConfig) -> Result<HeaderFormat, SettingError> {
        let key = Key::new("mtls.format");
        let name = settings.format.as_deref().ok_or_else(|| {
            let expected = "the form in which the proxy forwards certificates, such as rfc9440";
            self.refuse(key, SettingReason::Missing(expected))
        })?;
        let format = name.parse::<HeaderFormat>().map_err(|_| {
            let expected = HeaderFormat::ALL.map(HeaderFormat::name).join(", ");
            let came = shown(name);
            self.refuse(key, SettingReason::Choice { came, expected })
        })?;
        let Some(hops) = settings.trusted_hops else {
            return Ok(format);
        };
        let key = Key::new("mtls.trusted_hops");
        let HeaderFormat::Xfcc(_) = format else {
            let reason = SettingReason::Unused("`mtls.format` xfcc");
            return Err(self.refuse(key, reason));
        };
        let xfcc = self.refused(key, Xfcc::new().trusted_hops(hops))?;
        Ok(HeaderFormat::Xfcc(xfcc))
    }

    /// What is for certificates that a proxy forwards.
    fn check_unused(&self, settings: &MtlsConfig) -> Result<(), SettingError> {
        let unused = [
            ("mtls.format", settings.format.is_some()),
            ("mtls.header", settings.header.is_some()),
            ("mtls.trusted_peers", !settings.trusted_peers.is_empty()),
            ("mtls.trusted_hops", settings.trusted_hops.is_some()),
            (
                "mtls.reject_untrusted_peers",
                settings.reject_untrusted_peers,
            ),
        ];
        match unused.into_iter().find(|(_, is_set)| *is_set) {
            Some((name, _)) => {
                let reason = SettingReason::Unused("`mtls.source` forwarded");
                Err(self.refuse(Key::new(name), reason))
            }
            None => Ok(()),
        }
    }
}
