//! The claims of a verified access token (RFC 9068 section 2.2).

use std::fmt;

use serde::de::DeserializeOwned;

use super::actor::Actor;
use super::authorization_detail::AuthorizationDetail;
use crate::crypto::{Digest, Hasher};
use crate::time::Timestamp;

/// The claims of a verified token. `Debug` shows identifiers, scope and expiry, not the other claims.
///
/// ```
/// use sender_constraint::Access;
///
/// #[derive(serde::Deserialize)]
/// struct Tenant {
///     tenant: String,
/// }
///
/// fn tenant(access: &Access) -> Result<String, serde_json::Error> {
///     let claims: Tenant = access.claims().deserialize()?;
///     Ok(claims.tenant)
/// }
/// # drop(tenant);
/// ```
#[derive(Clone)]
pub struct Claims {
    pub(super) issuer: Box<str>,
    pub(super) subject: Option<Box<str>>,
    pub(super) client_id: Option<Box<str>>,
    pub(super) scope: Option<Box<str>>,
    pub(super) jti: Option<Box<str>>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) not_before: Option<Timestamp>,
    pub(super) roles: Box<[Box<str>]>,
    pub(super) actors: Box<[Actor]>,
    pub(super) authorization_details: Box<[AuthorizationDetail]>,
    pub(super) is_client_only: bool,
    pub(super) auth_time: Option<Timestamp>,
    pub(super) acr: Option<Box<str>>,
    pub(super) amr: Box<[String]>,
    pub(super) issued_at: Option<Timestamp>,
    pub(super) json: Box<[u8]>,
}

impl Claims {
    /// `iss`.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// `sub`: a user, or with client credentials the client. Unique within one issuer only.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The client that the token was issued to (RFC 9068 section 2.2), from `client_id`, or from the claims that the
    /// issuer's [`Dialect`](super::Dialect) names. `azp` counts only where the dialect says so.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// Whether the token was issued to a client that acts for itself (RFC 9068 section 2.2): `sub` equals the client
    /// identifier, or the issuer's [`Dialect`](super::Dialect) says so in another way.
    ///
    /// A hint only: see [`Access::is_client_only`](crate::Access::is_client_only).
    #[must_use]
    pub const fn is_client_only(&self) -> bool {
        self.is_client_only
    }

    /// The scopes (RFC 9068 section 2.2.3), from `scope`, or from the claims that the issuer's
    /// [`Dialect`](super::Dialect) names. Under [`Dialect::rfc9068`](super::Dialect::rfc9068) empty if `scope` is not a
    /// string.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        let scope = self.scope.as_deref().unwrap_or_default();
        scope.split(' ').filter(|each| !each.is_empty())
    }

    /// Roles, groups or permissions (RFC 9068 section 2.2.3.1), from the claims that the issuer's
    /// [`Dialect`](super::Dialect) names.
    ///
    /// They are rights of the subject. Scopes are what the client may use of them.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(AsRef::as_ref)
    }

    /// `act` (RFC 8693 section 4.1): who acts on behalf of the subject. The current actor is first, then those before
    /// it, at most eight; empty if nobody acts for the subject.
    pub fn actors(&self) -> impl Iterator<Item = &Actor> {
        self.actors.iter()
    }

    /// `authorization_details` (RFC 9396 section 9): what the token authorizes, in objects with a type. Empty unless
    /// the claim is an array of at most 64 objects with a `type` each.
    ///
    /// An object of a type that the application does not know authorizes nothing.
    pub fn authorization_details(&self) -> impl Iterator<Item = &AuthorizationDetail> {
        self.authorization_details.iter()
    }

    /// `auth_time`: when the user authenticated (RFC 9068 section 2.2.1).
    #[must_use]
    pub const fn auth_time(&self) -> Option<Timestamp> {
        self.auth_time
    }

    /// `acr`: the authentication context class (RFC 9068 section 2.2.1).
    #[must_use]
    pub fn acr(&self) -> Option<&str> {
        self.acr.as_deref()
    }

    /// `amr`: the authentication methods (RFC 9068 section 2.2.1, RFC 8176); empty if the token names none.
    pub fn amr(&self) -> impl Iterator<Item = &str> {
        self.amr.iter().map(AsRef::as_ref)
    }

    /// `jti`: the identifier of the token, unique within one issuer.
    #[must_use]
    pub fn jti(&self) -> Option<&str> {
        self.jti.as_deref()
    }

    /// `exp`.
    #[must_use]
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// `iat`. Always present in RFC 9068 tokens.
    #[must_use]
    pub const fn issued_at(&self) -> Option<Timestamp> {
        self.issued_at
    }

    /// Deserializes all claims into a type of the application.
    ///
    /// # Errors
    ///
    /// Those of `serde_json`, if the claims do not match the type.
    pub fn deserialize<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.json)
    }

    /// All claims as JSON.
    #[cfg(feature = "status-lists")]
    pub(crate) fn json(&self) -> &[u8] {
        &self.json
    }

    /// Identifies the same caller across all of its tokens and keys; `None` if the token names neither client nor
    /// subject.
    pub(super) fn principal(&self) -> Option<Digest> {
        let client_id = self.client_id.as_deref().unwrap_or_default();
        let subject = self.subject.as_deref().unwrap_or_default();
        if client_id.is_empty() && subject.is_empty() {
            return None;
        }
        let mut hasher = Hasher::default();
        for part in [&*self.issuer, client_id, subject] {
            hasher.update_framed(part.as_bytes());
        }
        Some(hasher.finish())
    }

    /// The approximate memory that the claims take up.
    pub(super) fn weight(&self) -> usize {
        let copies = self.json.len().saturating_mul(2);
        let roles = self.roles.len().saturating_mul(ROLE_BYTES);
        let actors = self.actors.len().saturating_mul(Actor::WEIGHT);
        let details = self.authorization_details.iter();
        let details = details.map(AuthorizationDetail::weight);
        let details = details.fold(0, usize::saturating_add);
        copies
            .saturating_add(roles)
            .saturating_add(actors)
            .saturating_add(details)
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Claims")
            .field("issuer", &self.issuer)
            .field("subject", &self.subject)
            .field("client_id", &self.client_id)
            .field("scope", &self.scope)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// The approximate memory of a role beyond that of the claims as JSON.
const ROLE_BYTES: usize = 40;
