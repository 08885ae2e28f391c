//! A check by `jsonwebtoken`, as a `TokenVerifier`: what passes it becomes an `AccessToken`, with all of its claims.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation, decode, decode_header};
use sender_constraint::error::Excerpt;
use sender_constraint::future::MaybeReady;
use sender_constraint::time::Timestamp;
use sender_constraint::token::{AccessToken, PresentedToken, TokenError, TokenVerifier};
use serde_json::value::RawValue;
use serde_json::{Value, from_value};

use crate::{API, ISSUER};

pub(crate) struct Checked {
    keys: Vec<(String, DecodingKey)>,
    validation: Validation,
}

impl Checked {
    pub(crate) fn new(jwks: &Value) -> Result<Self, Box<dyn Error>> {
        let set: JwkSet = from_value(jwks.clone())?;
        let keys = set.keys.iter().map(|jwk| {
            let kid = jwk.common.key_id.clone().ok_or("a key without `kid`")?;
            Ok((kid, DecodingKey::from_jwk(jwk)?))
        });
        Ok(Self {
            keys: keys.collect::<Result<_, Box<dyn Error>>>()?,
            validation: validation(),
        })
    }

    fn check(&self, token: &str) -> Result<AccessToken, TokenError> {
        let header = decode_header(token).map_err(|_| TokenError::NotAJws)?;
        check_header(&header)?;
        let kid = header.kid.unwrap_or_default();
        let key = self.keys.iter().find(|(known, _)| *known == kid);
        let (_, key) = key.ok_or_else(|| TokenError::UnknownKey {
            issuer: ISSUER.to_owned(),
            kid: Excerpt::new(&kid),
            algorithm: "ES256",
            skipped: None,
        })?;
        // The payload as it is, so that `cnf` cannot get lost, and a claim that occurs twice is seen.
        let decoded = decode::<Box<RawValue>>(token, key, &self.validation);
        let decoded = decoded.map_err(|error| reason(error.kind()))?;
        let token = AccessToken::from_verified_claims(decoded.claims.get().as_bytes())?;
        Ok(token.with_leeway(LEEWAY).with_key_id(&kid))
    }
}

/// All that `jsonwebtoken` checks only if it is told to.
fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::ES256);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[API]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.validate_nbf = true;
    validation.leeway = LEEWAY.as_secs();
    validation
}

/// What `jsonwebtoken` does not check at all.
fn check_header(header: &Header) -> Result<(), TokenError> {
    let typ = header.typ.as_deref().unwrap_or("(absent)");
    let name = typ.strip_prefix("application/").unwrap_or(typ);
    if !name.eq_ignore_ascii_case("at+jwt") {
        let found = Excerpt::new(typ);
        return Err(TokenError::Type { found });
    }
    if header.crit.is_some() || header.zip.is_some() {
        return Err(TokenError::Critical);
    }
    Ok(())
}

/// The operator's log shows this; the client learns no more than that the token is expired, or invalid.
fn reason(error: &ErrorKind) -> TokenError {
    let other = || Excerpt::new("another one");
    match error {
        // `jsonwebtoken` does not say by how much: at least the leeway.
        ErrorKind::ExpiredSignature => TokenError::Expired {
            ago: LEEWAY,
            leeway: LEEWAY,
        },
        ErrorKind::ImmatureSignature => TokenError::NotYetValid { wait: LEEWAY },
        ErrorKind::InvalidAlgorithm => TokenError::Algorithm {
            found: other(),
            allowed: "ES256".to_owned(),
        },
        ErrorKind::InvalidAudience => TokenError::Audience {
            found: other(),
            expected: vec![API.to_owned()],
        },
        ErrorKind::InvalidIssuer => TokenError::Issuer {
            found: other(),
            expected: vec![ISSUER.to_owned()],
        },
        ErrorKind::InvalidSignature => TokenError::Signature {
            tried: 1,
            untried: 0,
        },
        ErrorKind::MissingRequiredClaim(claim) => TokenError::MissingClaim(match claim.as_str() {
            "aud" => "aud",
            "iss" => "iss",
            _ => "exp",
        }),
        _ => TokenError::NotAJws,
    }
}

impl TokenVerifier for Checked {
    fn verify<'a>(
        &'a self,
        token: PresentedToken<'a>,
        _now: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        MaybeReady::ready(self.check(token.expose_secret()).map(Arc::new))
    }
}

impl fmt::Debug for Checked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kids: Vec<_> = self.keys.iter().map(|(kid, _)| kid).collect();
        formatter.debug_tuple("Checked").field(&kids).finish()
    }
}

const LEEWAY: Duration = Duration::from_secs(30);
