//! The claims of an access token (RFC 9068 section 2.2) as they appear in the payload, each parsed into its own type.

use std::borrow::Cow;
use std::time::Duration;

use serde::de::MapAccess;

use super::authorization_detail::AuthorizationDetail;
use super::claims::Claims;
use super::confirmation::RawConfirmation;
use super::dialect::{Dialect, Reading, Standard};
use super::error::TokenError;
use super::foreign::FOREIGN_CLAIMS;
use crate::jose::{Audience, JsonError, Object, Reader, parse};
use crate::time::Timestamp;

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
    auth_time: Option<Timestamp>,
    acr: Option<Cow<'a, str>>,
    amr: Option<Audience>,
    has_act: bool,
    has_authorization_details: bool,
    has_roles: bool,
    /// A claim that only other kinds of JWT have.
    pub(super) foreign: Option<&'static str>,
}

impl<'a> RawClaims<'a> {
    pub(super) fn parse(json: &'a [u8]) -> Result<Self, JsonError> {
        parse(json)
    }

    /// Reads the claims by a dialect.
    pub(super) fn read<'d>(
        &self,
        dialect: &'d Dialect,
        json: &[u8],
    ) -> Result<Reading<'d>, TokenError> {
        dialect.read(json, self.has_act || self.has_roles)
    }

    /// Refuses an issue time that is not over: what was issued before a time could not be denied.
    pub(super) fn check_issue_time(&self, now: Timestamp) -> Result<(), TokenError> {
        match self.iat {
            Some(iat) if iat > now.saturating_add(MAX_ISSUED_AHEAD) => {
                Err(TokenError::IssuedInFuture {
                    ahead: iat.saturating_duration_since(now),
                })
            }
            _ => Ok(()),
        }
    }

    /// Converts the claims to their own types.
    pub(super) fn into_claims(
        self,
        json: &[u8],
        reading: &Reading<'_>,
    ) -> Result<Claims, TokenError> {
        let vocabulary = reading.vocabulary(&Standard {
            subject: self.sub.as_deref(),
            client_id: self.client_id.as_deref(),
            scope: self.scope.as_deref(),
        })?;
        let authorization_details = if self.has_authorization_details {
            AuthorizationDetail::all(json)
        } else {
            Box::default()
        };
        Ok(Claims {
            issuer: self.iss.ok_or(TokenError::MissingClaim("iss"))?.into(),
            subject: self.sub.map(Into::into),
            client_id: vocabulary.client_id,
            scope: vocabulary.scope,
            jti: self.jti.map(Into::into),
            expires_at: self.exp,
            not_before: self.nbf,
            roles: vocabulary.roles,
            actors: vocabulary.actors,
            authorization_details,
            is_client_only: vocabulary.is_client_only,
            auth_time: self.auth_time,
            acr: self.acr.map(Into::into),
            amr: self
                .amr
                .map(|amr| amr.into_values().into())
                .unwrap_or_default(),
            issued_at: self.iat,
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
            "auth_time" => reader.value("auth_time", &mut self.auth_time),
            "acr" => reader.text("acr", &mut self.acr),
            "amr" => reader.value("amr", &mut self.amr),
            "act" => reader.presence("act", &mut self.has_act),
            "authorization_details" => {
                reader.presence("authorization_details", &mut self.has_authorization_details)
            }
            "roles" => reader.presence("roles", &mut self.has_roles),
            other => {
                let foreign = FOREIGN_CLAIMS.into_iter().find(|claim| *claim == other);
                self.foreign = self.foreign.or(foreign);
                Ok(false)
            }
        }
    }
}

const MAX_ISSUED_AHEAD: Duration = Duration::from_secs(60);
