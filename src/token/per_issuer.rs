//! Tokens of several issuers, each verified by the method that is configured for it.

use std::sync::Arc;

use super::access_token::AccessToken;
use super::error::TokenError;
use super::hybrid::Hybrid;
use super::introspection::Introspection;
use super::jwt::{JwtVerifier, unverified_issuer};
use super::verifier::{PresentedToken, TokenVerifier};
use super::verifier_settings::VerifierSettings;
use crate::config_error::ConfigError;
use crate::excerpt::Excerpt;
use crate::future::MaybeReady;
use crate::time::Timestamp;

/// Verifies the tokens of several issuers: locally, by introspection, or both, as it is configured for each issuer.
///
/// A JWT is verified by the method of the issuer that its `iss` names, and by no other: a JWT whose signature does not
/// verify is refused, not introspected. A JWT that names another issuer is refused, so that no issuer sees the tokens
/// of another one.
///
/// A text that is no JWT is opaque, also one that contains a JWT: a client that deforms its token shows it to the
/// introspecting issuer.
///
/// A token that names no issuer is opaque. It can belong to one issuer only, the one of
/// [`PerIssuer::introspection`]: a second one would have to be shown the tokens of the first. If there is none, opaque
/// tokens are refused.
///
/// ```
/// use sender_constraint::ConfigError;
/// use sender_constraint::token::{Introspection, JwtVerifier, PerIssuer};
///
/// fn tokens(jwt: JwtVerifier, partner: Introspection) -> Result<PerIssuer, ConfigError> {
///     PerIssuer::new().jwt(jwt)?.introspection(partner)
/// }
/// # drop(tokens);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct PerIssuer {
    jwt: Vec<JwtVerifier>,
    hybrid: Vec<Hybrid>,
    introspection: Option<Introspection>,
}

impl PerIssuer {
    /// Refuses all tokens until an issuer is added.
    pub fn new() -> Self {
        Self::default()
    }

    /// Verifies the JWTs of these issuers locally.
    ///
    /// # Errors
    ///
    /// [`ConfigError::DuplicateIssuer`] if one of them is already configured, [`ConfigError::TenantsPerIssuer`] if the
    /// verifier accepts issuers that are known only at run time.
    pub fn jwt(mut self, verifier: JwtVerifier) -> Result<Self, ConfigError> {
        if verifier.has_tenants() {
            return Err(ConfigError::TenantsPerIssuer);
        }
        for issuer in verifier.issuers() {
            self.check_new(issuer)?;
        }
        self.jwt.push(verifier);
        Ok(self)
    }

    /// Verifies the JWTs of this issuer locally and by introspection.
    ///
    /// # Errors
    ///
    /// [`ConfigError::DuplicateIssuer`] if the issuer is already configured.
    pub fn hybrid(mut self, verifier: Hybrid) -> Result<Self, ConfigError> {
        self.check_new(verifier.issuer())?;
        self.hybrid.push(verifier);
        Ok(self)
    }

    /// Introspects the tokens of this issuer, and all opaque tokens.
    ///
    /// # Errors
    ///
    /// [`ConfigError::DuplicateIssuer`] if the issuer is already configured, [`ConfigError::SecondIntrospection`] if
    /// another issuer's tokens are introspected.
    pub fn introspection(mut self, verifier: Introspection) -> Result<Self, ConfigError> {
        self.check_new(verifier.issuer())?;
        if let Some(first) = &self.introspection {
            return Err(ConfigError::SecondIntrospection {
                first: first.issuer().to_owned(),
                second: verifier.issuer().to_owned(),
            });
        }
        self.introspection = Some(verifier);
        Ok(self)
    }

    fn check_new(&self, issuer: &str) -> Result<(), ConfigError> {
        if self.issuers().any(|known| known == issuer) {
            return Err(ConfigError::DuplicateIssuer(issuer.to_owned()));
        }
        Ok(())
    }

    fn issuers(&self) -> impl Iterator<Item = &str> {
        let jwt = self.jwt.iter().flat_map(JwtVerifier::issuers);
        let hybrid = self.hybrid.iter().map(Hybrid::issuer);
        let introspection = self.introspection.iter().map(Introspection::issuer);
        jwt.chain(hybrid).chain(introspection)
    }

    /// The verifier of a JWT that names this issuer.
    fn verifier_of(&self, issuer: &str) -> Option<&dyn TokenVerifier> {
        let mut jwt = self.jwt.iter();
        if let Some(verifier) = jwt.find(|each| each.issuers().any(|known| known == issuer)) {
            return Some(verifier);
        }
        if let Some(verifier) = self.hybrid.iter().find(|each| each.issuer() == issuer) {
            return Some(verifier);
        }
        let introspection = self.introspection.as_ref();
        match introspection {
            Some(verifier) if verifier.issuer() == issuer => Some(verifier),
            _ => None,
        }
    }

    fn choose(&self, token: &PresentedToken<'_>) -> Result<&dyn TokenVerifier, TokenError> {
        let Some(issuer) = unverified_issuer(token)? else {
            return match &self.introspection {
                Some(verifier) => Ok(verifier),
                None => Err(TokenError::NotAJws),
            };
        };
        self.verifier_of(&issuer).ok_or_else(|| TokenError::Issuer {
            found: Excerpt::new(&issuer),
            expected: self.issuers().map(str::to_owned).collect(),
        })
    }
}

impl TokenVerifier for PerIssuer {
    fn verify<'a>(
        &'a self,
        token: PresentedToken<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        match self.choose(&token) {
            Ok(verifier) => verifier.verify(token, now),
            Err(refused) => MaybeReady::ready(Err(refused)),
        }
    }

    fn accepted_issuers(&self) -> Vec<String> {
        self.issuers().map(str::to_owned).collect()
    }

    fn settings(&self) -> VerifierSettings {
        let jwt = self.jwt.iter().map(TokenVerifier::settings);
        let hybrid = self.hybrid.iter().map(TokenVerifier::settings);
        let introspection = self.introspection.iter().map(TokenVerifier::settings);
        let all = jwt.chain(hybrid).chain(introspection);
        all.reduce(VerifierSettings::and).unwrap_or_default()
    }
}
