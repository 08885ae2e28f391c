//! The response of an introspection endpoint (RFC 7662 section 2.2), read and checked as the claims of a JWT are.

use std::borrow::Cow;
use std::time::Duration;

use serde::de::MapAccess;

use super::response_error::ResponseError;
use crate::excerpt::Excerpt;
use crate::jose::{Object, Reader, parse};
use crate::time::Timestamp;
use crate::token::access_token::AccessToken;
use crate::token::dialect::Dialect;
use crate::token::error::TokenError;
use crate::token::raw_claims::RawClaims;

/// What a response must state.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    pub(super) issuer: String,
    pub(super) audiences: Vec<String>,
    pub(super) requires_audience: bool,
    pub(super) leeway: Duration,
}

/// Why a response yields no token.
pub(super) enum Refusal {
    Response(ResponseError),
    Token(TokenError),
}

impl From<TokenError> for Refusal {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

impl Expected {
    pub(super) fn read(&self, json: &[u8], now: Timestamp) -> Result<AccessToken, Refusal> {
        // Nothing else of an inactive response is used, so nothing else is read.
        let state: State =
            parse(json).map_err(|error| Refusal::Response(ResponseError::Json(error)))?;
        match state.active {
            None => return Err(Refusal::Response(ResponseError::Active)),
            Some(false) => return Err(TokenError::Inactive.into()),
            Some(true) => {}
        }
        let mut response: Response<'_> = parse(json).map_err(TokenError::Payload)?;
        self.check_issuer(&response.claims)?;
        response
            .claims
            .iss
            .get_or_insert(Cow::Borrowed(&self.issuer));
        self.check_audience(&response.claims)?;
        response.claims.check_issue_time(now)?;
        let is_dpop = response.check_type()?;
        let not_before = response.claims.nbf;
        // RFC 7662 section 2.2 names the members, whatever the issuer's tokens look like.
        let dialect = Dialect::rfc9068();
        let reading = response.claims.read(&dialect, json)?;
        let token = AccessToken::of(response.claims, json, &reading)?.with_leeway(self.leeway);
        // RFC 9449 section 6.2: a server that reports the type reports the key.
        if is_dpop && token.confirmation().jkt.is_none() {
            return Err(TokenError::DpopWithoutKey.into());
        }
        token.check_expiry(now)?;
        match not_before {
            Some(nbf) if nbf > now.saturating_add(self.leeway) => Err(TokenError::NotYetValid {
                wait: nbf.saturating_duration_since(now),
            }
            .into()),
            _ => Ok(token),
        }
    }

    fn check_issuer(&self, claims: &RawClaims<'_>) -> Result<(), TokenError> {
        match claims.iss.as_deref() {
            Some(iss) if iss != self.issuer => Err(TokenError::Issuer {
                found: Excerpt::new(iss),
                expected: vec![self.issuer.clone()],
            }),
            _ => Ok(()),
        }
    }

    fn check_audience(&self, claims: &RawClaims<'_>) -> Result<(), TokenError> {
        let Some(audience) = &claims.aud else {
            return if self.requires_audience {
                Err(TokenError::AudienceUnknown)
            } else {
                Ok(())
            };
        };
        if self.audiences.iter().any(|each| audience.contains(each)) {
            return Ok(());
        }
        Err(TokenError::Audience {
            found: Excerpt::new(&audience.to_string()),
            expected: self.audiences.clone(),
        })
    }
}

/// Reads `active`, and enforces the rules for JSON on the rest.
#[derive(Debug, Default)]
struct State {
    active: Option<bool>,
}

impl<'de> Object<'de> for State {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error> {
        match name {
            "active" => reader.value("active", &mut self.active),
            _ => Ok(false),
        }
    }
}

#[derive(Debug, Default)]
struct Response<'a> {
    token_type: Option<Cow<'a, str>>,
    token_use: Option<Cow<'a, str>>,
    claims: RawClaims<'a>,
}

impl Response<'_> {
    /// Refuses tokens that are not access tokens: an endpoint answers for refresh tokens too (RFC 7662 section 2.1).
    /// Returns whether the type is DPoP.
    fn check_type(&self) -> Result<bool, TokenError> {
        let refused = |found: &str| {
            Err(TokenError::ReportedType {
                found: Excerpt::new(found),
            })
        };
        if let Some(usage) = self.token_use.as_deref()
            && !ACCESS_TOKEN_USES.contains(&usage)
        {
            return refused(usage);
        }
        match self.token_type.as_deref() {
            Some(name) if name.eq_ignore_ascii_case("DPoP") => Ok(true),
            Some(name) if !name.eq_ignore_ascii_case("Bearer") => refused(name),
            _ => Ok(false),
        }
    }
}

impl<'de> Object<'de> for Response<'de> {
    fn member<A: MapAccess<'de>>(
        &mut self,
        name: &str,
        reader: &mut Reader<'_, A>,
    ) -> Result<bool, A::Error> {
        match name {
            "token_type" => reader.text("token_type", &mut self.token_type),
            "token_use" => reader.text("token_use", &mut self.token_use),
            _ => self.claims.member(name, reader),
        }
    }
}

/// Not registered, but how Ory Hydra and Amazon Cognito tell access tokens from others.
const ACCESS_TOKEN_USES: [&str; 2] = ["access", "access_token"];
