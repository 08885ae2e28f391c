//! A guard by the FAPI 2.0 Security Profile: what it requires, what it answers, and which settings contradict it.

mod algorithms;
mod clocks;
mod contradictions;
mod malformed;
pub(crate) mod oidf;
#[cfg(feature = "axum")]
mod requests;
#[cfg(feature = "axum")]
mod responses;
mod verifiers;

use sender_constraint::proof::Dpop;
use sender_constraint::{Guard, GuardBuilder};

use crate::common::*;

/// The profile with every default: DPoP only.
fn world() -> World {
    world_with(|builder| builder)
}

fn world_with(change: impl FnOnce(GuardBuilder) -> GuardBuilder) -> World {
    world_of(Key::from_seed("ES256", 0), change)
}

/// For tokens that are signed by this key.
fn world_of(issuer: Key, change: impl FnOnce(GuardBuilder) -> GuardBuilder) -> World {
    World::of(issuer, |tokens| {
        change(Guard::fapi2(tokens).dpop(Dpop::new(ORIGIN).unwrap()))
    })
}
