//! The JOSE header of a client assertion (RFC 10070 section 4).

use std::borrow::Cow;

use serde::de::MapAccess;

use super::error::AssertionError;
use crate::excerpt::Excerpt;
use crate::jose::{Algorithm, AlgorithmList, Critical, Object, Reader, TypeName};

/// `jku`, `x5u`, `jwk` and `x5c` are ignored like any other unknown member: keys come from the client's registration.
#[derive(Debug, Default)]
pub(super) struct Header<'a> {
    typ: Option<Cow<'a, str>>,
    alg: Option<Cow<'a, str>>,
    pub(super) kid: Option<Cow<'a, str>>,
    critical: Critical,
}

impl Header<'_> {
    /// Returns the algorithm, if the header is acceptable.
    pub(super) fn check(
        &self,
        allowed: &AlgorithmList,
        accept_untyped: bool,
    ) -> Result<Algorithm, AssertionError> {
        if !self.critical.is_empty() {
            return Err(AssertionError::Critical);
        }
        let is_accepted = self.is_typed() || (accept_untyped && self.is_untyped());
        if !is_accepted {
            let found = Excerpt::new(self.typ.as_deref().unwrap_or("(absent)"));
            return Err(AssertionError::Type { found });
        }
        if let Some(kid) = self.kid.as_deref().filter(|kid| kid.len() > MAX_KID_BYTES) {
            return Err(AssertionError::KeyIdTooLong(kid.len()));
        }
        let alg = self.alg.as_deref();
        let alg = alg.ok_or(AssertionError::MissingHeaderMember("alg"))?;
        allowed
            .allowed(alg)
            .ok_or_else(|| AssertionError::Algorithm {
                found: Excerpt::new(alg),
                allowed: allowed.to_string(),
            })
    }

    /// Whether `typ` is that of client assertions.
    pub(super) fn is_typed(&self) -> bool {
        let typ = self.typ.as_ref();
        typ.is_some_and(|typ| TypeName(typ).is("client-authentication+jwt"))
    }

    fn is_untyped(&self) -> bool {
        let typ = self.typ.as_ref();
        typ.is_none_or(|typ| TypeName(typ).is("JWT"))
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
