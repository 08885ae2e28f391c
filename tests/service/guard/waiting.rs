//! Requests that wait for keys: the time that passes meanwhile counts, and they do not wait for ever.

use sender_constraint::future::MaybeReady;
use std::collections::HashMap;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::common::*;
use crate::remote::{Net, issuer_key, settle};
use sender_constraint::Guard;
use sender_constraint::http_client::{HttpClient, HttpError, IncomingResponse, OutgoingRequest};
use sender_constraint::keys::{RemoteKeys, StaticKeys};
use sender_constraint::proof::Dpop;
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore, UsedProof};
use sender_constraint::time::{Clock as _, Timestamp};
use sender_constraint::token::{
    AccessToken, JwtVerifier, PresentedToken, TokenError, TokenVerifier,
};
use serde_json::json;

/// A store may forget a proof at `until`; one that is inserted later than that would pass twice.
#[tokio::test]
async fn dpop_58_a_proof_whose_time_ran_out_while_waiting_is_refused() {
    let net = Net::serving(&[issuer_key().published("k1")]);
    let clock = TestClock::at(NOW);
    let keys = RemoteKeys::for_issuer(ISSUER, net.clone());
    let keys = keys.clock(clock.clone()).lazy().unwrap();
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys).unwrap();
    let world = World::with_tokens(issuer_key(), tokens, |tokens| {
        let store = Forgetful(clock.clone(), Mutex::default());
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap().replay_store(store))
    });
    let token = world.token().sign();
    let proof = world.proof(&token).claim("iat", NOW - 60).sign();
    net.hold();
    let pass_time = async {
        settle().await;
        clock.advance(15);
        world.clock.advance(15);
        net.release();
    };
    let requests = (world.present(&token, &proof), world.present(&token, &proof));
    let (one, other, ()) = tokio::join!(requests.0, requests.1, pass_time);
    one.assert_refused("PROOF", "proof_issued_too_long_ago");
    other.assert_refused("PROOF", "proof_issued_too_long_ago");
    assert_eq!(world.calls(), 0);
    let proof = world.proof(&token).claim("iat", NOW + 15).sign();
    world.present(&token, &proof).await.assert_passed();
}

#[tokio::test(start_paused = true)]
async fn key_06_an_http_client_that_never_answers_is_an_outage() {
    let keys = RemoteKeys::for_issuer(ISSUER, Silent).lazy().unwrap();
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys).unwrap();
    let world = World::with_tokens(issuer_key(), tokens, |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    });
    let answer = tokio::time::timeout(Duration::from_secs(60), world.send(world.good_request()));
    answer
        .await
        .expect("an answer within a minute")
        .assert_refused("INFRA", "unavailable_issuer_keys");
}

#[tokio::test]
async fn int_10_verifier_that_waits_is_asked_after_the_signature_of_the_proof() {
    let asked = Arc::new(AtomicUsize::new(0));
    let verifier = Slow(Arc::clone(&asked), Key::from_seed("ES256", 1).thumbprint());
    let world = World::of(Key::from_seed("ES256", 0), |_| {
        Guard::builder(verifier).dpop(Dpop::new(ORIGIN).unwrap())
    });
    let proof = world.proof("opaque").sign();
    let (input, _) = proof.rsplit_once('.').unwrap();
    let forged = format!("{input}.{}", "A".repeat(86));
    let answer = world.present("opaque", &forged).await;
    answer.assert_refused("PROOF", "proof_signature");
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    world.present("opaque", &proof).await.assert_passed();
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    // A copy is not worth the question either.
    let answer = world.present("opaque", &proof).await;
    answer.assert_refused("PROOF", "proof_replayed");
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn token_whose_keys_are_there_is_verified_without_waiting() {
    let world = World::new();
    let tokens = JwtVerifier::new(
        ISSUER,
        AUDIENCE,
        StaticKeys::from_json(&json!({"keys": [world.issuer.published("k1")]}).to_string())
            .unwrap(),
    );
    let tokens = tokens.unwrap();
    let good = world.token().sign();
    let forged = format!("{good}A");
    for (token, is_good) in [(&good, true), (&good, true), (&forged, false)] {
        let now = Timestamp::from_unix_seconds(NOW);
        let mut answer = pin!(tokens.verify(PresentedToken::new(token), now));
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(verdict) = answer.as_mut().poll(&mut context) else {
            panic!("it waits");
        };
        assert_eq!(verdict.is_ok(), is_good);
    }
}

/// Says yes to every token, but not at once.
#[derive(Debug)]
struct Slow(Arc<AtomicUsize>, String);

impl TokenVerifier for Slow {
    fn verify<'a>(
        &'a self,
        _: PresentedToken<'a>,
        _: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        MaybeReady::pending(async {
            self.0.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            let claims = json!({"iss": ISSUER, "cnf": {"jkt": self.1}}).to_string();
            AccessToken::from_verified_claims(claims.as_bytes()).map(Arc::new)
        })
    }
}

/// Keeps the letter of the promise: remembers until `until`, and no longer.
#[derive(Debug)]
struct Forgetful(TestClock, Mutex<HashMap<[u8; 32], Timestamp>>);

impl ReplayStore for Forgetful {
    fn insert<'a>(
        &'a self,
        proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        let now = self.0.now();
        let mut known = self.1.lock().unwrap();
        known.retain(|_, until| *until >= now);
        let is_fresh = known
            .insert(*proof.key.as_bytes(), proof.expires_at)
            .is_none();
        MaybeReady::ready(Ok(if is_fresh {
            Insertion::Fresh
        } else {
            Insertion::Replayed
        }))
    }
}

#[derive(Debug)]
struct Silent;

impl HttpClient for Silent {
    fn send<'a>(
        &'a self,
        _: &'a OutgoingRequest,
    ) -> MaybeReady<'a, Result<IncomingResponse, HttpError>> {
        MaybeReady::pending(std::future::pending())
    }
}
