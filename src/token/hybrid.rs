//! JWT access tokens whose revocation is seen: verified here, then introspected (RFC 9068 section 4, RFC 7662).

use std::sync::Arc;

use super::access_token::AccessToken;
use super::error::TokenError;
use super::introspection::Introspection;
use super::jwt::JwtVerifier;
use super::verifier::{PresentedToken, TokenVerifier};
use super::verifier_settings::VerifierSettings;
use crate::config_error::ConfigError;
use crate::future::MaybeReady;
use crate::time::Timestamp;

type Verified = Result<Arc<AccessToken>, TokenError>;

/// Verifies the JWTs of one issuer, and then introspects them (RFC 7662).
///
/// A token must pass both. Only tokens that the issuer signed are sent to it. The claims are those of the JWT. `cnf`
/// and `jti` of the response, if present, must equal those of the JWT; other claims are not compared.
///
/// A revocation has an effect as soon as the cached result of the introspection expires: 60 s by default, see
/// [`Introspection::cache`].
///
/// ```
/// use sender_constraint::ConfigError;
/// use sender_constraint::token::{Hybrid, Introspection, JwtVerifier};
///
/// fn tokens(jwt: JwtVerifier, introspection: Introspection) -> Result<Hybrid, ConfigError> {
///     Hybrid::new(jwt, introspection)
/// }
/// # drop(tokens);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Hybrid {
    jwt: JwtVerifier,
    introspection: Introspection,
}

impl Hybrid {
    /// Accepts what both accept.
    ///
    /// # Errors
    ///
    /// [`ConfigError::HybridIssuer`] unless both are for the same issuer, and for no other one: the tokens of one
    /// issuer must not be sent to another one.
    pub fn new(jwt: JwtVerifier, introspection: Introspection) -> Result<Self, ConfigError> {
        let issuer = introspection.issuer();
        if jwt.has_tenants() || !jwt.issuers().eq([issuer]) {
            return Err(ConfigError::HybridIssuer(issuer.to_owned()));
        }
        Ok(Self { jwt, introspection })
    }

    pub(super) fn issuer(&self) -> &str {
        self.introspection.issuer()
    }
}

impl TokenVerifier for Hybrid {
    /// The result is ready if both results are.
    fn verify<'a>(&'a self, token: PresentedToken<'a>, now: Timestamp) -> MaybeReady<'a, Verified> {
        let local = self.jwt.verify(token, now);
        if !local.is_ready() {
            return MaybeReady::pending(async move {
                let own = local.await?;
                let reported = self.introspection.verify(token, now).await?;
                consistent(own, &reported)
            });
        }
        let own = match local.into_ready() {
            Some(Ok(own)) => own,
            Some(Err(error)) => return MaybeReady::ready(Err(error)),
            // `is_ready` holds.
            None => return MaybeReady::ready(Err(TokenError::NotAJws)),
        };
        let reported = self.introspection.verify(token, now);
        if !reported.is_ready() {
            return MaybeReady::pending(async move { consistent(own, &*reported.await?) });
        }
        match reported.into_ready() {
            Some(Ok(reported)) => MaybeReady::ready(consistent(own, &reported)),
            Some(Err(error)) => MaybeReady::ready(Err(error)),
            None => MaybeReady::ready(Err(TokenError::Inactive)),
        }
    }

    fn accepted_issuers(&self) -> Vec<String> {
        vec![self.issuer().to_owned()]
    }

    fn settings(&self) -> VerifierSettings {
        let both = self.jwt.settings().and(self.introspection.settings());
        // Every token must pass both.
        both.sees_revocation()
    }
}

/// The token itself, unless the response is about another one.
fn consistent(own: Arc<AccessToken>, reported: &AccessToken) -> Verified {
    if !reported.confirmation().is_unbound() && !is_same_binding(&own, reported) {
        return Err(TokenError::Contradiction("cnf"));
    }
    match (own.claims().jti(), reported.claims().jti()) {
        (Some(own), Some(reported)) if own != reported => Err(TokenError::Contradiction("jti")),
        _ => Ok(own),
    }
}

/// Whether both name the same key and certificate, and the response has no member that the JWT does not have: a dialect
/// can accept members of the JWT, such as `kc-jkt-type`.
fn is_same_binding(own: &AccessToken, reported: &AccessToken) -> bool {
    let (signed, found) = (own.confirmation(), reported.confirmation());
    let is_same = signed.jkt == found.jkt && signed.x5t_s256 == found.x5t_s256;
    if !is_same || found.unknown.is_empty() {
        return is_same;
    }
    let members = |token: &AccessToken| token.claims().deserialize::<WithConfirmation>();
    match (members(own), members(reported)) {
        (Ok(signed), Ok(found)) => found.cnf == signed.cnf,
        _ => false,
    }
}

#[derive(serde::Deserialize)]
struct WithConfirmation {
    cnf: Option<serde_json::Value>,
}
