//! The one name by which a client's certificate is recognized (RFC 8705 section 2.1.2).

use std::net::IpAddr;

use super::distinguished_name::DistinguishedName;
use super::registration_error::RegistrationError;
use crate::cert::{AlternativeName, Names};

/// The name that the certificate of a `tls_client_auth` client must have: one of the five parameters of RFC 8705
/// section 2.1.2.
///
/// Names are compared as a whole. There are no wildcards: neither in the registration nor in the certificate.
///
/// ```
/// use sender_constraint::token_endpoint::CertificateName;
///
/// let name = CertificateName::subject_dn("CN=payments,O=Example,C=SE")?;
/// let other = CertificateName::san_dns("payments.example.com")?;
/// assert_ne!(name, other);
/// assert!(CertificateName::san_dns("*.example.com").is_err());
/// # Ok::<(), sender_constraint::token_endpoint::RegistrationError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct CertificateName(Name);

#[derive(Clone, Debug, Eq, PartialEq)]
enum Name {
    Dns(String),
    Email(String),
    Ip(IpAddr),
    Subject(DistinguishedName),
    Uri(String),
}

impl CertificateName {
    /// `tls_client_auth_subject_dn`: the subject, in the text form of RFC 4514.
    ///
    /// The most specific RDN is first, as RFC 4514 has it: the reverse of the order in the certificate. Attribute types
    /// are those of RFC 4514 section 3 (`CN`, `L`, `ST`, `O`, `OU`, `C`, `STREET`, `DC`, `UID`), or object identifiers
    /// in dotted decimals. Values are compared with case, whatever their string type in the certificate; a value that
    /// is not a `UTF8String`, `PrintableString` or `IA5String` is registered as `#` and its DER in hexadecimal digits.
    ///
    /// # Errors
    ///
    /// [`RegistrationError::CertificateName`] for other texts: with a space around a separator, an empty value, or a
    /// control character.
    pub fn subject_dn(text: &str) -> Result<Self, RegistrationError> {
        let parsed = DistinguishedName::parse(text).map(Name::Subject);
        let expected = "a distinguished name by RFC 4514, such as `CN=a,O=b`, without spaces around separators";
        usable("tls_client_auth_subject_dn", text, expected, parsed)
    }

    /// `tls_client_auth_san_dns`: a DNS name, compared without case.
    ///
    /// # Errors
    ///
    /// [`RegistrationError::CertificateName`] unless it has labels of letters, digits, `-` and `_`, and at most 253
    /// characters.
    pub fn san_dns(name: &str) -> Result<Self, RegistrationError> {
        let is_label = |label: &str| {
            let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            (1..=63).contains(&label.len()) && label.bytes().all(is_known)
        };
        let is_name = name.len() <= MAX_DNS_BYTES && name.split('.').all(is_label);
        let parsed = is_name.then(|| Name::Dns(name.to_owned()));
        usable(
            "tls_client_auth_san_dns",
            name,
            "a DNS name without wildcards",
            parsed,
        )
    }

    /// `tls_client_auth_san_uri`: a URI, compared byte for byte.
    ///
    /// # Errors
    ///
    /// [`RegistrationError::CertificateName`] unless it has a scheme, and visible ASCII characters only.
    pub fn san_uri(uri: &str) -> Result<Self, RegistrationError> {
        let is_uri = is_visible(uri) && uri.find(':').is_some_and(|at| at > 0);
        let parsed = is_uri.then(|| Name::Uri(uri.to_owned()));
        usable("tls_client_auth_san_uri", uri, "a URI", parsed)
    }

    /// `tls_client_auth_san_ip`: an IP address. An IPv4 address does not equal its IPv6 form.
    pub const fn san_ip(address: IpAddr) -> Self {
        Self(Name::Ip(address))
    }

    /// `tls_client_auth_san_email`: an e-mail address, compared byte for byte.
    ///
    /// # Errors
    ///
    /// [`RegistrationError::CertificateName`] unless it has one `@` between visible ASCII characters.
    pub fn san_email(address: &str) -> Result<Self, RegistrationError> {
        let parts = address.split_once('@');
        let is_address = parts.is_some_and(|(local, domain)| {
            is_visible(local) && is_visible(domain) && !domain.contains('@')
        });
        let parsed = is_address.then(|| Name::Email(address.to_owned()));
        usable(
            "tls_client_auth_san_email",
            address,
            "an e-mail address",
            parsed,
        )
    }

    /// Whether a certificate has this name.
    pub(super) fn is_among(&self, names: &Names<'_>) -> bool {
        let Name::Subject(subject) = &self.0 else {
            return names.alternative.iter().any(|name| self.is(name));
        };
        subject.is(&names.subject)
    }

    fn is(&self, found: &AlternativeName<'_>) -> bool {
        match (&self.0, found) {
            (Name::Dns(name), AlternativeName::Dns(found)) => name.eq_ignore_ascii_case(found),
            (Name::Email(address), AlternativeName::Email(found)) => address == found,
            (Name::Ip(IpAddr::V4(address)), AlternativeName::Ip(found)) => {
                address.octets() == **found
            }
            (Name::Ip(IpAddr::V6(address)), AlternativeName::Ip(found)) => {
                address.octets() == **found
            }
            (Name::Uri(uri), AlternativeName::Uri(found)) => uri == found,
            _ => false,
        }
    }
}

fn usable(
    parameter: &'static str,
    value: &str,
    expected: &'static str,
    parsed: Option<Name>,
) -> Result<CertificateName, RegistrationError> {
    let refused = || RegistrationError::CertificateName {
        parameter,
        value: value.to_owned(),
        expected,
    };
    parsed.map(CertificateName).ok_or_else(refused)
}

fn is_visible(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

const MAX_DNS_BYTES: usize = 253;
