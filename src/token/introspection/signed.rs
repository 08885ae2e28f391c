//! Signed responses (RFC 9701 section 5): a JWT whose member `token_introspection` is the response.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use serde::de::MapAccess;
use serde_json::value::RawValue;

use super::response_error::ResponseError;
use crate::excerpt::Excerpt;
use crate::jose::{AlgorithmList, Audience, DecodedJws, JoseHeader, Object, Reader, parse};
use crate::keys::{KeyHint, KeySource, is_signed};
use crate::time::Timestamp;
use crate::token::verifier_settings::VerifierSettings;

/// The keys and the algorithms of signed responses.
#[derive(Clone, Debug)]
pub(super) struct SignedResponses {
    pub(super) keys: Arc<dyn KeySource>,
    pub(super) algorithms: AlgorithmList,
}

/// Whom a response must come from, and whom it must be for.
#[derive(Clone, Copy)]
pub(super) struct Parties<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
}

impl SignedResponses {
    /// Adds what a profile has rules for: no token shows the algorithm of a response.
    pub(super) fn add_to(&self, settings: VerifierSettings) -> VerifierSettings {
        let settings = settings.algorithms(self.algorithms.iter());
        if self.keys.uses_insecure_http() {
            settings.insecure_http()
        } else {
            settings
        }
    }

    /// Verifies the JWT, and returns the response inside it as JSON.
    pub(super) async fn verify(
        &self,
        body: &[u8],
        parties: Parties<'_>,
        now: Timestamp,
    ) -> Result<String, ResponseError> {
        let jws = DecodedJws::new(body.trim_ascii()).ok_or(ResponseError::NotAJws)?;
        let header: JoseHeader<'_> = parse(&jws.header).map_err(ResponseError::Json)?;
        let claims: Claims<'_> = parse(&jws.payload).map_err(ResponseError::Json)?;
        let hint = self.hint(&header)?.with_issued_at(claims.iat);
        if !is_signed(&jws, &self.keys, &hint, now).await? {
            return Err(ResponseError::Signature);
        }
        claims.response(parties, now)
    }

    fn hint<'a>(&self, header: &'a JoseHeader<'_>) -> Result<KeyHint<'a>, ResponseError> {
        if header.is_critical() {
            return Err(ResponseError::Critical);
        }
        if !header.is_type(TYPE) {
            let found = header.shown_type();
            return Err(ResponseError::Type { found });
        }
        let alg = header.alg().unwrap_or("(absent)");
        let algorithm = self.algorithms.allowed(alg);
        let algorithm = algorithm.ok_or_else(|| ResponseError::Algorithm {
            found: Excerpt::new(alg),
            allowed: self.algorithms.to_string(),
        })?;
        Ok(KeyHint::new(header.kid(), algorithm))
    }
}

/// The outer claims. Other members, such as `sub` and `exp`, are of no use here (RFC 9701 section 5).
#[derive(Default)]
struct Claims<'a> {
    iss: Option<Cow<'a, str>>,
    aud: Option<Audience>,
    iat: Option<Timestamp>,
    response: Option<&'a RawValue>,
}

impl Claims<'_> {
    fn response(self, parties: Parties<'_>, now: Timestamp) -> Result<String, ResponseError> {
        let issuer = self.iss.as_deref().unwrap_or("(absent)");
        if issuer != parties.issuer {
            return Err(ResponseError::Issuer {
                found: Excerpt::new(issuer),
            });
        }
        let is_for_us = |aud: &Audience| aud.contains(parties.client_id);
        if !self.aud.as_ref().is_some_and(is_for_us) {
            return Err(ResponseError::Audience {
                client_id: parties.client_id.to_owned(),
            });
        }
        let is_fresh = |iat: Timestamp| {
            iat <= now.saturating_add(MAX_AGE) && now <= iat.saturating_add(MAX_AGE)
        };
        if !self.iat.is_some_and(is_fresh) {
            return Err(ResponseError::IssuedAt);
        }
        let response = self.response.ok_or(ResponseError::Active)?;
        Ok(response.get().to_owned())
    }
}

impl<'de> Object<'de> for Claims<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error> {
        match name {
            "iss" => reader.text("iss", &mut self.iss),
            "aud" => reader.value("aud", &mut self.aud),
            "iat" => reader.value("iat", &mut self.iat),
            "token_introspection" => reader.value("token_introspection", &mut self.response),
            _ => Ok(false),
        }
    }
}

const TYPE: &str = "token-introspection+jwt";
const MAX_AGE: Duration = Duration::from_secs(60);
