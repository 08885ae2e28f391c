//! Client certificates, made in code.

use std::fmt;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};

use crate::encoding::encode;

/// A certificate and a private key, both in DER. Its `Debug` does not show the key.
#[derive(Clone)]
pub struct Identity {
    certificate: Vec<u8>,
    private_key: Vec<u8>,
}

impl Identity {
    /// A self-signed certificate for `name`, with a new key.
    ///
    /// ```
    /// use sender_constraint::cert::PresentedCert;
    /// use sender_constraint_testing::certificates::Identity;
    ///
    /// let [one, other] = ["one", "other"].map(Identity::self_signed);
    /// let thumbprint = |identity: &Identity| *PresentedCert::from_der(identity.certificate()).thumbprint();
    /// assert_ne!(thumbprint(&one), thumbprint(&other));
    /// ```
    #[must_use]
    pub fn self_signed(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let certificate = params(name).self_signed(&key).expect("a certificate");
        Self::new(certificate.der(), &key)
    }

    /// The certificate of `self` with the private key of `thief`, as a thief of the certificate would present it.
    #[must_use]
    pub fn copied_by(&self, thief: &Self) -> Self {
        Self {
            certificate: self.certificate.clone(),
            private_key: thief.private_key.clone(),
        }
    }

    /// The certificate in DER.
    #[must_use]
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// The private key in DER (PKCS#8).
    #[must_use]
    pub fn private_key(&self) -> &[u8] {
        &self.private_key
    }

    fn new(certificate: &[u8], key: &KeyPair) -> Self {
        Self {
            certificate: certificate.to_vec(),
            private_key: key.serialize_der(),
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Identity")
            .field("certificate", &encode(&self.certificate))
            .finish_non_exhaustive()
    }
}

/// A certificate authority for client certificates.
#[derive(Debug)]
pub struct CertificateAuthority {
    certificate: Vec<u8>,
    issuer: rcgen::Issuer<'static, KeyPair>,
}

impl CertificateAuthority {
    /// A new authority.
    #[must_use]
    pub fn new() -> Self {
        let mut params = params("authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "authority");
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Self {
            certificate: certificate.der().to_vec(),
            issuer: rcgen::Issuer::new(params, key),
        }
    }

    /// Its own certificate in DER: the trust anchor.
    #[must_use]
    pub fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    /// A certificate for `name`, signed by the authority, with a new key.
    #[must_use]
    pub fn issue(&self, name: &str) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let certificate = params(name).signed_by(&key, &self.issuer);
        Identity::new(certificate.expect("a certificate").der(), &key)
    }
}

impl Default for CertificateAuthority {
    fn default() -> Self {
        Self::new()
    }
}

fn params(name: &str) -> CertificateParams {
    CertificateParams::new([name.to_owned()]).expect("a name")
}
