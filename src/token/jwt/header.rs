//! The JOSE header of an access token (RFC 9068 section 2.1), checked against the rules of its issuer.

use std::borrow::Cow;

use serde::de::MapAccess;

use super::issuer::Issuer;
use crate::excerpt::Excerpt;
use crate::jose::{Algorithm, Critical, Object, Reader, TypeName};
use crate::token::error::TokenError;

/// `jku`, `x5u`, `jwk` and `x5c` are ignored like any other unknown member: keys come from the issuer.
#[derive(Debug, Default)]
pub(super) struct Header<'a> {
    typ: Option<Cow<'a, str>>,
    alg: Option<Cow<'a, str>>,
    pub(super) kid: Option<Cow<'a, str>>,
    critical: Critical,
}

impl Header<'_> {
    /// Returns the algorithm, if type and header are acceptable for this issuer.
    pub(super) fn check(&self, issuer: &Issuer) -> Result<Algorithm, TokenError> {
        if !self.critical.is_empty() {
            return Err(TokenError::Critical);
        }
        self.check_type(issuer)?;
        let alg = self.alg.as_deref();
        let alg = alg.ok_or(TokenError::MissingHeaderMember("alg"))?;
        if let Some(kid) = self.kid.as_deref().filter(|kid| kid.len() > MAX_KID_BYTES) {
            return Err(TokenError::KeyIdTooLong(kid.len()));
        }
        issuer
            .algorithms
            .allowed(alg)
            .ok_or_else(|| TokenError::Algorithm {
                found: Excerpt::new(alg),
                allowed: issuer.algorithms.to_string(),
            })
    }

    /// Whether `typ` is that of access tokens.
    pub(super) fn is_typed(&self) -> bool {
        let typ = self.typ.as_ref();
        typ.is_some_and(|typ| TypeName(typ).is("at+jwt"))
    }

    fn check_type(&self, issuer: &Issuer) -> Result<(), TokenError> {
        let typ = self.typ.as_ref();
        let is_untyped = typ.is_none_or(|typ| TypeName(typ).is("JWT"));
        if self.is_typed() || (is_untyped && issuer.dialect.accepts_untyped()) {
            return Ok(());
        }
        Err(TokenError::Type {
            found: Excerpt::new(self.typ.as_deref().unwrap_or("(absent)")),
        })
    }
}

impl<'de> Object<'de> for Header<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error> {
        match name {
            "typ" => reader.text("typ", &mut self.typ),
            "alg" => reader.text("alg", &mut self.alg),
            "kid" => reader.text("kid", &mut self.kid),
            "crit" => reader.presence("crit", &mut self.critical.crit),
            "b64" => reader.value("b64", &mut self.critical.b64),
            "zip" => reader.presence("zip", &mut self.critical.zip),
            _ => Ok(false),
        }
    }
}

const MAX_KID_BYTES: usize = 256;
