//! JWT access tokens (RFC 9068 section 4), verified with the keys and rules of the issuer they name.

use std::sync::Arc;
use std::time::Duration;

use super::cache::{TokenCache, VerifiedToken};
use super::candidates::verifying_key;
use super::claims::RawClaims;
use super::error::TokenError;
use super::header::Header;
use super::issuer::Issuer;
use super::verifier::{AccessToken, PresentedToken, TokenVerifier};
use crate::answer::Answer;
use crate::config_error::{ConfigError, in_range};
use crate::crypto::{decode, decode_into};
use crate::excerpt::Excerpt;
use crate::jose::{Compact, parse};
use crate::keys::{KeyHint, KeySource, KeysUnavailable, VerificationKey};
use crate::time::Timestamp;

/// Verifies JWT access tokens of one issuer or several.
///
/// Checks `typ`, the issuer, the algorithm against the issuer's list, the signature with a current key of
/// that issuer, `exp`, `nbf`, `iat`, `aud`, and that the claims RFC 9068 requires are there.
///
/// This does not check scopes, and it knows nothing of revocation: a token is good until it expires or its
/// key is withdrawn. Encrypted tokens are refused.
#[derive(Clone, Debug)]
#[must_use]
pub struct JwtVerifier {
    issuers: Vec<Issuer>,
    audiences: Vec<String>,
    leeway: Duration,
    cache: TokenCache,
}

impl JwtVerifier {
    /// Tokens of `issuer` for `audience`, verified with `keys`.
    ///
    /// # Errors
    ///
    /// Those of [`Issuer::new`], and [`ConfigError::Audience`] for an empty audience.
    pub fn new(issuer: &str, audience: &str, keys: impl KeySource) -> Result<Self, ConfigError> {
        Self::for_issuer(Issuer::new(issuer, keys)?, audience)
    }

    /// Tokens of an issuer with rules of its own.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Audience`] for an empty audience.
    pub fn for_issuer(issuer: Issuer, audience: &str) -> Result<Self, ConfigError> {
        let verifier = Self {
            issuers: vec![issuer],
            audiences: Vec::new(),
            leeway: DEFAULT_LEEWAY,
            cache: TokenCache::default(),
        };
        verifier.also_audience(audience)
    }

    /// Accepts tokens of another issuer too, with its own keys and rules only.
    ///
    /// # Errors
    ///
    /// [`ConfigError::DuplicateIssuer`] if it is there already.
    pub fn also_issuer(mut self, issuer: Issuer) -> Result<Self, ConfigError> {
        if self.issuers.iter().any(|known| known.name == issuer.name) {
            return Err(ConfigError::DuplicateIssuer(issuer.name));
        }
        self.issuers.push(issuer);
        // A clone under other rules must not share what these rules accept.
        self.cache = TokenCache::default();
        Ok(self)
    }

    /// Answers to another audience too.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Audience`] if it is empty.
    pub fn also_audience(mut self, audience: &str) -> Result<Self, ConfigError> {
        if audience.is_empty() {
            return Err(ConfigError::Audience);
        }
        self.audiences.push(audience.to_owned());
        self.cache = TokenCache::default();
        Ok(self)
    }

    /// How far clocks may differ when `exp` and `nbf` are judged: 30 s by default, at most 300 s.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Duration`] above that.
    pub fn leeway(mut self, leeway: Duration) -> Result<Self, ConfigError> {
        self.leeway = in_range(
            "the leeway for access tokens",
            leeway,
            Duration::ZERO,
            MAX_LEEWAY,
        )?;
        // What is kept was judged with the other leeway.
        self.cache = TokenCache::default();
        Ok(self)
    }

    /// A token verified before, unless its time is over or its key is gone.
    fn recall(
        &self,
        token: &PresentedToken<'_>,
        now: Timestamp,
    ) -> Option<Result<Arc<AccessToken>, TokenError>> {
        let verified = self.cache.get(token.digest())?;
        if let Err(error) = self.check_time(&verified.token, now) {
            return Some(Err(error));
        }
        let keys = &self.issuers.get(verified.issuer)?.keys;
        if !keys.trusts(&verified.key, now) {
            self.cache.remove(token.digest());
            return None;
        }
        Some(Ok(Arc::clone(&verified.token)))
    }

    async fn verify_afresh(
        &self,
        token: PresentedToken<'_>,
        now: Timestamp,
    ) -> Result<Arc<AccessToken>, TokenError> {
        let jws = Compact::parse(token.secret_text().as_bytes()).ok_or(TokenError::NotAJws)?;
        let json = decode(jws.header()).ok_or(TokenError::NotAJws)?;
        let header: Header<'_> = parse(&json).map_err(TokenError::Header)?;
        let payload = decode(jws.payload()).ok_or(TokenError::NotAJws)?;
        let claims = RawClaims::parse(&payload).map_err(TokenError::Payload)?;
        let (index, issuer) = self.issuer_of(&claims)?;
        let algorithm = header.check(issuer)?;
        let hint = KeyHint::new(header.kid.as_deref(), algorithm).with_issued_at(claims.iat);
        let key = verified_key(issuer, &hint, &jws, now).await?;
        // From here on the issuer speaks; what it says decides the rest.
        self.check_audience(&claims)?;
        claims.check_profile(issuer.typed, now)?;
        let access_token = Arc::new(AccessToken::of(claims, &payload)?.leeway(self.leeway));
        self.check_time(&access_token, now)?;
        let verified = VerifiedToken {
            token: Arc::clone(&access_token),
            key,
            issuer: index,
        };
        self.cache.insert(*token.digest(), verified);
        Ok(access_token)
    }

    /// Chosen by the unverified `iss`, and then only this issuer's keys and rules count.
    fn issuer_of(&self, claims: &RawClaims<'_>) -> Result<(usize, &Issuer), TokenError> {
        let name = claims
            .iss
            .as_deref()
            .ok_or(TokenError::MissingClaim("iss"))?;
        let mut issuers = self.issuers.iter().enumerate();
        issuers
            .find(|(_, issuer)| issuer.name == name)
            .ok_or_else(|| TokenError::Issuer {
                found: Excerpt::of(name),
                expected: self.issuers.iter().map(|each| each.name.clone()).collect(),
            })
    }

    fn check_audience(&self, claims: &RawClaims<'_>) -> Result<(), TokenError> {
        let audience = claims.aud.as_ref().ok_or(TokenError::MissingClaim("aud"))?;
        if audience.0.iter().any(|each| self.audiences.contains(each)) {
            return Ok(());
        }
        Err(TokenError::Audience {
            found: Excerpt::of(&audience.0.join(" ")),
            expected: self.audiences.clone(),
        })
    }

    fn check_time(&self, token: &AccessToken, now: Timestamp) -> Result<(), TokenError> {
        token.check_expiry(now)?;
        match token.claims().not_before {
            Some(nbf) if nbf > now.saturating_add(self.leeway) => Err(TokenError::NotYetValid {
                wait: nbf.since(now),
            }),
            _ => Ok(()),
        }
    }
}

impl TokenVerifier for JwtVerifier {
    fn verify<'a>(
        &'a self,
        token: PresentedToken<'a>,
        now: Timestamp,
    ) -> Answer<'a, Result<Arc<AccessToken>, TokenError>> {
        match self.recall(&token, now) {
            Some(known) => Answer::known(known),
            None => Answer::awaited(self.verify_afresh(token, now)),
        }
    }
}

/// A key of the issuer that the signature verifies with.
async fn verified_key(
    issuer: &Issuer,
    hint: &KeyHint<'_>,
    jws: &Compact<'_>,
    now: Timestamp,
) -> Result<Arc<VerificationKey>, TokenError> {
    let mut buffer = [0; MAX_SIGNATURE_BYTES];
    let signature = decode_into(jws.signature(), &mut buffer).ok_or(TokenError::Signature {
        tried: 0,
        untried: 0,
    })?;
    let algorithm = hint.algorithm();
    let candidates = issuer.keys.find(hint, now).await;
    let candidates = candidates.map_err(|unavailable| keys_unavailable(issuer, &unavailable))?;
    if candidates.is_empty() {
        return Err(TokenError::UnknownKey {
            issuer: issuer.name.clone(),
            kid: Excerpt::of(hint.kid().unwrap_or_default()),
            algorithm: algorithm.name(),
        });
    }
    let verify = |candidates| verifying_key(candidates, algorithm, jws.signing_input(), signature);
    let tried = candidates.clone();
    let refused = match verify(candidates) {
        Ok(key) => return Ok(key),
        Err(refused) => refused,
    };
    let newer = newer_candidates(issuer, hint, &tried, now).await;
    verify(newer).map_err(|_| refused)
}

/// The issuer's keys for the same hint that were published since; none if that cannot be told.
async fn newer_candidates(
    issuer: &Issuer,
    hint: &KeyHint<'_>,
    tried: &[Arc<VerificationKey>],
    now: Timestamp,
) -> Vec<Arc<VerificationKey>> {
    let mut newer = issuer.keys.find_newer(hint, now).await.unwrap_or_default();
    newer.retain(|key| !tried.iter().any(|each| Arc::ptr_eq(each, key)));
    newer
}

fn keys_unavailable(issuer: &Issuer, unavailable: &KeysUnavailable) -> TokenError {
    TokenError::KeysUnavailable {
        issuer: issuer.name.clone(),
        reason: unavailable.to_string(),
        retry_after: unavailable.retry_after(),
    }
}

const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);
const MAX_LEEWAY: Duration = Duration::from_secs(300);
/// The signature of an RSA key of 8192 bits.
const MAX_SIGNATURE_BYTES: usize = 1024;
