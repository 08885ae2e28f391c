//! JWT access tokens (RFC 9068 section 4), verified with the keys and rules of the issuer they name.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use serde::de::MapAccess;

use super::cache::{TokenCache, VerifiedToken};
use super::claims::{Claims, RawClaims};
use super::confirmation::Confirmation;
use super::error::TokenError;
use super::issuer::{Issuer, TypePolicy};
use super::verifier::{AccessToken, PresentedToken, TokenVerifier};
use crate::answer::Answer;
use crate::config_error::{ConfigError, in_range};
use crate::crypto::{decode, decode_into};
use crate::excerpt::Excerpt;
use crate::jose::{Algorithm, Compact, Critical, Object, Reader, TypeName, parse};
use crate::keys::{KeyHint, KeySource, VerificationKey};
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
        Ok(self)
    }

    /// A token verified before, unless its time is over or its key is gone.
    fn recall(
        &self,
        token: &PresentedToken<'_>,
        now: Timestamp,
    ) -> Option<Result<Arc<AccessToken>, TokenError>> {
        let verified = self.cache.get(token.digest())?;
        if let Err(error) = self.check_time(verified.token.claims(), now) {
            return Some(Err(error));
        }
        let keys = &self.issuers.get(verified.issuer)?.keys;
        if !keys.trusts(&verified.key, now) {
            self.cache.remove(token.digest());
            return None;
        }
        Some(Ok(verified.token))
    }

    async fn verify_afresh(
        &self,
        token: PresentedToken<'_>,
        now: Timestamp,
    ) -> Result<Arc<AccessToken>, TokenError> {
        let jws = Compact::parse(token.secret_text()).ok_or(TokenError::NotAJws)?;
        let json = decode(jws.header()).ok_or(TokenError::NotAJws)?;
        let header: Header<'_> = parse(&json).map_err(TokenError::Header)?;
        let payload = decode(jws.payload()).ok_or(TokenError::NotAJws)?;
        let claims = RawClaims::parse(&payload).map_err(TokenError::Payload)?;
        let (index, issuer) = self.issuer_of(&claims)?;
        let algorithm = header.check(issuer)?;
        let key = verified_key(issuer, &header, algorithm, &jws, now).await?;
        // From here on the issuer speaks; what it says decides the rest.
        self.check_audience(&claims)?;
        check_profile(issuer.typed, &claims)?;
        check_issued(&claims, now)?;
        let token_verified = self.accept(claims, &payload, now)?;
        let verified = VerifiedToken {
            token: Arc::clone(&token_verified),
            key,
            issuer: index,
        };
        self.cache.insert(*token.digest(), verified);
        Ok(token_verified)
    }

    fn accept(
        &self,
        mut raw: RawClaims<'_>,
        payload: &[u8],
        now: Timestamp,
    ) -> Result<Arc<AccessToken>, TokenError> {
        let confirmation = match raw.cnf.take() {
            None => Confirmation::unbound(),
            Some(cnf) => cnf.parse().map_err(TokenError::Confirmation)?,
        };
        let claims = raw
            .into_claims(payload)
            .ok_or(TokenError::MissingClaim("exp"))?;
        self.check_time(&claims, now)?;
        Ok(Arc::new(AccessToken::assertion(claims, confirmation)))
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

    fn check_time(&self, claims: &Claims, now: Timestamp) -> Result<(), TokenError> {
        if now >= claims.expires_at.saturating_add(self.leeway) {
            return Err(TokenError::Expired {
                ago: now.since(claims.expires_at),
                leeway: self.leeway,
            });
        }
        match claims.not_before {
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
    header: &Header<'_>,
    algorithm: Algorithm,
    jws: &Compact<'_>,
    now: Timestamp,
) -> Result<Arc<VerificationKey>, TokenError> {
    let mut buffer = [0; MAX_SIGNATURE_BYTES];
    let signature = decode_into(jws.signature(), &mut buffer).ok_or(TokenError::Signature)?;
    let hint = KeyHint::new(header.kid.as_deref(), algorithm);
    let candidates =
        issuer
            .keys
            .find(&hint, now)
            .await
            .map_err(|unavailable| TokenError::KeysUnavailable {
                issuer: issuer.name.clone(),
                reason: unavailable.to_string(),
            })?;
    if candidates.is_empty() {
        return Err(TokenError::UnknownKey {
            issuer: issuer.name.clone(),
            kid: Excerpt::of(header.kid.as_deref().unwrap_or_default()),
            algorithm: algorithm.name(),
        });
    }
    candidates
        .into_iter()
        .take(MAX_CANDIDATES)
        .find(|key| key.verifies(algorithm, jws.signing_input(), signature))
        .ok_or(TokenError::Signature)
}

/// RFC 9068 section 2.2, or what is left of it for an issuer that does not follow it.
fn check_profile(typed: TypePolicy, claims: &RawClaims<'_>) -> Result<(), TokenError> {
    if claims.exp.is_none() {
        return Err(TokenError::MissingClaim("exp"));
    }
    let texts = [
        ("sub", claims.sub.as_deref()),
        ("client_id", claims.client_id.as_deref()),
        ("jti", claims.jti.as_deref()),
    ];
    match typed {
        TypePolicy::Required => {
            let is_missing = |(_, text): &&(_, Option<&str>)| text.is_none_or(str::is_empty);
            if let Some((name, _)) = texts.iter().find(is_missing) {
                return Err(TokenError::MissingClaim(name));
            }
            claims.iat.map(drop).ok_or(TokenError::MissingClaim("iat"))
        }
        TypePolicy::Lenient => {
            if let Some(foreign) = claims.foreign {
                return Err(TokenError::ForeignClaim(foreign));
            }
            let has_scope = claims.scope.as_ref().is_some_and(|scope| !scope.is_empty());
            if claims.client_id.is_none() && !has_scope {
                return Err(TokenError::Unlikely);
            }
            Ok(())
        }
    }
}

fn check_issued(claims: &RawClaims<'_>, now: Timestamp) -> Result<(), TokenError> {
    match claims.iat {
        Some(iat) if iat > now.saturating_add(MAX_ISSUED_AHEAD) => {
            Err(TokenError::IssuedInFuture {
                ahead: iat.since(now),
            })
        }
        _ => Ok(()),
    }
}

/// `jku`, `x5u`, `jwk` and `x5c` are as unknown here as any other member: keys come from the issuer.
#[derive(Debug, Default)]
struct Header<'a> {
    typ: Option<Cow<'a, str>>,
    alg: Option<Cow<'a, str>>,
    kid: Option<Cow<'a, str>>,
    critical: Critical,
}

impl Header<'_> {
    fn check(&self, issuer: &Issuer) -> Result<Algorithm, TokenError> {
        if !self.critical.is_empty() {
            return Err(TokenError::Critical);
        }
        self.check_type(issuer.typed)?;
        let alg = self.alg.as_deref();
        let alg = alg.ok_or(TokenError::MissingHeaderMember("alg"))?;
        if let Some(kid) = self.kid.as_deref().filter(|kid| kid.len() > MAX_KID_BYTES) {
            return Err(TokenError::KeyIdTooLong(kid.len()));
        }
        issuer
            .algorithms
            .allowed(alg)
            .ok_or_else(|| TokenError::Algorithm {
                found: Excerpt::of(alg),
                allowed: issuer.algorithms.to_string(),
            })
    }

    fn check_type(&self, typed: TypePolicy) -> Result<(), TokenError> {
        let (is_access_token, is_untyped) = match &self.typ {
            None => (false, true),
            Some(typ) => (TypeName(typ).is("at+jwt"), TypeName(typ).is("JWT")),
        };
        if is_access_token || (is_untyped && typed == TypePolicy::Lenient) {
            return Ok(());
        }
        Err(TokenError::Type {
            found: Excerpt::of(self.typ.as_deref().unwrap_or("(absent)")),
        })
    }
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
            _ => Ok(false),
        }
    }
}

const DEFAULT_LEEWAY: Duration = Duration::from_secs(30);
const MAX_LEEWAY: Duration = Duration::from_secs(300);
const MAX_ISSUED_AHEAD: Duration = Duration::from_secs(60);
const MAX_KID_BYTES: usize = 256;
/// Keys tried when a token names none (RFC 7515 appendix D leaves it to the reader).
const MAX_CANDIDATES: usize = 4;
/// The signature of an RSA key of 8192 bits.
const MAX_SIGNATURE_BYTES: usize = 1024;
