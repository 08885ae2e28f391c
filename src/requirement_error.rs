//! Why an accepted token does not satisfy what a route requires (RFC 6750 section 3.1, RFC 9470, RFC 9396).

use std::time::Duration;

use crate::config_error::ConfigError;
use crate::excerpt::Excerpt;

/// Why a request with a valid token is refused by a [`Require`](crate::require::Require).
#[derive(Clone, Debug, Eq, PartialEq, strum::IntoStaticStr, thiserror::Error)]
#[non_exhaustive]
#[strum(serialize_all = "snake_case", prefix = "requirement_")]
pub enum RequirementError {
    /// `acr` is none of those that the route accepts (RFC 9470 section 3).
    #[error(
        "the token's `acr` is {}, but the route requires one of {expected:?}; configure with `Require::acr`",
        or_missing(presented.as_ref())
    )]
    Acr {
        /// The values that the route accepts, separated by spaces, in order of preference.
        expected: String,
        /// The token's `acr`, if it has one.
        presented: Option<Excerpt>,
    },
    /// The user authenticated too long ago (RFC 9470 section 3).
    #[error(
        "the user authenticated {} s ago, but the route requires at most {} s; configure with `Require::max_age` and \
         `Require::clock_skew`",
        age.as_secs(), max_age.as_secs()
    )]
    AuthTime {
        /// How long ago.
        age: Duration,
        /// The longest time accepted.
        max_age: Duration,
    },
    /// `auth_time` is in the future: its age is unknown.
    #[error(
        "the token's `auth_time` is {} s in the future: compare the clocks of the issuer and of this server \
         (`Require::clock_skew`)",
        ahead.as_secs()
    )]
    AuthTimeInFuture {
        /// How far.
        ahead: Duration,
    },
    /// The route requires a recent authentication, but the token does not say when the user authenticated.
    #[error(
        "the token has no `auth_time`, but the route requires an authentication of at most {} s ago (`Require::max_age`): \
         configure the authorization server to issue the claim",
        max_age.as_secs()
    )]
    AuthTimeMissing {
        /// The longest time accepted.
        max_age: Duration,
    },
    /// No authorization detail of the required type satisfies the route (RFC 9396).
    #[error(
        "none of the token's {count} authorization details grants the type {detail_type:?} that the route requires \
         (`Require::authorization_details`); {other_locations} of that type name other locations than those of \
         `Require::locations`"
    )]
    AuthorizationDetails {
        /// The type that the route requires.
        detail_type: String,
        /// How many details the token has, of any type.
        count: usize,
        /// How many of the required type do not name this server in `locations`.
        other_locations: usize,
    },
    /// The token is that of a client that acts for itself, and the route requires a user (RFC 9700 section 4.15).
    #[error(
        "the token was issued to a client that acts for itself, but the route requires a user (`Require::user`)"
    )]
    ClientToken,
    /// The requirement itself cannot be used: a mistake of the set-up.
    #[error(
        "the requirement of the route or the handler is not usable, so what it is checked for is refused: {0}; in a \
         handler, map what clients send to scopes of your own"
    )]
    Invalid(Box<ConfigError>),
    /// A condition of the application does not hold.
    #[error("the condition {name:?} of the route does not hold (`Require::predicate`)")]
    Predicate {
        /// The name of the condition.
        name: String,
    },
    /// The token lacks a scope.
    #[error(
        "the token lacks the scope {missing}; it has {granted}, and the route requires {required:?} (`Require::scopes`)"
    )]
    Scope {
        /// The scopes of the token.
        granted: Excerpt,
        /// What is missing; of alternatives the first.
        missing: Excerpt,
        /// All scopes that the route requires.
        required: String,
    },
    /// The token is not bound to its sender by the method that the route requires.
    #[error(
        "the token was accepted {presented}, but the route requires {expected}; configure with `Require::bound_by`"
    )]
    SenderConstraint {
        /// What the route requires.
        expected: &'static str,
        /// What the sender proved.
        presented: &'static str,
    },
    /// No requirement is declared for the route, and the guard refuses such requests.
    #[error(
        "no requirement is declared for {method} {route}; add one with `RouteRequirements::route`, or \
         `Require::any_token()` if every accepted token suffices"
    )]
    Undeclared {
        /// The method.
        method: Excerpt,
        /// The route as axum matched it, or the path of the request.
        route: Excerpt,
    },
    /// The token is that of a user, and the route requires a client that acts for itself.
    #[error(
        "the token was not issued to a client that acts for itself, which the route requires (`Require::client`)"
    )]
    UserToken,
}

/// What a client must bring to satisfy a route: parameters of a challenge, and needs for the operator alone.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Needed {
    /// Separated by spaces.
    pub(crate) scope: Option<String>,
    /// Separated by spaces, in order of preference.
    pub(crate) acr_values: Option<String>,
    /// In seconds.
    pub(crate) max_age: Option<u64>,
    /// Besides the reason of the rejection.
    pub(crate) also_unmet: Vec<RequirementError>,
}

fn or_missing(presented: Option<&Excerpt>) -> String {
    presented.map_or_else(|| "missing".to_owned(), Excerpt::to_string)
}
