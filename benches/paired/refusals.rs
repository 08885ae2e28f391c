//! P8: what it costs to refuse a request before its signature is looked at.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::{HeaderValue, Method, Uri};
use sender_constraint::Guard;

use crate::Effort;
use crate::checks::{Floor, clients};
use crate::goal::Goal;
use crate::mint::Work;
use crate::rounds::{Variant, run};
use crate::world::{
    Ahead, Turning, check, dpop, good_checks, guard, handles, introduce, timed, timed_with,
};

/// One bad thing in a good request each.
pub fn goal(effort: Effort) -> Vec<Goal> {
    let work = Work::with_handles(effort.proofs, clients(64));
    let store = Arc::new(Turning::default());
    // Clones share what they know of senders.
    let dpop = dpop(&store);
    let good = guard(handles(&work, 0), dpop.clone());
    introduce(&good, &store, &work);
    let of_others = guard(handles(&work, 1), dpop.clone());
    let late = Guard::builder(handles(&work, 0)).dpop(dpop);
    let late = late.clock(Ahead(Duration::from_secs(1000))).build();
    let late = late.expect("a guard");
    let floor = Floor::of(&work);
    let (good, of_others, late, work) = (&good, &of_others, &late, &work);
    let replayed = |block: Range<usize>| {
        store.turn();
        good_checks(good, work, block.clone());
        timed(work, block, |_, head| check(good, head, Result::is_err))
    };
    let variants = vec![
        Variant::new("verify", |block| floor.time(work, &store, block)),
        changed("htm", good, work, |head| head.method = Method::POST),
        changed("htu", good, work, |head| {
            head.uri = Uri::from_static("/other");
        }),
        changed("iat", late, work, |_| ()),
        changed("ath", good, work, |head| {
            let other = HeaderValue::from_static("DPoP 9999999999999999");
            head.headers.insert("authorization", other);
        }),
        changed("key", of_others, work, |_| ()),
        Variant::new("replayed", replayed),
    ];
    let measured = run(effort.rounds, work.cases.len(), variants);
    measured.print("P8: refused before the signature");
    let kinds = ["htm", "htu", "iat", "ath", "key", "replayed"];
    let ratios = kinds.iter().map(|kind| measured.ratio(kind, "verify"));
    let worst = ratios.fold(0.0, f64::max);
    vec![Goal::new(8).at_most("", worst * 100.0, 5.0, " %")]
}

fn changed<'a>(
    name: &'static str,
    guard: &'a Guard,
    work: &'a Work,
    change: fn(&mut Parts),
) -> Variant<'a> {
    Variant::new(name, move |block| {
        timed_with(work, block, change, |_, head| {
            check(guard, head, Result::is_err);
        })
    })
}
