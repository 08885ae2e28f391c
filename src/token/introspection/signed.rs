//! Signed answers (RFC 9701 section 5): a JWT whose member `token_introspection` is the answer.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::de::MapAccess;
use serde_json::value::RawValue;

use super::answer_error::AnswerError;
use crate::crypto::decode;
use crate::excerpt::Excerpt;
use crate::jose::{AlgorithmList, Compact, Critical, Object, Reader, TypeName, parse};
use crate::keys::{KeyHint, KeySource, VerificationKey};
use crate::time::Timestamp;
use crate::token::claims::Audience;

/// The keys and the algorithms of signed answers.
#[derive(Clone, Debug)]
pub(super) struct SignedAnswers {
    pub(super) keys: Arc<dyn KeySource>,
    pub(super) algorithms: AlgorithmList,
}

/// Whom an answer must come from, and whom it must be for.
#[derive(Clone, Copy)]
pub(super) struct Parties<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
}

impl SignedAnswers {
    /// Verifies the JWT, and returns the answer inside it as JSON.
    pub(super) async fn verify(
        &self,
        body: &[u8],
        parties: Parties<'_>,
        now: Timestamp,
    ) -> Result<String, AnswerError> {
        let jws = Compact::parse(body.trim_ascii()).ok_or(AnswerError::NotAJws)?;
        let decoded = |part| decode(part).ok_or(AnswerError::NotAJws);
        let (header, payload) = (decoded(jws.header())?, decoded(jws.payload())?);
        let signature = decoded(jws.signature())?;
        let header: Header<'_> = parse(&header).map_err(AnswerError::Json)?;
        let claims: Claims<'_> = parse(&payload).map_err(AnswerError::Json)?;
        let hint = self.hint(&header)?.with_issued_at(claims.iat);
        self.check_signature(&hint, jws.signing_input(), &signature, now)
            .await?;
        claims.answer(parties, now)
    }

    fn hint<'a>(&self, header: &'a Header<'_>) -> Result<KeyHint<'a>, AnswerError> {
        if !header.critical.is_empty() {
            return Err(AnswerError::Critical);
        }
        let typ = header.typ.as_ref();
        if !typ.is_some_and(|typ| TypeName(typ).is(TYPE)) {
            let found = Excerpt::new(typ.map_or("(absent)", |typ| typ));
            return Err(AnswerError::Type { found });
        }
        let alg = header.alg.as_deref().unwrap_or("(absent)");
        let algorithm = self.algorithms.allowed(alg);
        let algorithm = algorithm.ok_or_else(|| AnswerError::Algorithm {
            found: Excerpt::new(alg),
            allowed: self.algorithms.to_string(),
        })?;
        Ok(KeyHint::new(header.kid.as_deref(), algorithm))
    }

    async fn check_signature(
        &self,
        hint: &KeyHint<'_>,
        message: &[u8],
        signature: &[u8],
        now: Timestamp,
    ) -> Result<(), AnswerError> {
        let verifies = |mut keys: Vec<Arc<VerificationKey>>| {
            keys.sort_by_key(|key| !key.states_algorithm());
            let mut tried = keys.iter().take(MAX_CANDIDATES);
            tried.any(|key| key.verifies(hint.algorithm(), message, signature))
        };
        if verifies(self.keys.find(hint, now).await?)
            || verifies(self.keys.find_newer(hint, now).await?)
        {
            return Ok(());
        }
        Err(AnswerError::Signature)
    }
}

#[derive(Default)]
struct Header<'a> {
    typ: Option<Cow<'a, str>>,
    alg: Option<Cow<'a, str>>,
    kid: Option<Cow<'a, str>>,
    critical: Critical,
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

/// The outer claims. Other members, such as `sub` and `exp`, are of no use here (RFC 9701 section 5).
#[derive(Default)]
struct Claims<'a> {
    iss: Option<Cow<'a, str>>,
    aud: Option<Audience>,
    iat: Option<Timestamp>,
    answer: Option<&'a RawValue>,
}

impl Claims<'_> {
    fn answer(self, parties: Parties<'_>, now: Timestamp) -> Result<String, AnswerError> {
        let issuer = self.iss.as_deref().unwrap_or("(absent)");
        if issuer != parties.issuer {
            return Err(AnswerError::Issuer {
                found: Excerpt::new(issuer),
            });
        }
        let is_for_us = |aud: Audience| aud.0.iter().any(|each| each == parties.client_id);
        if !self.aud.is_some_and(is_for_us) {
            return Err(AnswerError::Audience {
                client_id: parties.client_id.to_owned(),
            });
        }
        let is_fresh = |iat: Timestamp| {
            iat <= now.saturating_add(MAX_AGE) && now <= iat.saturating_add(MAX_AGE)
        };
        if !self.iat.is_some_and(is_fresh) {
            return Err(AnswerError::IssuedAt);
        }
        let answer = self.answer.ok_or(AnswerError::Active)?;
        Ok(answer.get().to_owned())
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
            "token_introspection" => reader.value("token_introspection", &mut self.answer),
            _ => Ok(false),
        }
    }
}

/// Does not show the answer.
impl fmt::Debug for Claims<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Claims").finish_non_exhaustive()
    }
}

const TYPE: &str = "token-introspection+jwt";
const MAX_AGE: Duration = Duration::from_secs(60);
const MAX_CANDIDATES: usize = 16;
