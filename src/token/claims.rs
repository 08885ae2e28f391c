//! The claims of an access token (RFC 9068 section 2.2), each parsed into its own type.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, SeqAccess, Visitor};

use super::confirmation::RawConfirmation;
use super::error::TokenError;
use crate::crypto::{Digest, Hasher};
use crate::jose::{JsonError, Object, Reader, parse};
use crate::time::Timestamp;

/// The claims of a verified token. `Debug` shows identifiers, scope and expiry, not the other claims.
#[derive(Clone)]
pub struct Claims {
    pub(super) issuer: Box<str>,
    pub(super) subject: Option<Box<str>>,
    pub(super) client_id: Option<Box<str>>,
    pub(super) scope: Option<Box<str>>,
    pub(super) jti: Option<Box<str>>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) not_before: Option<Timestamp>,
    json: Box<[u8]>,
}

impl Claims {
    /// `iss`.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// `sub`: a user, or with client credentials the client. Unique within one issuer only.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// `client_id`; never taken from `azp`.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// The values of `scope` (RFC 8693 section 4.2); empty if it is not a string.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        let scope = self.scope.as_deref().unwrap_or_default();
        scope.split(' ').filter(|each| !each.is_empty())
    }

    /// `jti`: the identifier of the token, unique within one issuer.
    #[must_use]
    pub fn jti(&self) -> Option<&str> {
        self.jti.as_deref()
    }

    /// `exp`.
    #[must_use]
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// Deserializes all claims into a type of the application.
    ///
    /// # Errors
    ///
    /// Those of `serde_json`, if the claims do not match the type.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.json)
    }

    /// Identifies the same caller across all of its tokens and keys; `None` if the token names neither client nor
    /// subject.
    pub(super) fn principal(&self) -> Option<Digest> {
        let client_id = self.client_id.as_deref().unwrap_or_default();
        let subject = self.subject.as_deref().unwrap_or_default();
        if client_id.is_empty() && subject.is_empty() {
            return None;
        }
        let mut hasher = Hasher::default();
        for part in [&*self.issuer, client_id, subject] {
            hasher.update_framed(part.as_bytes());
        }
        Some(hasher.finish())
    }

    /// The approximate memory that the claims take up.
    pub(super) fn weight(&self) -> usize {
        self.json.len().saturating_mul(2)
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Claims")
            .field("issuer", &self.issuer)
            .field("subject", &self.subject)
            .field("client_id", &self.client_id)
            .field("scope", &self.scope)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// The claims as they appear in the payload; nothing is verified, nothing required.
#[derive(Debug, Default)]
pub(super) struct RawClaims<'a> {
    pub(super) iss: Option<Cow<'a, str>>,
    pub(super) sub: Option<Cow<'a, str>>,
    pub(super) client_id: Option<Cow<'a, str>>,
    pub(super) jti: Option<Cow<'a, str>>,
    pub(super) aud: Option<Audience>,
    /// `None` if it is not a string: some issuers send a list, which grants nothing.
    pub(super) scope: Option<Cow<'a, str>>,
    has_scope: bool,
    pub(super) exp: Option<Timestamp>,
    pub(super) nbf: Option<Timestamp>,
    pub(super) iat: Option<Timestamp>,
    pub(super) cnf: Option<RawConfirmation<'a>>,
    /// A claim that only other kinds of JWT have.
    pub(super) foreign: Option<&'static str>,
}

impl<'a> RawClaims<'a> {
    pub(super) fn parse(json: &'a [u8]) -> Result<Self, JsonError> {
        parse(json)
    }

    /// Converts the claims to their own types.
    pub(super) fn into_claims(self, json: &[u8]) -> Result<Claims, TokenError> {
        Ok(Claims {
            issuer: self.iss.ok_or(TokenError::MissingClaim("iss"))?.into(),
            subject: self.sub.map(Into::into),
            client_id: self.client_id.map(Into::into),
            scope: self.scope.map(Into::into),
            jti: self.jti.map(Into::into),
            expires_at: self.exp,
            not_before: self.nbf,
            json: json.into(),
        })
    }
}

impl<'de> Object<'de> for RawClaims<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error> {
        match name {
            "iss" => reader.text("iss", &mut self.iss),
            "sub" => reader.text("sub", &mut self.sub),
            "client_id" => reader.text("client_id", &mut self.client_id),
            "jti" => reader.text("jti", &mut self.jti),
            "aud" => reader.value("aud", &mut self.aud),
            "scope" => reader.text_or_other("scope", &mut self.scope, &mut self.has_scope),
            "exp" => reader.value("exp", &mut self.exp),
            "nbf" => reader.value("nbf", &mut self.nbf),
            "iat" => reader.value("iat", &mut self.iat),
            "cnf" => reader.object("cnf", &mut self.cnf),
            other => {
                let foreign = FOREIGN_CLAIMS.into_iter().find(|claim| *claim == other);
                self.foreign = self.foreign.or(foreign);
                Ok(false)
            }
        }
    }
}

/// `aud`: a string or an array of strings (RFC 7519 section 4.1.3).
#[derive(Debug)]
pub(super) struct Audience(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Texts).map(Self)
    }
}

struct Texts;

impl<'de> Visitor<'de> for Texts {
    type Value = Vec<String>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string or an array of strings")
    }

    fn visit_str<E>(self, text: &str) -> Result<Vec<String>, E> {
        Ok(vec![text.to_owned()])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Vec<String>, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = sequence.next_element()? {
            texts.push(text);
        }
        Ok(texts)
    }
}

/// ID tokens (OpenID Connect Core section 2), security event tokens (RFC 8417), introspection responses (RFC 9701) and
/// DPoP proofs, recognised by claims that an access token does not have.
const FOREIGN_CLAIMS: [&str; 9] = [
    "nonce",
    "at_hash",
    "c_hash",
    "s_hash",
    "events",
    "token_introspection",
    "status_list",
    "htm",
    "htu",
];
