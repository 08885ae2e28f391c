//! A12 and D9: what time passes while a request waits counts, and none waits for ever.

use sender_constraint::future::MaybeReady;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sender_constraint::Guard;
use sender_constraint::keys::{RemoteKeys, StaticKeys};
use sender_constraint::proof::Dpop;
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore, UsedProof};
use sender_constraint::time::Timestamp;
use sender_constraint::token::{
    AccessToken, JwtVerifier, PresentedToken, TokenError, TokenVerifier,
};
use serde_json::json;

use crate::common::*;
use crate::remote::{Net, issuer_key, settle};

#[tokio::test]
async fn a12_token_that_expires_while_keys_are_fetched_is_refused() {
    for (leeway, waited, passes) in [
        (0, 9, true),
        (0, 10, false),
        (30, 39, true),
        (30, 40, false),
    ] {
        let net = Net::serving(&[issuer_key().published("k1")]);
        let clock = TestClock::at(NOW);
        let keys = RemoteKeys::for_issuer(ISSUER, net.clone()).clock(clock.clone());
        let keys = keys.lazy().unwrap();
        let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys).unwrap();
        let tokens = tokens.leeway(Duration::from_secs(leeway)).unwrap();
        let world = World::with_tokens(issuer_key(), tokens, |tokens| {
            Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
        });
        let token = world.token().claim("exp", NOW + 10).sign();
        net.hold();
        let proof = world.proof(&token).sign();
        let pass_time = async {
            settle().await;
            world.clock.advance(waited);
            clock.advance(waited);
            net.release();
        };
        let (answer, ()) = tokio::join!(world.present(&token, &proof), pass_time);
        if passes {
            answer.assert_passed();
        } else {
            answer.assert_refused("TOK(DPoP)", "token_expired");
        }
        assert_eq!(world.calls(), usize::from(passes));
    }
}

#[tokio::test]
async fn a12_proof_that_expires_by_its_own_exp_while_waiting_is_refused() {
    let net = Net::serving(&[issuer_key().published("k1")]);
    let clock = TestClock::at(NOW);
    let keys = RemoteKeys::for_issuer(ISSUER, net.clone()).clock(clock.clone());
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys.lazy().unwrap()).unwrap();
    let world = World::with_tokens(issuer_key(), tokens, |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    });
    let token = world.token().sign();
    let proof = world.proof(&token).claim("exp", NOW + 1).sign();
    net.hold();
    let pass_time = async {
        settle().await;
        world.clock.advance(11);
        clock.advance(11);
        net.release();
    };
    let (answer, ()) = tokio::join!(world.present(&token, &proof), pass_time);
    answer.assert_refused("PROOF", "proof_expired");
}

/// A verifier of another crate is held to the same rule, with the leeway that it states.
#[tokio::test]
async fn a12_guard_judges_expiry_whatever_the_verifier_says() {
    for (leeway, outcome) in [(0, "TOK(Bearer)"), (5, "TOK(Bearer)"), (6, "OK")] {
        let clock = TestClock::at(NOW);
        let guard = Guard::builder(Lax(leeway)).allow_unbound_tokens();
        let guard = guard.clock(clock).build().unwrap();
        let (mut head, ()) = request("Bearer opaque", "").into_parts();
        let verdict = guard.check(&mut head).await;
        let kind = verdict.err().map(|rejection| rejection.kind());
        let expected = (outcome != "OK").then_some("token_expired");
        assert_eq!(kind, expected, "leeway {leeway}");
    }
}

#[tokio::test]
async fn a12_token_that_expires_while_the_store_answers_is_refused() {
    let clock = TestClock::at(NOW);
    let store = SlowStore(clock.clone());
    let set = json!({"keys": [issuer_key().published("k1")]}).to_string();
    let keys = StaticKeys::from_json(&set).unwrap();
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys).unwrap();
    let tokens = tokens.leeway(Duration::ZERO).unwrap();
    let world = World::new();
    let guard = Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap().replay_store(store));
    let guard = guard.clock(clock).build().unwrap();
    let token = world.token().claim("exp", NOW + 10).sign();
    let proof = world.proof(&token).sign();
    let (mut head, ()) = request(&format!("DPoP {token}"), &proof).into_parts();
    let rejection = guard.check(&mut head).await.unwrap_err();
    assert_eq!(rejection.kind(), "token_expired");
}

#[tokio::test(start_paused = true)]
async fn d9_store_that_hangs_does_not_hold_the_request() {
    for limit in [None, Some(Duration::from_millis(50))] {
        let dropped = Arc::new(AtomicBool::new(false));
        let store = Hanging(Arc::clone(&dropped));
        let world = World::with_dpop(|dpop| {
            let dpop = dpop.replay_store(store);
            match limit {
                None => dpop,
                Some(limit) => dpop.replay_timeout(limit).unwrap(),
            }
        });
        let began = tokio::time::Instant::now();
        let answer = world.send(world.good_request()).await;
        answer.assert_refused("INFRA", "unavailable_replay_store");
        let expected = limit.unwrap_or(Duration::from_secs(1));
        let took = began.elapsed();
        assert!(took >= expected && took < expected * 2, "{took:?}");
        assert!(dropped.load(Ordering::SeqCst), "the call is given up");
        assert_eq!(world.calls(), 0);
    }
}

#[test]
fn d9_store_that_waits_without_a_runtime_refuses() {
    let world = World::with_dpop(|dpop| dpop.replay_store(Hanging(Arc::default())));
    let (mut head, ()) = world.good_request().into_parts();
    let check = std::pin::pin!(world.guard.check(&mut head));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(verdict) = check.poll(&mut context) else {
        panic!("nothing would ever wake it");
    };
    assert_eq!(verdict.unwrap_err().kind(), "unavailable_replay_store");
}

#[test]
fn d9_timeout_has_limits() {
    let dpop = Dpop::new(ORIGIN).unwrap();
    for (millis, is_good) in [(0, false), (1, true), (30_000, true), (30_001, false)] {
        let set = dpop.clone().replay_timeout(Duration::from_millis(millis));
        assert_eq!(set.is_ok(), is_good, "{millis}");
    }
}

/// Accepts a token that expired 5 s ago.
#[derive(Debug)]
struct Lax(u64);

impl TokenVerifier for Lax {
    fn verify<'a>(
        &'a self,
        _: PresentedToken<'a>,
        _: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        let claims = json!({"iss": ISSUER, "exp": NOW - 5}).to_string();
        let token = AccessToken::from_verified_claims(claims.as_bytes()).unwrap();
        MaybeReady::ready(Ok(Arc::new(token.with_leeway(Duration::from_secs(self.0)))))
    }
}

/// Answers 20 s later by the clock of the guard.
#[derive(Debug)]
struct SlowStore(TestClock);

impl ReplayStore for SlowStore {
    fn insert<'a>(&'a self, _: &'a UsedProof) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        MaybeReady::pending(async {
            self.0.advance(20);
            Ok(Insertion::Fresh)
        })
    }
}

/// Never answers, and tells when the call was given up.
#[derive(Debug)]
struct Hanging(Arc<AtomicBool>);

impl ReplayStore for Hanging {
    fn insert<'a>(&'a self, _: &'a UsedProof) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        struct Tell<'a>(&'a AtomicBool);
        impl Drop for Tell<'_> {
            fn drop(&mut self) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        MaybeReady::pending(async {
            let _tell = Tell(&self.0);
            std::future::pending().await
        })
    }
}
