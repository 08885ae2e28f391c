//! The [`TokenVerifier`] trait, and the token that it verifies.

use std::fmt;
use std::sync::Arc;

use super::access_token::AccessToken;
use super::error::TokenError;
use super::verifier_settings::VerifierSettings;
use crate::crypto::Digest;
use crate::future::MaybeReady;
use crate::time::Timestamp;

/// Verifies access tokens.
///
/// # Implementing
///
/// *Security-critical:* accepting a token that the issuer did not issue for this server, or dropping its `cnf`.
///
/// *Availability only:* refusing a valid token. When a dependency does not answer, return [`TokenError::Unavailable`],
/// which is answered with 503.
///
/// The guard caches nothing: it calls `verify` for every request. A verifier that asks a server is wrapped in
/// [`Cached`](super::Cached), which also limits the number of calls: clients choose the tokens.
///
/// Under the DPoP scheme, the guard polls a pending future only after the proof's signature was verified, so start no
/// work before the first poll.
///
/// ```
/// use std::sync::Arc;
///
/// use sender_constraint::future::MaybeReady;
/// use sender_constraint::time::Timestamp;
/// use sender_constraint::token::{AccessToken, PresentedToken, TokenError, TokenVerifier};
/// # #[derive(Debug)]
/// # struct Sessions;
/// # impl Sessions {
/// #     async fn claims_of(&self, _: &str) -> Option<String> { None }
/// # }
///
/// /// Handles of tokens that the issuer of this process keeps.
/// #[derive(Debug)]
/// struct Handles(Sessions);
///
/// impl TokenVerifier for Handles {
///     fn verify<'a>(
///         &'a self,
///         token: PresentedToken<'a>,
///         _now: Timestamp,
///     ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
///         MaybeReady::pending(async move {
///             let claims = self.0.claims_of(token.expose_secret()).await;
///             let claims = claims.ok_or(TokenError::Inactive)?;
///             AccessToken::from_verified_claims(claims.as_bytes()).map(Arc::new)
///         })
///     }
/// }
/// ```
pub trait TokenVerifier: fmt::Debug + Send + Sync + 'static {
    /// Verifies issuer, audience, time and integrity of the token.
    ///
    /// This does not check who sent the token: the guard compares the [`Confirmation`](super::Confirmation) with the
    /// proof.
    fn verify<'a>(
        &'a self,
        token: PresentedToken<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>>;

    /// All issuers whose tokens are accepted, for the metadata of the resource (RFC 9728), which may name no other one.
    /// Empty if not all of them are known, as by default and with [`TenantIssuers`](super::TenantIssuers).
    fn accepted_issuers(&self) -> Vec<String> {
        Vec::new()
    }

    /// The settings that a profile ([`Guard::fapi2`](crate::Guard::fapi2)) compares with its rules: not known, as by
    /// default.
    fn settings(&self) -> VerifierSettings {
        VerifierSettings::default()
    }
}

impl<V: TokenVerifier + ?Sized> TokenVerifier for Arc<V> {
    fn verify<'a>(
        &'a self,
        token: PresentedToken<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        (**self).verify(token, now)
    }

    fn accepted_issuers(&self) -> Vec<String> {
        (**self).accepted_issuers()
    }

    fn settings(&self) -> VerifierSettings {
        (**self).settings()
    }
}

/// The credentials after the scheme, and their SHA-256; nothing is verified.
#[derive(Clone, Copy)]
pub struct PresentedToken<'a> {
    /// UTF-8, validated only when the text is read.
    text: &'a [u8],
    digest: Digest,
}

impl<'a> PresentedToken<'a> {
    /// Hashes the token, once for both caches and `ath`.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self::of_bytes(text.as_bytes())
    }

    /// Like [`Self::new`], for bytes that are ASCII.
    pub(crate) fn of_bytes(text: &'a [u8]) -> Self {
        Self {
            text,
            digest: Digest::sha256(text),
        }
    }

    /// The token. It is a secret: do not log it, and do not use it as a cache key.
    #[must_use]
    pub fn expose_secret(&self) -> &'a str {
        // Both constructors take UTF-8: this never falls back.
        std::str::from_utf8(self.text).unwrap_or_default()
    }

    /// The SHA-256 of the token.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }
}

impl fmt::Debug for PresentedToken<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PresentedToken(..)")
    }
}
