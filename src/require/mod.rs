//! What a route requires of an accepted token: scopes, a recent or strong authentication, a user or a client, a
//! sender-constraint method, authorization details (RFC 6750 section 3.1, RFC 9470, RFC 9396).
//!
//! The guard says who sent the request; [`Require`] says what the route requires of it. There are three ways to use it:
//!
//! | where | how | what it covers |
//! |---|---|---|
//! | on routes, inside the guard | `.route_layer(Require::scopes(["accounts:read"]))`: it is a tower layer | the routes that it wraps |
//! | on the guard | [`GuardLayer::require`](crate::GuardLayer::require), [`GuardLayer::requirements`](crate::GuardLayer::requirements) | everything behind the guard; the 401 for requests without credentials can name the scopes; routes without a requirement are refused |
//! | in a handler | [`Access::require`](crate::Access::require) | what depends on the body, as an MCP tool or a GraphQL field |
//!
//! # Responses
//!
//! All needs are checked. The event of a refusal names every one that is not met, except predicates, which are checked
//! only if everything else is met; one response names what the client must bring: 401
//! `insufficient_user_authentication` with `acr_values` and `max_age` if the user must authenticate again, and also
//! with `scope` if scopes are missing; otherwise 403 `insufficient_scope`, with the full set of scopes that the route
//! requires. The challenge is of the scheme that was used, and has `resource_metadata` if the guard has.
//! The token was verified before, so requirements are not shown to others. Where every proof needs a nonce
//! ([`Nonces::required`](crate::proof::Nonces::required)), a 401 has one; one that is due is on every response,
//! refusals of routes and handlers included. [`guide::refusals`](crate::guide::refusals) lists the kinds.

mod authorization;
mod check;
mod conditions;
mod insufficient_access;
mod needed;
mod predicate;
mod requirement;
mod routes;
mod sender_constraint;

pub use crate::scope_hierarchy::ScopeHierarchy;
pub use insufficient_access::InsufficientAccess;
pub use requirement::Require;
pub use routes::RouteRequirements;
pub use sender_constraint::SenderConstraint;
