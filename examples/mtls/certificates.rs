//! Certificates that sign themselves: no authority is needed to bind a token to one (RFC 8705 section 2.2).

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sender_constraint::Digest;

/// A certificate, and the key that goes with it. Or another.
pub(crate) struct Identity {
    pub(crate) certificate: CertificateDer<'static>,
    key: Arc<KeyPair>,
}

impl Identity {
    pub(crate) fn new() -> Result<Self, rcgen::Error> {
        Self::certified(Arc::new(KeyPair::generate()?), 2040)
    }

    /// The same key with a new certificate.
    pub(crate) fn renewed(&self) -> Result<Self, rcgen::Error> {
        Self::certified(Arc::clone(&self.key), 2050)
    }

    /// Another's certificate, which is public, with a key of one's own.
    pub(crate) fn copied_from(owner: &Self) -> Result<Self, rcgen::Error> {
        Ok(Self {
            certificate: owner.certificate.clone(),
            key: Arc::new(KeyPair::generate()?),
        })
    }

    /// What tokens are bound to: `x5t#S256`.
    pub(crate) fn thumbprint(&self) -> String {
        Digest::sha256(&self.certificate).to_string()
    }

    pub(crate) fn key(&self) -> PrivateKeyDer<'static> {
        PrivatePkcs8KeyDer::from(self.key.serialize_der()).into()
    }

    fn certified(key: Arc<KeyPair>, expires: i32) -> Result<Self, rcgen::Error> {
        let mut params = CertificateParams::new(["localhost".to_owned()])?;
        params.not_after = date_time_ymd(expires, 1, 1);
        let certificate = params.self_signed(&*key)?.der().clone();
        Ok(Self { certificate, key })
    }
}
