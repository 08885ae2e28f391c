//! JWT access tokens (RFC 9068 section 4, its six items in the order of cost), verified with the keys and rules of the
//! issuer that they name.

use std::sync::Arc;

use super::cache::VerifiedToken;
use super::issuer::Issuer;
use super::known_issuer::KnownIssuer;
use super::signing_key::SigningKey;
use super::unverified::{DecodedToken, UnverifiedToken};
use super::verifier::JwtVerifier;
use crate::excerpt::Excerpt;
use crate::future::MaybeReady;
use crate::keys::{Ready, Tried, VerificationKey};
use crate::time::Timestamp;
use crate::token::access_token::AccessToken;
use crate::token::dialect::Reading;
use crate::token::error::TokenError;
use crate::token::raw_claims::RawClaims;
use crate::token::verifier::{PresentedToken, TokenVerifier};
use crate::token::verifier_settings::VerifierSettings;

impl TokenVerifier for JwtVerifier {
    /// The result is ready unless keys must be fetched, or the issuer resolved.
    fn verify<'a>(
        &'a self,
        token: PresentedToken<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        if let Some(known) = self.recall(&token, now) {
            return MaybeReady::ready(known);
        }
        match self.verify_ready(&token, now) {
            Ok(Ready::Done(accepted)) => MaybeReady::ready(Ok(accepted)),
            Ok(Ready::Waiting(tried)) => {
                MaybeReady::pending(self.verify_waiting(token, now, tried))
            }
            Err(refused) => MaybeReady::ready(Err(refused)),
        }
    }

    /// With issuers that are known only at run time, the list would not be complete.
    fn accepted_issuers(&self) -> Vec<String> {
        if self.tenants.is_some() {
            return Vec::new();
        }
        self.issuers().map(str::to_owned).collect()
    }

    fn settings(&self) -> VerifierSettings {
        let settings = VerifierSettings::default().leeway(self.leeway);
        let issuers = self.issuers.iter();
        issuers.fold(settings, |settings, issuer| issuer.add_to(settings))
    }
}

impl JwtVerifier {
    /// A token from the cache, unless it has expired or its key is no longer current.
    fn recall(
        &self,
        token: &PresentedToken<'_>,
        now: Timestamp,
    ) -> Option<Result<Arc<AccessToken>, TokenError>> {
        let verified = self.cache.get(token.digest())?;
        if let Err(error) = self.check_time(&verified.token, now) {
            return Some(Err(error));
        }
        if !verified.keys.is_current(&verified.key, now) {
            self.cache.remove(token.digest());
            return None;
        }
        Some(Ok(Arc::clone(&verified.token)))
    }

    /// Verifies with the keys at hand, as far as that goes.
    fn verify_ready(
        &self,
        token: &PresentedToken<'_>,
        now: Timestamp,
    ) -> Result<Ready<Arc<AccessToken>>, TokenError> {
        // RFC 9068 section 4, item 2: encrypted tokens have five parts
        let decoded = DecodedToken::new(token)?;
        let unverified = decoded.parse()?;
        // item 3
        let Some(known) = self.issuer_of(issuer_name(&unverified.claims)?, now)? else {
            return Ok(Ready::Waiting(None));
        };
        // item 1, and the algorithm of item 5
        let hint = unverified.hint(known.issuer())?;
        // item 5
        match SigningKey::new(known.issuer(), &hint, &decoded, now)?.find_ready()? {
            Ready::Done(key) => {
                let accepted = self.accept(token, unverified, &known, key, now)?;
                Ok(Ready::Done(accepted))
            }
            Ready::Waiting(tried) => Ok(Ready::Waiting(tried)),
        }
    }

    /// Like [`Self::verify_ready`], but waits for keys other than those tried.
    async fn verify_waiting(
        &self,
        token: PresentedToken<'_>,
        now: Timestamp,
        tried: Option<Tried>,
    ) -> Result<Arc<AccessToken>, TokenError> {
        let decoded = DecodedToken::new(&token)?;
        let unverified = decoded.parse()?;
        let name = issuer_name(&unverified.claims)?;
        match (self.issuer_of(name, now)?, &self.tenants) {
            (Some(known), _) => self.verify_with(token, &known, now, tried).await,
            (None, Some(tenants)) => self.verify_resolving(tenants, token, name, now).await,
            (None, None) => Err(self.unknown_issuer(name)),
        }
    }

    /// Verifies with the keys of the issuer that the token names.
    pub(super) async fn verify_with(
        &self,
        token: PresentedToken<'_>,
        known: &KnownIssuer<'_>,
        now: Timestamp,
        tried: Option<Tried>,
    ) -> Result<Arc<AccessToken>, TokenError> {
        let decoded = DecodedToken::new(&token)?;
        let unverified = decoded.parse()?;
        let hint = unverified.hint(known.issuer())?;
        let search = SigningKey::new(known.issuer(), &hint, &decoded, now)?;
        let key = search.find(tried).await?;
        if let (KnownIssuer::Tenant(tenant), Some(tenants)) = (known, &self.tenants)
            && !tenant.is_proven()
        {
            tenants.prove(tenant);
        }
        self.accept(&token, unverified, known, key, now)
    }

    /// The signature is valid; the claims can be trusted from here on, and decide the result.
    fn accept(
        &self,
        token: &PresentedToken<'_>,
        unverified: UnverifiedToken<'_>,
        known: &KnownIssuer<'_>,
        key: Arc<VerificationKey>,
        now: Timestamp,
    ) -> Result<Arc<AccessToken>, TokenError> {
        let issuer = known.issuer();
        let is_typed = unverified.is_typed();
        let algorithm = unverified.hint(issuer)?.algorithm();
        let UnverifiedToken {
            claims, payload, ..
        } = unverified;
        let reading = claims.read(&issuer.dialect, payload)?;
        // RFC 9068 section 4, item 1, for issuers that do not set `typ`
        reading.check_kind(is_typed)?;
        // item 4
        self.check_audience(issuer, &claims, &reading)?;
        // section 2.2
        claims.check_profile(reading.profile(), now)?;
        let access_token = AccessToken::of(claims, payload, &reading)?;
        let access_token = access_token
            .with_leeway(self.leeway)
            .with_algorithm(algorithm);
        let access_token = Arc::new(match key.kid() {
            Some(kid) => access_token.with_key_id(kid),
            None => access_token,
        });
        // section 4, item 6
        self.check_time(&access_token, now)?;
        let verified = VerifiedToken {
            token: Arc::clone(&access_token),
            key,
            keys: known.keys(),
        };
        self.cache.insert(*token.digest(), verified);
        Ok(access_token)
    }

    /// Selects the issuer by the unverified `iss`; from then on, only this issuer's keys and rules apply. `None` if a
    /// rule must be called for it.
    fn issuer_of(&self, name: &str, now: Timestamp) -> Result<Option<KnownIssuer<'_>>, TokenError> {
        let mut issuers = self.issuers.iter();
        if let Some(issuer) = issuers.find(|issuer| issuer.name == name) {
            return Ok(Some(KnownIssuer::Fixed(issuer)));
        }
        let tenants = self.tenants.as_ref();
        let tenants = tenants.ok_or_else(|| self.unknown_issuer(name))?;
        let tenant = tenants.ready(name, now);
        let tenant = tenant.map_err(|_| self.unknown_issuer(name))?;
        Ok(tenant.map(KnownIssuer::Tenant))
    }

    pub(super) fn unknown_issuer(&self, name: &str) -> TokenError {
        TokenError::Issuer {
            found: Excerpt::new(name),
            expected: self.issuers.iter().map(|each| each.name.clone()).collect(),
        }
    }

    fn check_audience(
        &self,
        issuer: &Issuer,
        claims: &RawClaims<'_>,
        reading: &Reading<'_>,
    ) -> Result<(), TokenError> {
        let own = Some(&issuer.audiences).filter(|own| !own.is_empty());
        let audiences = own.unwrap_or(&self.audiences);
        let is_ours = |audience: &str| audiences.iter().any(|each| each == audience);
        let found = match &claims.aud {
            Some(aud) if audiences.iter().any(|each| aud.contains(each)) => return Ok(()),
            Some(aud) => Excerpt::new(&aud.to_string()),
            None => match reading.audience()? {
                Some(audience) if is_ours(audience) => return Ok(()),
                Some(audience) => Excerpt::new(audience),
                None => return Err(TokenError::MissingClaim("aud")),
            },
        };
        Err(TokenError::Audience {
            found,
            expected: audiences.clone(),
        })
    }

    fn check_time(&self, token: &AccessToken, now: Timestamp) -> Result<(), TokenError> {
        token.check_expiry(now)?;
        match token.claims().not_before {
            Some(nbf) if nbf > now.saturating_add(self.leeway) => Err(TokenError::NotYetValid {
                wait: nbf.saturating_duration_since(now),
            }),
            _ => Ok(()),
        }
    }
}

fn issuer_name<'a>(claims: &'a RawClaims<'_>) -> Result<&'a str, TokenError> {
    let name = claims.iss.as_deref();
    name.ok_or(TokenError::MissingClaim("iss"))
}
