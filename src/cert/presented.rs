//! A client certificate: presented (RFC 8705 section 6.2), or verified as well.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::names::Names;
use super::outline::validity;
use crate::crypto::Digest;
use crate::time::Timestamp;

/// A client certificate whose key the peer holds, according to a TLS handshake or a trusted proxy.
///
/// This does not authenticate an identity: the chain, the validity period and the names are not verified.
///
/// ```
/// use sender_constraint::Digest;
/// use sender_constraint::cert::PresentedCert;
///
/// let certificate = PresentedCert::from_der(b"the DER of the certificate");
/// assert_eq!(*certificate.thumbprint(), Digest::sha256(b"the DER of the certificate"));
/// ```
#[derive(Clone)]
pub struct PresentedCert {
    thumbprint: Digest,
    validity: Option<RangeInclusive<Timestamp>>,
}

impl PresentedCert {
    /// A certificate with these bytes of DER, exactly as received: re-encoding may change them.
    #[must_use]
    pub fn from_der(der: &[u8]) -> Self {
        Self {
            thumbprint: Digest::sha256(der),
            validity: validity(der),
        }
    }

    /// A certificate with this `x5t#S256`, computed by another party.
    #[must_use]
    pub const fn from_thumbprint(thumbprint: Digest) -> Self {
        Self {
            thumbprint,
            validity: None,
        }
    }

    /// `x5t#S256`: the SHA-256 of the DER (RFC 8705 section 3.1).
    #[must_use]
    pub const fn thumbprint(&self) -> &Digest {
        &self.thumbprint
    }

    /// Whether the certificate is within its validity period; `false` if only its thumbprint is known.
    pub(crate) fn is_valid_at(&self, now: Timestamp) -> bool {
        self.validity
            .as_ref()
            .is_some_and(|validity| validity.contains(&now))
    }
}

/// Equal if both are the same certificate, even if one is known by thumbprint only.
impl PartialEq for PresentedCert {
    fn eq(&self, other: &Self) -> bool {
        self.thumbprint == other.thumbprint
    }
}

impl Eq for PresentedCert {}

/// Shows the thumbprint only.
impl fmt::Debug for PresentedCert {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PresentedCert")
            .field("thumbprint", &self.thumbprint)
            .finish()
    }
}

/// A client certificate whose chain, validity period and purpose were verified against configured roots.
///
/// Only the TLS verifier of this crate creates one: its names can be trusted, unlike those of a [`PresentedCert`]. It
/// was valid at the handshake; a long connection may outlive it.
#[derive(Clone, Eq, PartialEq)]
pub struct VerifiedCert {
    presented: PresentedCert,
    der: Arc<[u8]>,
}

impl VerifiedCert {
    /// The caller asserts that the certificate was verified.
    #[cfg_attr(not(feature = "rustls"), allow(dead_code, reason = "for TLS"))]
    pub(super) fn assertion(der: &[u8]) -> Self {
        Self {
            presented: PresentedCert::from_der(der),
            der: der.into(),
        }
    }

    /// The same certificate, for comparison with a token.
    #[must_use]
    pub const fn presented(&self) -> &PresentedCert {
        &self.presented
    }

    /// Subject and alternative names; `None` if they are not in strict DER.
    pub(crate) fn names(&self) -> Option<Names<'_>> {
        Names::parse(&self.der)
    }

    /// The DER bytes as received.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }
}

/// Shows the thumbprint only.
impl fmt::Debug for VerifiedCert {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("VerifiedCert")
            .field(self.presented.thumbprint())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_verified_certificate_is_shown_but_its_thumbprint() {
        let der = b"the DER of the certificate";
        let shown = format!("{:?}", VerifiedCert::assertion(der));
        assert_eq!(shown, format!("VerifiedCert({})", Digest::sha256(der)));
    }
}
