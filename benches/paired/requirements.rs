//! P18: what a route requires, of a token that has it: allocations, and the whole check by the bare verification.

use std::convert::Infallible;
use std::ops::Range;
use std::sync::Arc;

use http::{Request, Response};
use sender_constraint::require::{Require, ScopeHierarchy, SenderConstraint};
use tower::{Layer as _, service_fn};

use crate::Effort;
use crate::allocations::{allocations, call_all, least};
use crate::checks::{Floor, clients};
use crate::goal::Goal;
use crate::mint::{PATH, Work};
use crate::rounds::{Variant, run};
use crate::world::{Turning, dpop, guard, introduce, jwts, ready, timed};

pub fn goals(effort: Effort) -> Vec<Goal> {
    let work = Work::with_jwts(effort.proofs, clients(64));
    let store = Arc::new(Turning::default());
    let scopes = ScopeHierarchy::default().includes("write", ["accounts:read"]);
    let guard = guard(jwts(&work), dpop(&store)).to_builder();
    let guard = guard.scope_hierarchy(scopes.expect("scopes")).build();
    let guard = guard.expect("a guard");
    introduce(&guard, &store, &work);

    let handler = service_fn(|_: Request<()>| {
        std::future::ready(Ok::<_, Infallible>(Response::new(String::new())))
    });
    let count = work.cases.len().min(1024);
    let requests = || {
        let cases = work.cases.iter().take(count);
        cases.map(|case| case.request("GET", PATH)).collect()
    };
    let plain = guard.layer().layer(handler);
    let without = least(|| {
        store.turn();
        let requests = requests();
        allocations(|| call_all(plain.clone(), requests))
    });
    let required = guard.layer().require(require());
    let required = required.layer(require().layer(handler));
    let with = least(|| {
        store.turn();
        let requests = requests();
        allocations(|| call_all(required.clone(), requests))
    });
    let added = (with as f64 - without as f64) / count as f64;

    let (floor, require) = (Floor::of(&work), require());
    let whole = |block: Range<usize>| {
        store.turn();
        timed(&work, block, |_, head| {
            let admission = ready(guard.check(head)).expect("a good request");
            assert!(admission.require(&require).is_ok());
        })
    };
    let variants = vec![
        Variant::new("verify", |block| floor.time(&work, &store, block)),
        Variant::new("whole check and requirement", whole),
    ];
    let measured = run(effort.rounds, work.cases.len(), variants);
    measured.print("P18: the whole check with a requirement, token cached, known sender");
    let ratio = measured.ratio("whole check and requirement", "verify");
    let goal = Goal::new(18).at_most("allocations ", added, 0.0, "");
    vec![goal.at_most("", ratio, 1.04, "")]
}

fn require() -> Require {
    Require::scopes(["read", "accounts:read"])
        .any_scope(["admin", "write"])
        .user()
        .bound_by(SenderConstraint::Dpop)
        .predicate("has a client", |access| access.client_id().is_some())
}
