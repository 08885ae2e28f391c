//! The [`Revocation`] trait: whether a valid token is denied nevertheless.

use std::fmt;
use std::sync::Arc;

use crate::crypto::Digest;
use crate::excerpt::Excerpt;
use crate::jose::Algorithm;
use crate::time::Timestamp;
use crate::token::AccessToken;
use crate::unavailable::Unavailable;

/// Decides whether a verified token is denied.
///
/// The guard calls it on every request, with tokens from a cache too, after the token was verified and before the
/// signature of a DPoP proof is, and a second time if the request waited for the replay store.
///
/// # Implementing
///
/// *Security-critical:* returning `Ok` where the answer is unknown. Return [`RevocationError::Unavailable`], which is
/// answered with 503. A token is verified, but its sender is not: remember nothing about the request.
///
/// *Availability only:* denying a token that should be accepted.
///
/// The call must not block: answer from memory, and fetch in the background.
///
/// ```
/// use sender_constraint::revocation::{Denial, Revocation, RevocationError, TokenUse};
/// use sender_constraint::time::Timestamp;
///
/// /// Denies tokens whose session the application has ended.
/// #[derive(Debug)]
/// struct EndedSessions;
///
/// impl Revocation for EndedSessions {
///     fn check(&self, token_use: &TokenUse<'_>, _now: Timestamp) -> Result<(), RevocationError> {
///         match token_use.token().claims().subject() {
///             Some("mallory") => Err(Denial::new("the session was ended").into()),
///             _ => Ok(()),
///         }
///     }
/// }
/// ```
pub trait Revocation: fmt::Debug + Send + Sync + 'static {
    /// Returns `Ok` if the token is not denied.
    ///
    /// # Errors
    ///
    /// [`RevocationError::Denied`] if the token, its sender or its issuer is denied,
    /// [`RevocationError::Unavailable`] if that is unknown.
    fn check(&self, token_use: &TokenUse<'_>, now: Timestamp) -> Result<(), RevocationError>;

    /// The algorithms of the signatures that it accepts, which a profile ([`Guard::fapi2`](crate::Guard::fapi2))
    /// compares with its own. The default returns none: nothing is verified here.
    fn signature_algorithms(&self) -> Vec<Algorithm> {
        Vec::new()
    }

    /// Whether it fetches keys over plain `http` beyond loopback, which a profile
    /// ([`Guard::fapi2`](crate::Guard::fapi2)) refuses. The default returns `false`: nothing is fetched here.
    fn uses_insecure_http(&self) -> bool {
        false
    }
}

impl<R: Revocation + ?Sized> Revocation for Arc<R> {
    fn check(&self, token_use: &TokenUse<'_>, now: Timestamp) -> Result<(), RevocationError> {
        (**self).check(token_use, now)
    }

    fn signature_algorithms(&self) -> Vec<Algorithm> {
        (**self).signature_algorithms()
    }

    fn uses_insecure_http(&self) -> bool {
        (**self).uses_insecure_http()
    }
}

/// A verified token, and what the sender of this request proves with it. The proof itself is not yet verified.
#[derive(Clone, Copy, Debug)]
pub struct TokenUse<'a> {
    token: &'a AccessToken,
    proof_key: Option<&'a Digest>,
    certificate: Option<&'a Digest>,
}

impl<'a> TokenUse<'a> {
    /// The use of a token without any proof.
    #[must_use]
    pub const fn new(token: &'a AccessToken) -> Self {
        Self {
            token,
            proof_key: None,
            certificate: None,
        }
    }

    /// Sets the thumbprint of the DPoP proof's key.
    #[must_use]
    pub const fn with_proof_key(mut self, jkt: &'a Digest) -> Self {
        self.proof_key = Some(jkt);
        self
    }

    /// Sets the SHA-256 thumbprint of the certificate that the client presented.
    #[must_use]
    pub const fn with_certificate(mut self, x5t_s256: &'a Digest) -> Self {
        self.certificate = Some(x5t_s256);
        self
    }

    /// The token.
    #[must_use]
    pub const fn token(&self) -> &'a AccessToken {
        self.token
    }

    /// The keys of this use: the one that the token is bound to, and the one of the proof. They differ during a
    /// rollover, and in a request that will be refused.
    pub fn keys(&self) -> impl Iterator<Item = &'a Digest> {
        let bound = self.token.confirmation().jkt.as_ref();
        both(bound, self.proof_key)
    }

    /// The certificates of this use: the one that the token is bound to, and the one that was presented for it.
    pub fn certificates(&self) -> impl Iterator<Item = &'a Digest> {
        let bound = self.token.confirmation().x5t_s256.as_ref();
        // A certificate proves nothing for a token that is not bound to one.
        both(bound, self.certificate.filter(|_| bound.is_some()))
    }
}

fn both<'a>(
    bound: Option<&'a Digest>,
    shown: Option<&'a Digest>,
) -> impl Iterator<Item = &'a Digest> {
    let other = shown.filter(|shown| bound != Some(shown));
    bound.into_iter().chain(other)
}

/// Why a [`Revocation`] does not let a token pass.
#[derive(Clone, Debug, Eq, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "revocation_")]
pub enum RevocationError {
    /// The token, its sender or its issuer is denied. The client learns only that the token is invalid.
    #[error("the token is denied: {0}")]
    Denied(Denial),
    /// Whether the token is denied is unknown: the request is refused with 503.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl From<Denial> for RevocationError {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<Unavailable> for RevocationError {
    fn from(error: Unavailable) -> Self {
        Self::Unavailable(error)
    }
}

/// What denies a token, for the log: never shown to the client.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Denial(DenialReason);

#[derive(Clone, Debug, Eq, PartialEq)]
enum DenialReason {
    /// The text of an implementation outside this crate.
    Stated(Excerpt),
    Entry {
        what: &'static str,
        value: Excerpt,
    },
}

impl Denial {
    /// A denial with a reason of at most 120 characters for the log.
    #[must_use]
    pub fn new(reason: &str) -> Self {
        Self(DenialReason::Stated(Excerpt::new(reason)))
    }

    /// An entry of a deny-list that matched.
    pub(super) fn by_entry(what: &'static str, value: &str) -> Self {
        let value = Excerpt::new(value);
        Self(DenialReason::Entry { what, value })
    }
}

impl fmt::Display for Denial {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            DenialReason::Stated(reason) => reason.fmt(formatter),
            DenialReason::Entry { what, value } => write!(
                formatter,
                "the deny-list has an entry for {what} {value}; remove it with `DenyList::lift`, or from its file"
            ),
        }
    }
}
