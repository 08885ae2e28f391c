//! One request for each requirement that is not met.

use std::time::Duration;

use sender_constraint::require::{Require, RouteRequirements, SenderConstraint};

use super::refusals::{Refusal, as_it_is, case, good_proof};
use crate::common::*;

pub(crate) fn requirements() -> Vec<Refusal> {
    let any = Require::any_token;
    let recent = || any().max_age(Duration::from_secs(300));
    let as_minted = |token: Token| token;
    let mut all = vec![
        refused("requirement_acr", any().acr(["high"]), as_minted),
        refused("requirement_auth_time", recent(), |token| {
            token.claim("auth_time", NOW - 301)
        }),
        refused("requirement_auth_time_in_future", recent(), |token| {
            token.claim("auth_time", NOW + 61)
        }),
        refused("requirement_auth_time_missing", recent(), as_minted),
        refused(
            "requirement_authorization_details",
            any().authorization_details("payment", |_| true),
            as_minted,
        ),
        refused("requirement_client_token", any().user(), |token| {
            token.claim("sub", "app")
        }),
        refused("requirement_invalid", Require::scopes(["a b"]), as_minted),
        refused(
            "requirement_predicate",
            any().predicate("staff", |_| false),
            as_minted,
        ),
        refused("requirement_scope", Require::scopes(["admin"]), |token| {
            token.claim("scope", "\u{1b}[2J\u{202e}")
        }),
        refused(
            "requirement_sender_constraint",
            any().bound_by(SenderConstraint::Mtls),
            as_minted,
        ),
        refused("requirement_user_token", any().client(), as_minted),
    ];
    let world = World::new();
    let layer = world.guard.layer();
    let world = world.behind(layer.requirements(RouteRequirements::default()));
    let token = |world: &World| world.token().sign();
    all.push(case(
        "requirement_undeclared",
        world,
        token,
        good_proof,
        as_it_is,
    ));
    all
}

fn refused(kind: &'static str, require: Require, change: impl FnOnce(Token) -> Token) -> Refusal {
    let world = World::new();
    let layer = world.guard.layer().require(require);
    let token = |world: &World| change(world.token()).sign();
    case(kind, world.behind(layer), token, good_proof, as_it_is)
}
