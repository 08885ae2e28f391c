//! The JOSE header members that JWTs of different kinds have in common (RFC 7515 section 4.1, RFC 7519 section 5).

use std::borrow::Cow;

use serde::de::MapAccess;

use super::json::{Object, Reader};
use super::jws::{Critical, TypeName};
use crate::excerpt::Excerpt;

/// `jku`, `x5u`, `jwk` and `x5c` are ignored like any other unknown member: keys come from the configuration.
#[derive(Debug, Default)]
pub(crate) struct JoseHeader<'a> {
    typ: Option<Cow<'a, str>>,
    alg: Option<Cow<'a, str>>,
    kid: Option<Cow<'a, str>>,
    critical: Critical,
}

impl JoseHeader<'_> {
    /// Longer values of `kid` are refused where anyone can send the JWT.
    pub(crate) const MAX_KID_BYTES: usize = 256;

    /// Whether a member changes how the JWS is processed: refuse it.
    pub(crate) fn is_critical(&self) -> bool {
        !self.critical.is_empty()
    }

    /// Whether `typ` is this media type.
    pub(crate) fn is_type(&self, expected: &str) -> bool {
        let typ = self.typ.as_ref();
        typ.is_some_and(|typ| TypeName(typ).is(expected))
    }

    /// Whether `typ` is absent, or `JWT`, which names no kind of JWT.
    pub(crate) fn is_untyped(&self) -> bool {
        self.typ.is_none() || self.is_type("JWT")
    }

    /// `typ` for the text of a refusal.
    pub(crate) fn shown_type(&self) -> Excerpt {
        Excerpt::new(self.typ.as_deref().unwrap_or("(absent)"))
    }

    pub(crate) fn alg(&self) -> Option<&str> {
        self.alg.as_deref()
    }

    pub(crate) fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The length of `kid`, if it exceeds the limit.
    pub(crate) fn excessive_kid(&self) -> Option<usize> {
        let length = self.kid.as_ref()?.len();
        Some(length).filter(|length| *length > Self::MAX_KID_BYTES)
    }
}

impl<'de> Object<'de> for JoseHeader<'de> {
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
