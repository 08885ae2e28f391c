//! Signed answers (RFC 9701 section 5): a JWT whose member `token_introspection` is the answer.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::de::MapAccess;
use serde_json::value::RawValue;

use super::answer_error::AnswerError;
use crate::excerpt::Excerpt;
use crate::jose::{AlgorithmList, Audience, DecodedJws, JoseHeader, Object, Reader, parse};
use crate::keys::{KeyHint, KeySearch, KeySearchError, KeySource, Signed};
use crate::time::Timestamp;

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
        let jws = DecodedJws::new(body.trim_ascii()).ok_or(AnswerError::NotAJws)?;
        let header: JoseHeader<'_> = parse(&jws.header).map_err(AnswerError::Json)?;
        let claims: Claims<'_> = parse(&jws.payload).map_err(AnswerError::Json)?;
        let hint = self.hint(&header)?.with_issued_at(claims.iat);
        self.check_signature(&hint, &jws, now).await?;
        claims.answer(parties, now)
    }

    fn hint<'a>(&self, header: &'a JoseHeader<'_>) -> Result<KeyHint<'a>, AnswerError> {
        if header.is_critical() {
            return Err(AnswerError::Critical);
        }
        if !header.is_type(TYPE) {
            let found = header.shown_type();
            return Err(AnswerError::Type { found });
        }
        let alg = header.alg().unwrap_or("(absent)");
        let algorithm = self.algorithms.allowed(alg);
        let algorithm = algorithm.ok_or_else(|| AnswerError::Algorithm {
            found: Excerpt::new(alg),
            allowed: self.algorithms.to_string(),
        })?;
        Ok(KeyHint::new(header.kid(), algorithm))
    }

    async fn check_signature(
        &self,
        hint: &KeyHint<'_>,
        jws: &DecodedJws<'_>,
        now: Timestamp,
    ) -> Result<(), AnswerError> {
        let signature = jws.signature().ok_or(AnswerError::Signature)?;
        let search = KeySearch {
            keys: &self.keys,
            hint,
            signed: Signed {
                message: jws.signing_input(),
                signature: &signature,
            },
            now,
        };
        match search.find(None).await {
            Ok(_) => Ok(()),
            Err(KeySearchError::Unavailable(unavailable)) => Err(unavailable.into()),
            Err(KeySearchError::Signature(_) | KeySearchError::UnknownKey(_)) => {
                Err(AnswerError::Signature)
            }
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
        let is_for_us = |aud: &Audience| aud.contains(parties.client_id);
        if !self.aud.as_ref().is_some_and(is_for_us) {
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
