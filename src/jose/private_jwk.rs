//! Private JSON Web Keys of this server (RFC 7517, RFC 7518 section 6, RFC 8037), from its own configuration only.

use std::borrow::Cow;

use serde::de::MapAccess;

use super::json::{Object, Reader, parse};
use crate::crypto::{PrivateKey, PrivateKeyError, decode};

/// A private key and its `kid`.
#[derive(Debug)]
pub(crate) struct PrivateJwk {
    pub(crate) key: PrivateKey,
    pub(crate) kid: Option<String>,
    /// Whether its `alg` is `Ed25519` (RFC 9864), not the older `EdDSA`.
    pub(crate) is_fully_specified: bool,
}

impl PrivateJwk {
    pub(crate) fn from_json(json: &str) -> Result<Self, PrivateKeyError> {
        let members: Members<'_> =
            parse(json.as_bytes()).map_err(|_| PrivateKeyError::Malformed)?;
        members.check_purpose()?;
        Ok(Self {
            key: members.key()?,
            is_fully_specified: members.alg.as_deref() == Some("Ed25519"),
            kid: members.kid.map(Cow::into_owned),
        })
    }
}

/// No `Debug`: they are secret.
#[derive(Default)]
struct Members<'a> {
    kty: Option<Cow<'a, str>>,
    crv: Option<Cow<'a, str>>,
    kid: Option<Cow<'a, str>>,
    alg: Option<Cow<'a, str>>,
    usage: Option<Cow<'a, str>>,
    key_ops: Option<Vec<String>>,
    x: Option<Cow<'a, str>>,
    y: Option<Cow<'a, str>>,
    d: Option<Cow<'a, str>>,
    rsa: [Option<Cow<'a, str>>; 7],
    /// More than two primes.
    oth: bool,
}

impl Members<'_> {
    fn key(&self) -> Result<PrivateKey, PrivateKeyError> {
        let d = || bytes("d", &self.d);
        match (self.kty.as_deref(), self.crv.as_deref()) {
            (Some("EC"), Some("P-256")) => {
                let (x, y) = (bytes("x", &self.x)?, bytes("y", &self.y)?);
                PrivateKey::p256(&d()?, &x, &y)
            }
            (Some("OKP"), Some("Ed25519")) => PrivateKey::ed25519(&d()?, &bytes("x", &self.x)?),
            (Some("RSA"), None) if !self.oth => {
                let [n, e, p, q, dp, dq, qi] = &self.rsa;
                PrivateKey::rsa([
                    bytes("n", n)?,
                    bytes("e", e)?,
                    d()?,
                    bytes("p", p)?,
                    bytes("q", q)?,
                    bytes("dp", dp)?,
                    bytes("dq", dq)?,
                    bytes("qi", qi)?,
                ])
            }
            (None, _) => Err(PrivateKeyError::Missing("kty")),
            _ => Err(PrivateKeyError::Type),
        }
    }

    fn check_purpose(&self) -> Result<(), PrivateKeyError> {
        let signs = |operations: &Vec<String>| operations.iter().any(|each| each == "sign");
        let algorithm = match self.kty.as_deref() {
            Some("EC") => self.alg.as_deref().is_none_or(|alg| alg == "ES256"),
            Some("RSA") => self.alg.as_deref().is_none_or(|alg| alg == "PS256"),
            _ => {
                let alg = self.alg.as_deref();
                alg.is_none_or(|alg| alg == "EdDSA" || alg == "Ed25519")
            }
        };
        let usage = self.usage.as_deref().is_none_or(|usage| usage == "sig");
        if algorithm && usage && self.key_ops.as_ref().is_none_or(signs) {
            return Ok(());
        }
        Err(PrivateKeyError::Purpose)
    }
}

impl<'de> Object<'de> for Members<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error> {
        let [n, e, p, q, dp, dq, qi] = &mut self.rsa;
        match name {
            "kty" => reader.text("kty", &mut self.kty),
            "crv" => reader.text("crv", &mut self.crv),
            "kid" => reader.text("kid", &mut self.kid),
            "alg" => reader.text("alg", &mut self.alg),
            "use" => reader.text("use", &mut self.usage),
            "key_ops" => reader.value("key_ops", &mut self.key_ops),
            "x" => reader.text("x", &mut self.x),
            "y" => reader.text("y", &mut self.y),
            "d" => reader.text("d", &mut self.d),
            "n" => reader.text("n", n),
            "e" => reader.text("e", e),
            "p" => reader.text("p", p),
            "q" => reader.text("q", q),
            "dp" => reader.text("dp", dp),
            "dq" => reader.text("dq", dq),
            "qi" => reader.text("qi", qi),
            "oth" => reader.presence("oth", &mut self.oth),
            _ => Ok(false),
        }
    }
}

fn bytes(name: &'static str, member: &Option<Cow<'_, str>>) -> Result<Vec<u8>, PrivateKeyError> {
    let text = member.as_deref().ok_or(PrivateKeyError::Missing(name))?;
    decode(text.as_bytes()).ok_or(PrivateKeyError::Encoding)
}
