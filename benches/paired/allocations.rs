//! P4: heap allocations of a whole check, inside the guard and in the layer around it.

use std::alloc::System;
use std::convert::Infallible;
use std::sync::Arc;

use http::{Request, Response};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tower::{Layer as _, Service, service_fn};

use crate::Effort;
use crate::checks::clients;
use crate::goal::Goal;
use crate::mint::{Case, PATH, Work};
use crate::world::{Turning, check, dpop, guard, introduce, jwts, ready};

/// Counts for every variant alike.
#[global_allocator]
pub static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

pub fn goals(effort: Effort) -> Vec<Goal> {
    let count = effort.proofs.min(1024);
    let work = Work::with_jwts(count, clients(64));
    let store = Arc::new(Turning::default());
    let guard = guard(jwts(&work), dpop(&store));
    introduce(&guard, &store, &work);
    let each = |total: usize| total as f64 / count as f64;

    let inside = each(least(|| {
        store.turn();
        let mut heads: Vec<_> = work.cases.iter().map(Case::head).collect();
        allocations(|| {
            for head in &mut heads {
                check(&guard, head, Result::is_ok);
            }
        })
    }));

    let handler = service_fn(|_: Request<()>| {
        std::future::ready(Ok::<_, Infallible>(Response::new(String::new())))
    });
    let requests = || work.cases.iter().map(|case| case.request("GET", PATH));
    let bare = each(least(|| {
        let requests = requests().collect();
        allocations(|| call_all(handler, requests))
    }));
    let service = guard.layer().layer(handler);
    let guarded = each(least(|| {
        store.turn();
        let requests = requests().collect();
        allocations(|| call_all(service.clone(), requests))
    }));
    let around = guarded - bare - inside;

    println!("P4: allocations of one request: guard {inside:.3}, layer {around:.3}");
    let goal = Goal::new(4).at_most("guard ", inside, 1.0, "");
    vec![goal.at_most("layer ", around, 4.0, "")]
}

pub fn call_all<S>(mut service: S, requests: Vec<Request<()>>)
where
    S: Service<Request<()>, Response = Response<String>, Error = Infallible>,
{
    for request in requests {
        let response = ready(service.call(request)).expect("infallible");
        assert!(response.status().is_success());
    }
}

/// The least of some passes: in the others a table grew.
pub fn least(pass: impl FnMut() -> usize) -> usize {
    std::iter::repeat_with(pass).take(8).min().unwrap_or(0)
}

pub fn allocations(work: impl FnOnce()) -> usize {
    let region = Region::new(ALLOCATOR);
    work();
    let change = region.change();
    change.allocations + change.reallocations
}
