//! What a route requires, as a value.

use std::fmt;
use std::time::Duration;

use super::authorization::Authorization;
use super::predicate::Predicate;
use super::sender_constraint::SenderConstraint;
use crate::config_error::{ConfigError, in_range, size_in_range};
use crate::scope_hierarchy::check_token;

/// What a route requires of an accepted token. All needs must be met.
///
/// It is a tower layer for routes that a guard protects, and a value for
/// [`Access::require`](crate::Access::require):
///
/// ```
/// # #[cfg(feature = "axum")]
/// # fn example(guard: sender_constraint::Guard) -> axum::Router {
/// use std::time::Duration;
///
/// use axum::{Router, routing::{get, post}};
/// use sender_constraint::require::Require;
///
/// let five_minutes = Duration::from_secs(300);
/// let pay = post(|| async {}).route_layer(Require::scopes(["payments:write"]).max_age(five_minutes));
/// Router::new()
///     .route("/payments", pay)
///     .route("/accounts", get(|| async {}).route_layer(Require::scopes(["accounts:read"])))
///     .layer(guard.layer())
/// # }
/// ```
///
/// A requirement with a mistake, such as an empty list of scopes or a character that cannot stand in a challenge, is
/// met by no request: the response is 500, and an event of level `error` has the reason. [`Require::validate`] returns
/// it before.
///
/// Several layers around a route are checked one after the other, each with a response of its own: name all needs of a
/// route in one `Require`.
///
/// # Security
///
/// It decides by the token alone, not by what the request is about: whether this user may read this account is for the
/// application to decide.
#[derive(Clone, Default)]
#[must_use = "a requirement does nothing until it is a layer, or checked by `Access::require`"]
pub struct Require {
    /// All of these, each with its alternatives.
    pub(super) scopes: Vec<Vec<String>>,
    pub(super) acr: Vec<String>,
    pub(super) max_age: Option<Duration>,
    pub(super) clock_skew: Duration,
    pub(super) party: Option<Party>,
    pub(super) bound_by: Option<SenderConstraint>,
    pub(super) authorizations: Vec<Authorization>,
    pub(super) locations: Vec<String>,
    pub(super) predicates: Vec<Predicate>,
    /// The first mistake.
    pub(super) mistake: Option<ConfigError>,
}

/// Whom the token must be issued to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Party {
    Client,
    User,
}

impl Require {
    /// Requires nothing more than a token that the guard accepts. Say so explicitly where routes without a requirement
    /// are refused; or begin with it, and add needs.
    pub fn any_token() -> Self {
        Self::default()
    }

    /// Requires all of these scopes, compared as a whole and with case, or scopes that include them
    /// ([`GuardBuilder::scope_hierarchy`](crate::GuardBuilder::scope_hierarchy)). Without one: 403
    /// `insufficient_scope`.
    pub fn scopes(scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let scopes: Vec<Vec<String>> = scopes.into_iter().map(|each| vec![each.into()]).collect();
        let mut require = Self::default();
        require.keep_mistake(size(
            "the number of scopes in `Require::scopes`",
            scopes.len(),
        ));
        require.scopes = scopes;
        require.check_scopes()
    }

    /// Requires one of these scopes besides. A challenge names the one that the token has, or the first one: the client
    /// then requests no more than it needs.
    pub fn any_scope(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let alternatives: Vec<String> = scopes.into_iter().map(Into::into).collect();
        self.keep_mistake(size(
            "the number of scopes in `Require::any_scope`",
            alternatives.len(),
        ));
        self.scopes.push(alternatives);
        self.check_scopes()
    }

    /// Requires one of these authentication context classes, in order of preference (`acr`, RFC 9470). Values have no
    /// order of strength: name every one that suffices. Otherwise: 401 `insufficient_user_authentication`.
    pub fn acr(mut self, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.check_once("acr", !self.acr.is_empty());
        self.acr = values.into_iter().map(Into::into).collect();
        self.keep_mistake(size(
            "the number of values in `Require::acr`",
            self.acr.len(),
        ));
        let checked = self
            .acr
            .iter()
            .try_for_each(|each| check_token("acr", each));
        self.keep_mistake(checked);
        self
    }

    /// Requires that the user authenticated at most this long ago (`auth_time`, RFC 9470), in whole seconds; at most
    /// ten years. A token without `auth_time` does not suffice. Otherwise: 401 `insufficient_user_authentication`.
    ///
    /// An `auth_time` in the future counts as now if it is at most 60 s ahead, or at most [`Require::clock_skew`] if
    /// that is longer; beyond, it does not suffice: an issuer that counts in milliseconds would make every
    /// authentication recent.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.check_once("max_age", self.max_age.is_some());
        let checked = in_range("Require::max_age", max_age, Duration::ZERO, MAX_AGE);
        self.keep_mistake(checked);
        self.max_age = Some(Duration::from_secs(max_age.as_secs()));
        self
    }

    /// Accepts an `auth_time` that is this much older than [`Require::max_age`], or this far in the future, for clocks
    /// that differ; from 0, the default, to 300 s. Up to 60 s in the future are accepted in any case.
    pub fn clock_skew(mut self, skew: Duration) -> Self {
        self.keep_mistake(in_range(
            "Require::clock_skew",
            skew,
            Duration::ZERO,
            MAX_SKEW,
        ));
        self.clock_skew = skew;
        self
    }

    /// Requires a user's token: one with `sub` that was not issued to a client that acts for itself (RFC 9700
    /// section 4.15). Otherwise: 403 `insufficient_scope`.
    ///
    /// As good as [`Access::is_client_only`](crate::Access::is_client_only): issuers that give clients an identifier of
    /// their own in `sub`, such as Keycloak and ZITADEL, make such a token look like a user's. Require a scope there
    /// that clients are never granted.
    pub fn user(self) -> Self {
        self.party(Party::User)
    }

    /// Requires the token of a client that acts for itself, as by client credentials. Otherwise: 403
    /// `insufficient_scope`.
    pub fn client(self) -> Self {
        self.party(Party::Client)
    }

    fn party(mut self, party: Party) -> Self {
        self.check_once("user` or `client", self.party.is_some());
        self.party = Some(party);
        self
    }

    /// Requires that the sender proved possession by this method. Otherwise: 401 `invalid_token`, since another token
    /// is required.
    pub fn bound_by(mut self, method: SenderConstraint) -> Self {
        self.check_once("bound_by", self.bound_by.is_some());
        self.bound_by = Some(method);
        self
    }

    /// Whether the requirement can be used.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Size`] for an empty list, or one of more than 64, [`ConfigError::ChallengeText`] for a scope or
    /// `acr` that cannot stand in a challenge, [`ConfigError::Duration`], and [`ConfigError::Repeated`] for a need that
    /// was set twice.
    pub fn validate(&self) -> Result<(), ConfigError> {
        self.mistake.clone().map_or(Ok(()), Err)
    }

    /// Of each, one is required.
    pub(crate) fn scope_alternatives(&self) -> &[Vec<String>] {
        &self.scopes
    }

    pub(crate) const fn sender_constraint(&self) -> Option<SenderConstraint> {
        self.bound_by
    }

    /// Those of which one suffices, too.
    pub(super) fn named_scopes(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().flatten().map(String::as_str)
    }

    fn check_scopes(mut self) -> Self {
        let checked = size(
            "the number of scopes in `Require::scopes`",
            self.scopes.len(),
        );
        self.keep_mistake(checked);
        let mut scopes = self.scopes.iter().flatten();
        let checked = scopes.try_for_each(|scope| check_token("scope", scope));
        self.keep_mistake(checked);
        self
    }

    fn check_once(&mut self, setting: &'static str, is_set: bool) {
        let checked = if is_set {
            Err(ConfigError::Repeated(setting))
        } else {
            Ok(())
        };
        self.keep_mistake(checked);
    }

    pub(super) fn keep_mistake<T>(&mut self, checked: Result<T, ConfigError>) {
        if let (None, Err(mistake)) = (&self.mistake, checked) {
            self.mistake = Some(mistake);
        }
    }
}

impl fmt::Debug for Require {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let predicates: Vec<_> = self.predicates.iter().map(|each| &each.name).collect();
        formatter
            .debug_struct("Require")
            .field("scopes", &self.scopes)
            .field("acr", &self.acr)
            .field("max_age", &self.max_age)
            .field("party", &self.party)
            .field("bound_by", &self.bound_by)
            .field("authorization_details", &self.authorizations)
            .field("predicates", &predicates)
            .finish_non_exhaustive()
    }
}

pub(super) fn size(setting: &'static str, number: usize) -> Result<usize, ConfigError> {
    size_in_range(setting, number, 1, MAX_NEEDS)
}

/// Of each kind of need.
const MAX_NEEDS: usize = 64;
const MAX_AGE: Duration = Duration::from_secs(10 * 366 * 24 * 3600);
const MAX_SKEW: Duration = Duration::from_secs(300);
