//! The claims of a client assertion (RFC 7523 section 3 items 1 to 7).

use std::borrow::Cow;

use serde::de::MapAccess;

use crate::jose::{Audience, Object, Reader};
use crate::time::Timestamp;

/// The claims as they appear in the payload; nothing is verified, nothing required.
#[derive(Debug, Default)]
pub(super) struct Claims<'a> {
    pub(super) iss: Option<Cow<'a, str>>,
    pub(super) sub: Option<Cow<'a, str>>,
    pub(super) aud: Option<Audience>,
    pub(super) jti: Option<Cow<'a, str>>,
    pub(super) exp: Option<Timestamp>,
    pub(super) nbf: Option<Timestamp>,
    pub(super) iat: Option<Timestamp>,
    /// A claim that only other kinds of JWT have, which clients sign as well.
    pub(super) foreign: Option<&'static str>,
}

impl<'de> Object<'de> for Claims<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error> {
        match name {
            "iss" => reader.text("iss", &mut self.iss),
            "sub" => reader.text("sub", &mut self.sub),
            "aud" => reader.value("aud", &mut self.aud),
            "jti" => reader.text("jti", &mut self.jti),
            "exp" => reader.value("exp", &mut self.exp),
            "nbf" => reader.value("nbf", &mut self.nbf),
            "iat" => reader.value("iat", &mut self.iat),
            other => {
                let foreign = FOREIGN_CLAIMS.into_iter().find(|claim| *claim == other);
                self.foreign = self.foreign.or(foreign);
                Ok(false)
            }
        }
    }
}

/// Of DPoP proofs (RFC 9449 section 4.2), request objects (RFC 9101 section 4), access tokens and ID tokens.
/// `client_id` is not among them: some clients add it to their assertions.
const FOREIGN_CLAIMS: [&str; 12] = [
    "ath",
    "cnf",
    "code_challenge",
    "events",
    "htm",
    "htu",
    "nonce",
    "redirect_uri",
    "response_type",
    "scope",
    "software_statement",
    "token_introspection",
];
