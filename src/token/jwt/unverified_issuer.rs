//! The issuer that a token names, to choose its verifier.

use std::borrow::Cow;

use serde::de::MapAccess;

use crate::crypto::decode;
use crate::jose::{Compact, JsonError, Object, Reader, parse};
use crate::token::error::TokenError;
use crate::token::verifier::PresentedToken;

/// `iss` of a JWT, which anyone may have written; `None` for a token that is opaque or names no issuer.
///
/// A JWT whose issuer cannot be read for certain is refused: it must not be sent to the issuer of opaque tokens.
pub(in crate::token) fn unverified_issuer(
    token: &PresentedToken<'_>,
) -> Result<Option<String>, TokenError> {
    let jws = Compact::parse(token.expose_secret().as_bytes());
    let Some(payload) = jws.and_then(|jws| decode(jws.payload())) else {
        return Ok(None);
    };
    match parse::<Named<'_>>(&payload) {
        Ok(named) => Ok(named.iss.map(Into::into)),
        Err(JsonError::NotAnObject | JsonError::Syntax) => Ok(None),
        Err(error) => Err(TokenError::Payload(error)),
    }
}

#[derive(Default)]
struct Named<'a> {
    iss: Option<Cow<'a, str>>,
}

impl<'de> Object<'de> for Named<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error> {
        match name {
            "iss" => reader.text("iss", &mut self.iss),
            _ => Ok(false),
        }
    }
}
