//! Public JSON Web Keys (RFC 7517, RFC 7518 section 6, RFC 8037) and their thumbprint (RFC 7638).
//!
//! One parser serves both the `jwk` of a proof and the entries of a key set. The types of the `jsonwebtoken` crate are
//! not sufficient: they map `ES512` and `Ed25519` to "unknown" and silently drop private members.

use std::borrow::Cow;

use serde::de::MapAccess;

use super::alg::Algorithm;
use super::json::{Object, Reader};
use crate::crypto::{
    Curve, Digest, Hasher, KeyError, PreparedKey, PublicKey, RsaLimits, decode, decode_into,
};

/// Why a JWK is refused.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum JwkError {
    /// Its `alg` names another algorithm (RFC 7517 section 4.4).
    #[error("its `alg` is another algorithm")]
    Algorithm,
    /// The key itself is refused: its encoding, its point, or its size.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Its `kid` is not a string (RFC 7517 section 4.5).
    #[error("its `kid` is not a string")]
    KeyId,
    /// A member that the key type requires is missing.
    #[error("member `{0}` is missing")]
    Missing(&'static str),
    /// It has a private or secret member.
    #[error("it has a private member")]
    Private,
    /// Its `use` or `key_ops` is not for signatures (RFC 7517 sections 4.2 and 4.3).
    #[error("its `use` or `key_ops` is not for verifying signatures")]
    Purpose,
    /// The key type or curve is not used by any supported algorithm.
    #[error("its `kty` or `crv` is not supported")]
    Type,
}

/// The members of a JWK that matter for verification; the presence of private members is recorded, but they are never
/// read.
#[derive(Debug, Default)]
pub(crate) struct Jwk<'a> {
    kty: Option<Cow<'a, str>>,
    crv: Option<Cow<'a, str>>,
    x: Option<Cow<'a, str>>,
    y: Option<Cow<'a, str>>,
    n: Option<Cow<'a, str>>,
    e: Option<Cow<'a, str>>,
    alg: Option<Cow<'a, str>>,
    /// Read only if it is a string; the `kid` of a proof's key is never used.
    kid: Option<Cow<'a, str>>,
    has_kid: bool,
    usage: Option<Cow<'a, str>>,
    key_ops: Option<Vec<String>>,
    private: bool,
}

impl<'de> Object<'de> for Jwk<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error> {
        match name {
            "kty" => reader.text("kty", &mut self.kty),
            "crv" => reader.text("crv", &mut self.crv),
            "x" => reader.text("x", &mut self.x),
            "y" => reader.text("y", &mut self.y),
            "n" => reader.text("n", &mut self.n),
            "e" => reader.text("e", &mut self.e),
            "alg" => reader.text("alg", &mut self.alg),
            "kid" => reader.text_or_other("kid", &mut self.kid, &mut self.has_kid),
            "use" => reader.text("use", &mut self.usage),
            "key_ops" => reader.value("key_ops", &mut self.key_ops),
            "d" | "p" | "q" | "dp" | "dq" | "qi" | "oth" | "k" | "priv" => {
                self.private = true;
                Ok(false)
            }
            _ => Ok(false),
        }
    }
}

impl Jwk<'_> {
    /// The `kid`, for callers that select a key by it.
    pub(crate) fn kid(&self) -> Result<Option<&str>, JwkError> {
        match self.kid.as_deref() {
            None if self.has_kid => Err(JwkError::KeyId),
            kid => Ok(kid),
        }
    }

    /// The key type and, if it has one, the curve, as written.
    pub(crate) fn type_name(&self) -> String {
        let parts = [self.kty.as_deref(), self.crv.as_deref()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Whether the key type is that of symmetric keys (RFC 7518 section 6.4).
    pub(crate) fn is_symmetric(&self) -> bool {
        self.kty.as_deref() == Some("oct")
    }

    /// Parses the key, if it is for verifying signatures and, for RSA, within these limits.
    pub(crate) fn public(&self, limits: RsaLimits) -> Result<PublicJwk, JwkError> {
        Ok(PublicJwk {
            key: self.public_key(limits)?,
            thumbprint: self.thumbprint()?,
            stated: self.alg.as_deref().map(Algorithm::from_name),
        })
    }

    fn public_key(&self, limits: RsaLimits) -> Result<PublicKey, JwkError> {
        if self.private {
            return Err(JwkError::Private);
        }
        if !self.may_verify() {
            return Err(JwkError::Purpose);
        }
        match (required("kty", &self.kty)?, self.crv.as_deref()) {
            ("EC", Some(crv)) => {
                let curve = curve(crv).ok_or(JwkError::Type)?;
                let (mut x, mut y) = ([0; MAX_COORDINATE_BYTES], [0; MAX_COORDINATE_BYTES]);
                let (x, y) = (
                    coordinate("x", &self.x, &mut x)?,
                    coordinate("y", &self.y, &mut y)?,
                );
                Ok(PublicKey::ec(curve, x, y)?)
            }
            ("OKP", Some("Ed25519")) => Ok(PublicKey::ed25519(&bytes("x", &self.x)?)?),
            ("EC" | "OKP", None) => Err(JwkError::Missing("crv")),
            ("RSA", _) => {
                let (n, e) = (bytes("n", &self.n)?, bytes("e", &self.e)?);
                Ok(PublicKey::rsa(n, e, limits)?)
            }
            _ => Err(JwkError::Type),
        }
    }

    /// Computes the SHA-256 thumbprint of RFC 7638 section 3.
    ///
    /// It is computed over the members as written: strict base64url and canonical numbers, which [`Self::public_key`]
    /// requires, permit only one encoding.
    fn thumbprint(&self) -> Result<Digest, JwkError> {
        let kty = required("kty", &self.kty)?;
        let members: &[(&str, Member<'_>)] = match kty {
            "EC" => &[
                (r#"{"crv":""#, ("crv", &self.crv)),
                (r#"","kty":""#, ("kty", &self.kty)),
                (r#"","x":""#, ("x", &self.x)),
                (r#"","y":""#, ("y", &self.y)),
            ],
            "OKP" => &[
                (r#"{"crv":""#, ("crv", &self.crv)),
                (r#"","kty":""#, ("kty", &self.kty)),
                (r#"","x":""#, ("x", &self.x)),
            ],
            "RSA" => &[
                (r#"{"e":""#, ("e", &self.e)),
                (r#"","kty":""#, ("kty", &self.kty)),
                (r#"","n":""#, ("n", &self.n)),
            ],
            _ => return Err(JwkError::Type),
        };
        let mut hasher = Hasher::default();
        for (before, (name, value)) in members {
            hasher.update(before.as_bytes());
            hasher.update(required(name, value)?.as_bytes());
        }
        hasher.update(br#""}"#);
        Ok(hasher.finish())
    }

    fn may_verify(&self) -> bool {
        let usage = self.usage.as_deref().is_none_or(|usage| usage == "sig");
        let operations = self.key_ops.as_ref();
        usage && operations.is_none_or(|listed| listed.iter().any(|each| each == "verify"))
    }
}

/// A valid public key for verifying signatures. Only [`Jwk::public`] makes one.
#[derive(Debug)]
pub(crate) struct PublicJwk {
    key: PublicKey,
    thumbprint: Digest,
    /// Its own `alg`; one that is unknown here permits no algorithm.
    stated: Option<Option<Algorithm>>,
}

impl PublicJwk {
    /// The SHA-256 thumbprint (RFC 7638).
    pub(crate) const fn thumbprint(&self) -> &Digest {
        &self.thumbprint
    }

    /// Whether the key has an `alg` member.
    pub(crate) const fn states_algorithm(&self) -> bool {
        self.stated.is_some()
    }

    /// The key, prepared for one algorithm.
    pub(crate) fn prepare(&self, algorithm: Algorithm) -> Result<PreparedKey, JwkError> {
        if !self.allows(algorithm) {
            return Err(JwkError::Algorithm);
        }
        Ok(PreparedKey::new(algorithm.scheme(), &self.key)?)
    }

    /// Whether the key's own `alg`, if any, permits `algorithm`.
    ///
    /// `EdDSA` and `Ed25519` are two names for the same algorithm once the curve is Ed25519 (RFC 9864 section 2.2).
    fn allows(&self, algorithm: Algorithm) -> bool {
        self.stated
            .is_none_or(|alg| alg.is_some_and(|alg| alg.scheme() == algorithm.scheme()))
    }
}

/// A member's name and value.
type Member<'a> = (&'static str, &'a Option<Cow<'a, str>>);

fn curve(name: &str) -> Option<Curve> {
    match name {
        "P-256" => Some(Curve::P256),
        "P-384" => Some(Curve::P384),
        "P-521" => Some(Curve::P521),
        _ => None,
    }
}

fn required<'a>(name: &'static str, member: &'a Option<Cow<'_, str>>) -> Result<&'a str, JwkError> {
    member.as_deref().ok_or(JwkError::Missing(name))
}

/// Decodes on the stack, because this is called for each proof of a new sender.
fn coordinate<'b>(
    name: &'static str,
    member: &Option<Cow<'_, str>>,
    buffer: &'b mut [u8],
) -> Result<&'b [u8], JwkError> {
    Ok(decode_into(required(name, member)?.as_bytes(), buffer).ok_or(KeyError::Encoding)?)
}

fn bytes(name: &'static str, member: &Option<Cow<'_, str>>) -> Result<Vec<u8>, JwkError> {
    Ok(decode(required(name, member)?.as_bytes()).ok_or(KeyError::Encoding)?)
}

/// The length for P-521, and more to detect that a coordinate is longer.
const MAX_COORDINATE_BYTES: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jose::parse;

    fn thumbprint(json: &str) -> Result<String, JwkError> {
        let jwk: Jwk<'_> = parse(json.as_bytes()).expect("an object");
        jwk.public_key(RsaLimits::PROOF)?;
        jwk.thumbprint().map(|digest| digest.to_string())
    }

    #[test]
    fn vec_01_thumbprint_of_the_rfc_9449_key() {
        let expected = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
        let x = r#""x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs""#;
        let y = r#""y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA""#;
        for json in [
            format!(r#"{{"crv":"P-256","kty":"EC",{x},{y}}}"#),
            format!(
                r#"{{ {y}, "kid":"7", {x}, "use":"sig", "kty":"\u0045C", "crv":"P-256", "alg":"ES256"}}"#
            ),
        ] {
            assert_eq!(thumbprint(&json).as_deref(), Ok(expected), "JOSE-06 {json}");
        }
    }

    #[test]
    fn vec_03_thumbprint_of_the_rfc_8037_key() {
        let json =
            r#"{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        assert_eq!(
            thumbprint(json).as_deref(),
            Ok("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        );
    }

    #[test]
    fn jose_07_one_key_has_one_thumbprint() {
        // The last character of 43 carries two bits that must be zero.
        let json =
            r#"{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp"}"#;
        assert_eq!(thumbprint(json), Err(JwkError::Key(KeyError::Encoding)));
    }
}
