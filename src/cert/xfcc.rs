//! `X-Forwarded-Client-Cert`, as Envoy and Istio write it: elements of `key=value` pairs, one element per hop.
//!
//! Envoy writes the values of `By`, `URI` and `DNS` without quotes or escapes, so the names in a client's own
//! certificate can add keys and elements; they cannot remove any. Therefore the header must have no more elements than
//! configured and no key twice, and names are ignored.

use std::cmp::Ordering;

use super::error::CertError;
use super::presented::PresentedCert;
use super::{fingerprint, pem};
use crate::config_error::ConfigError;

/// Which element of `X-Forwarded-Client-Cert` is the client's.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Xfcc {
    trusted_hops: Option<usize>,
}

impl Xfcc {
    /// Reads the only element, and refuses more than one. For `SANITIZE_SET`.
    #[must_use]
    pub const fn new() -> Self {
        Self { trusted_hops: None }
    }

    /// Reads the first of `hops` elements, one for each proxy on the path: the outermost sets the header
    /// (`SANITIZE_SET`), the others append to it (`APPEND_FORWARD`).
    ///
    /// More elements are an error: a name with a comma in the client's own certificate adds an element of the client's
    /// choice, and counting from the end would mistake it for a proxy's.
    ///
    /// Fewer elements mean that the client presented no certificate: Envoy removes the header when the connection has
    /// no client certificate, and the proxies after it still append their own elements.
    ///
    /// # Deployment
    ///
    /// Count the proxies that write an element. If `hops` is too large, no client has a certificate, and every
    /// certificate-bound token is refused as `binding_certificate_missing`.
    ///
    /// # Errors
    ///
    /// If `hops` is not from 1 to 10.
    pub fn trusted_hops(self, hops: usize) -> Result<Self, ConfigError> {
        if (1..=MAX_HOPS).contains(&hops) {
            Ok(Self {
                trusted_hops: Some(hops),
            })
        } else {
            Err(ConfigError::Size {
                setting: "trusted_hops",
                value: hops,
                least: 1,
                most: MAX_HOPS,
            })
        }
    }

    pub(super) fn read(self, value: &[u8]) -> Result<Option<PresentedCert>, CertError> {
        let elements = Input(value).elements()?;
        let found = elements.len();
        let expected = self.trusted_hops.unwrap_or(1);
        match found.cmp(&expected) {
            Ordering::Less => Ok(None),
            Ordering::Equal => elements.first().map(Element::certificate).transpose(),
            Ordering::Greater => Err(CertError::XfccElements { found, expected }),
        }
    }
}

/// One hop's description of the certificate presented to it. `By`, `URI`, `DNS` and unknown keys are skipped.
#[derive(Default)]
struct Element<'a> {
    hash: Option<&'a [u8]>,
    cert: Option<&'a [u8]>,
    chain: Option<&'a [u8]>,
    subject: Option<&'a [u8]>,
}

impl<'a> Element<'a> {
    fn set(&mut self, key: &[u8], value: &'a [u8]) -> Result<(), CertError> {
        let (name, place) = match key.to_ascii_lowercase().as_slice() {
            b"hash" => ("Hash", &mut self.hash),
            b"cert" => ("Cert", &mut self.cert),
            b"chain" => ("Chain", &mut self.chain),
            b"subject" => ("Subject", &mut self.subject),
            _ => return Ok(()),
        };
        match place.replace(value) {
            None => Ok(()),
            Some(_) => Err(CertError::XfccDuplicate(name)),
        }
    }

    /// All values that identify the certificate must agree.
    fn certificate(&self) -> Result<PresentedCert, CertError> {
        let readings = [
            self.cert.map(pem::percent),
            self.chain.map(pem::percent_chain),
            self.hash.map(fingerprint::hex),
        ];
        let mut agreed: Option<PresentedCert> = None;
        for reading in readings.into_iter().flatten() {
            let certificate = reading?;
            match &agreed {
                Some(other) if *other != certificate => return Err(CertError::XfccConflict),
                // The first value has the most data: a fingerprint has no validity period.
                Some(_) => {}
                None => agreed = Some(certificate),
            }
        }
        agreed.ok_or(CertError::XfccNoCertificate)
    }
}

/// The rest of the input.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn elements(mut self) -> Result<Vec<Element<'a>>, CertError> {
        let mut elements = Vec::with_capacity(1);
        loop {
            if elements.len() > MAX_HOPS {
                return Err(CertError::XfccSyntax);
            }
            elements.push(self.element()?);
            if self.0.is_empty() {
                return Ok(elements);
            }
            self.skip(b',')?;
            self.0 = self.0.trim_ascii_start();
        }
    }

    /// Stops before `,` and at the end. One trailing `;` is accepted: Azure Container Apps writes it.
    fn element(&mut self) -> Result<Element<'a>, CertError> {
        let mut element = Element::default();
        loop {
            let key = self.take(|byte| byte.is_ascii_alphabetic());
            if key.is_empty() {
                return Err(CertError::XfccSyntax);
            }
            self.skip(b'=')?;
            let value = self.value()?;
            element.set(key, value)?;
            if self.skip(b';').is_err() || self.0.is_empty() {
                return Ok(element);
            }
        }
    }

    /// Leaves a quote within or after a value in the input; the caller, which expects `;` or `,` next, refuses it.
    fn value(&mut self) -> Result<&'a [u8], CertError> {
        match self.skip(b'"') {
            Ok(()) => self.quoted(),
            Err(_) => Ok(self.take(|byte| !matches!(byte, b';' | b',' | b'"'))),
        }
    }

    /// Reads up to the closing quote, and keeps escapes: no value that is used has any.
    ///
    /// A backslash escapes any character: subjects are written by RFC 2253, which doubles its backslashes.
    fn quoted(&mut self) -> Result<&'a [u8], CertError> {
        let mut escaped = false;
        let value = self.take(|byte| {
            let closes = byte == b'"' && !escaped;
            escaped = byte == b'\\' && !escaped;
            !closes
        });
        self.skip(b'"')?;
        Ok(value)
    }

    fn take(&mut self, mut belongs: impl FnMut(u8) -> bool) -> &'a [u8] {
        let end = self.0.iter().position(|byte| !belongs(*byte));
        let (taken, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest;
        taken
    }

    fn skip(&mut self, byte: u8) -> Result<(), CertError> {
        match self.0.split_first() {
            Some((first, rest)) if *first == byte => {
                self.0 = rest;
                Ok(())
            }
            _ => Err(CertError::XfccSyntax),
        }
    }
}

/// No deployment chains more proxies.
const MAX_HOPS: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fmt_03_grammar() {
        let count =
            |text: &'static str| Input(text.as_bytes()).elements().map(|all| all.len()).ok();
        for (text, elements) in [
            ("Hash=a", 1),
            ("Hash=a;", 1),
            ("Hash=a;URI=;DNS=a=b;DNS=c", 1),
            ("By=a,By=b, By=c", 3),
            (r#"Subject="a\"b,c;d=e";Hash=a"#, 1),
            (r#"Subject="a\\";Hash=a"#, 1),
            (r#"Subject="a\\\",Hash=b";Hash=a"#, 1),
            (r#"Subject="""#, 1),
        ] {
            assert_eq!(count(text), Some(elements), "{text}");
        }
        for text in [
            "",
            ";",
            ",",
            "Hash",
            "=a",
            "Hash=a;;",
            "Hash=a;,By=b",
            "Hash=a,",
            "Hash=a,,Hash=b",
            "Hash=a; Cert=b",
            " Hash=a",
            r#"Subject="a"#,
            r#"Subject="a\""#,
            r#"Subject="a"b;Hash=c"#,
            r#"URI=a"b"#,
            r#""MII=""#,
        ] {
            assert_eq!(count(text), None, "{text}");
        }
    }
}
