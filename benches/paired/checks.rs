//! P1, P2, P3 and P9: checks of good requests by the bare verification of their proofs.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::signature::ParsedPublicKey;
use sender_constraint::Guard;

use crate::Effort;
use crate::goal::Goal;
use crate::mint::{Case, Key, Work};
use crate::peer::Peer;
use crate::rounds::{Variant, run};
use crate::world::{
    Turning, as_bearer, check, dpop, good_checks, guard, handles, introduce, jwts, open_guard,
    timed, timed_with,
};

/// P1: the header of the proof was seen before. What counts is what the proof costs beyond its signature: the same
/// requests are let in with a bearer token, and the bare verification follows.
pub fn known_sender(effort: Effort) -> Vec<Goal> {
    let work = Work::with_handles(effort.proofs, clients(CLIENTS));
    let store = Arc::new(Turning::default());
    let known = guard(handles(&work, 0), dpop(&store));
    introduce(&known, &store, &work);
    let (floor, open) = (Floor::of(&work), open_guard(&work));
    let proof = |block: Range<usize>| {
        store.turn();
        good_checks(&known, &work, block)
    };
    let variants = vec![
        Variant::new("verify", |block| floor.time(&work, &store, block)),
        Variant::new("proof, known sender", proof),
        Variant::new("bearer, then verify", |block| {
            floor.time_after(&open, &work, &store, block)
        }),
    ];
    let measured = run(effort.rounds, work.cases.len(), variants);
    measured.print("P1: a proof by a known sender, its token a handle that costs nothing");
    let ratio = measured.ratio("proof, known sender", "bearer, then verify");
    vec![Goal::new(1).at_most("", ratio, 1.02, "")]
}

/// P2: each proof is by a client that was never seen; otherwise as P1.
pub fn new_sender(effort: Effort) -> Vec<Goal> {
    let work = Work::with_handles(effort.proofs, clients(effort.proofs));
    let store = Arc::new(Turning::default());
    let tokens = Arc::new(handles(&work, 0));
    let (floor, open) = (Floor::of(&work), open_guard(&work));
    let proof = |block: Range<usize>| {
        store.turn();
        let unacquainted = guard(Arc::clone(&tokens), dpop(&store));
        good_checks(&unacquainted, &work, block)
    };
    let variants = vec![
        Variant::new("verify", |block| floor.time(&work, &store, block)),
        Variant::new("proof, new sender", proof),
        Variant::new("bearer, then verify", |block| {
            floor.time_after(&open, &work, &store, block)
        }),
    ];
    let measured = run(effort.rounds, work.cases.len(), variants);
    measured.print("P2: a proof by a new sender each time");
    let ratio = measured.ratio("proof, new sender", "bearer, then verify");
    vec![Goal::new(2).at_most("", ratio, 1.06, "")]
}

/// P3 and P9: the whole check, beside a peer that checks the same proofs and nothing else.
pub fn whole(effort: Effort) -> Vec<Goal> {
    let work = Work::with_jwts(effort.proofs, clients(CLIENTS));
    let store = Arc::new(Turning::default());
    let ours = guard(jwts(&work), dpop(&store));
    introduce(&ours, &store, &work);
    let floor = Floor::of(&work);
    let whole = |block: Range<usize>| {
        store.turn();
        good_checks(&ours, &work, block)
    };
    let mut peer = Peer::default();
    let variants = vec![
        Variant::new("verify", |block| floor.time(&work, &store, block)),
        Variant::new("whole check", whole),
        Variant::new("dpop-verifier, proof alone", |block| {
            peer.time(&work, &store, block)
        }),
    ];
    let measured = run(effort.rounds, work.cases.len(), variants);
    measured.print("P3, P9: the whole check, token cached, known sender");
    let ratio = measured.ratio("whole check", "verify");
    let peer = measured.ratio("dpop-verifier, proof alone", "whole check");
    vec![
        Goal::new(3).at_most("", ratio, 1.03, ""),
        Goal::new(9).at_least("dpop-verifier ", peer, 4.0),
    ]
}

pub fn clients(count: usize) -> Vec<Key> {
    (0..count).map(|_| Key::es256()).collect()
}

/// The bare verification: keys parsed, signatures decoded.
pub struct Floor(Vec<ParsedPublicKey>);

impl Floor {
    pub fn of(work: &Work) -> Self {
        Self(work.clients.iter().map(Key::parsed).collect())
    }

    /// After the same preparations as a check: they leave the same in the processor's caches.
    pub fn time(&self, work: &Work, store: &Turning, block: Range<usize>) -> Duration {
        store.turn();
        timed(work, block, |case, _| self.verify(case))
    }

    /// The same, each after its request was let in by a guard that reads no proofs.
    pub fn time_after(
        &self,
        open: &Guard,
        work: &Work,
        store: &Turning,
        block: Range<usize>,
    ) -> Duration {
        store.turn();
        timed_with(work, block, as_bearer, |case, head| {
            check(open, head, Result::is_ok);
            self.verify(case);
        })
    }

    fn verify(&self, case: &Case) {
        let key = &self.0[case.client];
        let verified = key.verify_sig(case.signing_input(), &case.signature);
        assert!(verified.is_ok());
    }
}

const CLIENTS: usize = 64;
