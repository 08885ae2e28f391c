//! The certificates that a `self_signed_tls_client_auth` client registered (RFC 8705 section 2.2).

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::MapAccess;
use serde_json::value::RawValue;

use super::registration_error::RegistrationError;
use crate::cert::certificate_of_base64;
use crate::crypto::Digest;
use crate::jose::{Object, Reader, parse};

/// The certificates of a client, by their SHA-256.
///
/// Whole certificates are compared, not their keys: a client that renews its certificate registers the new one as well.
/// To replace a certificate, register both, and remove the old one when the client no longer uses it.
///
/// ```
/// use sender_constraint::Digest;
/// use sender_constraint::token_endpoint::{Client, RegisteredCertificates};
///
/// let certificates = RegisteredCertificates::new([Digest::sha256(b"the DER of a certificate")])?;
/// let client = Client::self_signed_tls_client_auth("app", certificates)?;
/// assert_eq!(client.method().name(), "self_signed_tls_client_auth");
/// # Ok::<(), sender_constraint::token_endpoint::RegistrationError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct RegisteredCertificates(Vec<Digest>);

impl RegisteredCertificates {
    /// The certificates with these `x5t#S256`: 1 to 128.
    ///
    /// # Errors
    ///
    /// [`RegistrationError::Certificates`] for none, or more.
    pub fn new(thumbprints: impl IntoIterator<Item = Digest>) -> Result<Self, RegistrationError> {
        let thumbprints: Vec<_> = thumbprints.into_iter().take(MAX_CERTIFICATES + 1).collect();
        if !(1..=MAX_CERTIFICATES).contains(&thumbprints.len()) {
            return Err(RegistrationError::Certificates(
                "it must have 1 to 128 certificates",
            ));
        }
        Ok(Self(thumbprints))
    }

    /// The certificates in a client's JWK set (`jwks`): the first of `x5c` (RFC 7517 section 4.7), or `x5t#S256`
    /// (section 4.9).
    ///
    /// Keys without certificate are skipped. The set is not fetched again: for `jwks_uri`, a
    /// [`ClientRegistry`](super::ClientRegistry) reads it. That a certificate is of the key beside it is not checked:
    /// the key is not used.
    ///
    /// # Errors
    ///
    /// [`RegistrationError::Certificates`] if the text is not a JWK set, an `x5c` is not a certificate, `x5c` and
    /// `x5t#S256` of a key disagree, or there is no certificate.
    pub fn from_jwk_set(json: &str) -> Result<Self, RegistrationError> {
        let set: JwkSet<'_> = serde_json::from_str(json)
            .map_err(|_| RegistrationError::Certificates("it is not a JWK set"))?;
        let mut thumbprints = Vec::new();
        for key in set.keys {
            let key: Jwk<'_> = parse(key.get().as_bytes())
                .map_err(|_| RegistrationError::Certificates("a key in it is not a JWK"))?;
            thumbprints.extend(key.thumbprint()?);
        }
        Self::new(thumbprints)
    }

    pub(super) fn contain(&self, thumbprint: &Digest) -> bool {
        self.0.contains(thumbprint)
    }
}

#[derive(Deserialize)]
struct JwkSet<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

/// The members of a JWK about its certificate.
#[derive(Debug, Default)]
struct Jwk<'a> {
    x5c: Option<Vec<String>>,
    x5t_s256: Option<Cow<'a, str>>,
}

impl<'de> Object<'de> for Jwk<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error> {
        match name {
            "x5c" => reader.value("x5c", &mut self.x5c),
            "x5t#S256" => reader.text("x5t#S256", &mut self.x5t_s256),
            _ => Ok(false),
        }
    }
}

impl Jwk<'_> {
    fn thumbprint(&self) -> Result<Option<Digest>, RegistrationError> {
        let refused = RegistrationError::Certificates;
        let of_x5c = match &self.x5c {
            None => None,
            Some(chain) => {
                let first = chain.first().map(|first| first.as_bytes());
                let first = first.and_then(|first| certificate_of_base64(first).ok());
                let first = first
                    .ok_or_else(|| refused("the first `x5c` of a key is not a certificate"))?;
                Some(*first.thumbprint())
            }
        };
        let stated = match self.x5t_s256.as_deref() {
            None => None,
            Some(text) => {
                let digest = Digest::from_base64url(text);
                Some(digest.ok_or_else(|| refused("the `x5t#S256` of a key is not a SHA-256"))?)
            }
        };
        match (of_x5c, stated) {
            (Some(one), Some(other)) if one != other => Err(refused(
                "`x5c` and `x5t#S256` of a key are not of one certificate",
            )),
            (one, other) => Ok(one.or(other)),
        }
    }
}

const MAX_CERTIFICATES: usize = 128;
