//! Each proof is accepted once, for as long as its nonce is (DPOP-54, DPOP-58), also after a wait.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sender_constraint::Guard;
use sender_constraint::future::MaybeReady;
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::{Dpop, Nonces};
use sender_constraint::replay::{Insertion, MemoryStore, ReplayError, ReplayStore, UsedProof};
use sender_constraint::time::Timestamp;
use sender_constraint::token::{
    AccessToken, JwtVerifier, PresentedToken, TokenError, TokenVerifier,
};
use serde_json::json;

use super::world::{
    assert_challenged, issue, nonce_of, on_clock_skew, required, secrets, send, send_nonce, with,
};
use crate::common::*;

#[tokio::test]
async fn dpop_54_a_nonce_is_used_for_many_proofs_and_each_proof_once() {
    for world in [required(), on_clock_skew()] {
        let nonce = issue(&world);
        let token = world.token().sign();
        for _ in 0..3 {
            let proof = world.proof(&token).claim("nonce", nonce.as_str()).sign();
            world.present(&token, &proof).await.assert_passed();
            let answer = world.present(&token, &proof).await;
            answer.assert_refused("PROOF", "proof_replayed");
        }
    }
}

#[tokio::test]
async fn dpop_58_a_proof_is_remembered_until_its_nonce_expires() {
    // One that is ahead is remembered for longer: an instance without nonces would accept it by its `iat`.
    for (iat, end) in [(0, 120), (NOW - 3600, 120), (NOW, 120), (NOW + 3600, 600)] {
        let world = required();
        let nonce = issue(&world);
        let token = world.token().claim("exp", NOW + 2_000).sign();
        let with_nonce = |nonce: &str| {
            let proof = world.proof(&token).claim("jti", "one");
            proof.claim("nonce", nonce).claim("iat", iat).sign()
        };
        let proof = with_nonce(&nonce);
        world.clock.set(NOW + 100);
        world.present(&token, &proof).await.assert_passed();
        for age in [100, 119, end - 1] {
            world.clock.set(NOW + age);
            let answer = world.present(&token, &proof).await;
            answer.assert_refused("PROOF", "proof_replayed");
        }
        world.clock.set(NOW + end + 1);
        let answer = world.present(&token, &proof).await;
        assert_challenged(&answer, "proof_nonce_expired");
        // Its `jti` is free again (RFC 9449 section 4.2).
        let proof = with_nonce(&nonce_of(&answer));
        world.present(&token, &proof).await.assert_passed();
    }
}

#[tokio::test]
async fn dpop_58_the_store_is_told_the_end_of_the_nonce() {
    let store = Recording::default();
    let ends = Arc::clone(&store.ends);
    let world = World::with_dpop(|dpop| {
        dpop.nonces(Nonces::on_clock_skew(secrets(0)))
            .replay_store(store)
    });
    let nonce = issue(&world);
    world.clock.advance(30);
    send_nonce(&world, &nonce, NOW + 9000).await.assert_passed();
    send(&world, |proof| proof.claim("iat", NOW))
        .await
        .assert_passed();
    let ends = ends.lock().unwrap().clone();
    assert_eq!(
        ends,
        [NOW + 600, NOW + 70].map(Timestamp::from_unix_seconds)
    );
}

#[tokio::test]
async fn dpop_58_a_guard_without_nonces_refuses_what_one_with_nonces_accepted() {
    let (at, last) = (NOW + 100, NOW + 600);
    // A clock that is right, and ones that are ahead, up to the limit.
    for ahead in [0, 35, 100, 430] {
        let store = Arc::new(MemoryStore::default());
        let with = |nonces: Option<Nonces>| {
            World::with_dpop(|dpop| {
                let dpop = dpop.replay_store(Arc::clone(&store));
                match nonces {
                    Some(nonces) => dpop.nonces(nonces),
                    None => dpop,
                }
            })
        };
        let (required, off) = (with(Some(Nonces::required(secrets(0)))), with(None));
        let nonce = issue(&required);
        let token = required.token().claim("exp", NOW + 2_000).sign();
        let proof = required.proof(&token).claim("nonce", nonce.as_str());
        let proof = proof.claim("iat", at + ahead).sign();
        required.clock.set(at);
        required.present(&token, &proof).await.assert_passed();
        // While its `iat` is accepted: the nonce has expired.
        for time in [at + ahead, at + ahead + 21, (at + ahead + 60).min(last)] {
            off.clock.set(time);
            let answer = off.present(&token, &proof).await;
            answer.assert_refused("PROOF", "proof_replayed");
        }
    }
}

#[tokio::test]
async fn a_proof_with_a_nonce_is_refused_after_the_clock_was_set_back() {
    for (iat, used_at) in [(NOW + 115, NOW + 100), (NOW + 56, NOW + 117)] {
        let world = required();
        let nonce = issue(&world);
        let token = world.token().claim("exp", NOW + 2_000).sign();
        let proof = world.proof(&token).claim("nonce", nonce.as_str());
        let proof = proof.claim("iat", iat).sign();
        world.clock.set(used_at);
        world.present(&token, &proof).await.assert_passed();
        // Later, other proofs make the store drop the entry.
        for later in [121, 200, 300] {
            world.clock.set(NOW + later);
            send_nonce(&world, &issue(&world), NOW + later)
                .await
                .assert_passed();
        }
        for back in [119, 117, 110] {
            world.clock.set(NOW + back);
            let status = world.present(&token, &proof).await.status();
            assert!([401, 503].contains(&status.as_u16()), "{status}");
        }
    }
}

#[tokio::test]
async fn a_nonce_that_expires_while_keys_are_fetched_is_refused() {
    let world = required();
    let token = world.token().sign();
    let proof = world.proof(&token).claim("nonce", issue(&world));
    let clock = world.clock.clone();
    let late = LateTokens::new(&world, move || clock.set(NOW + 120));
    let guarded = World::around(
        world.issuer.clone(),
        world.clock.clone(),
        Guard::builder(late)
            .dpop(
                Dpop::new(ORIGIN)
                    .unwrap()
                    .nonces(Nonces::required(secrets(0))),
            )
            .clock(world.clock.clone()),
    );
    let answer = guarded.present(&token, &proof.sign()).await;
    assert_challenged(&answer, "proof_nonce_expired");
    assert_eq!(guarded.calls(), 0);
}

#[tokio::test]
async fn retry_after_of_429_is_the_life_of_a_nonce() {
    for (nonces, seconds) in [
        (Nonces::required(secrets(0)), "125"),
        (
            Nonces::required(secrets(0))
                .rotation(Duration::from_secs(10))
                .unwrap(),
            "70",
        ),
        (Nonces::on_clock_skew(secrets(0)), "125"),
        (
            Nonces::on_clock_skew(secrets(0))
                .rotation(Duration::from_secs(10))
                .unwrap(),
            "70",
        ),
    ] {
        let world = World::with_dpop(|dpop| {
            let store = MemoryStore::new(1024).unwrap().share_per_principal(16);
            dpop.nonces(nonces).replay_store(store.unwrap())
        });
        let nonce = issue(&world);
        let refused = loop {
            let answer = send_nonce(&world, &nonce, NOW).await;
            if answer.status() != 200 {
                break answer;
            }
        };
        assert_eq!(refused.status(), 429);
        assert_eq!(refused.header("retry-after"), Some(seconds));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn dpop_59_equal_proofs_at_once_pass_once() {
    let world = Arc::new(with(Nonces::required(secrets(0))));
    let token = world.token().sign();
    let proof = world.proof(&token).claim("nonce", issue(&world)).sign();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (world, token, proof) = (Arc::clone(&world), token.clone(), proof.clone());
        tasks.spawn(async move { world.present(&token, &proof).await.status() });
    }
    let statuses = tasks.join_all().await;
    let passed = statuses.iter().filter(|status| **status == 200).count();
    assert_eq!(passed, 1, "{statuses:?}");
}

/// Notes until when proofs are kept.
#[derive(Debug, Default)]
struct Recording {
    ends: Arc<Mutex<Vec<Timestamp>>>,
}

impl ReplayStore for Recording {
    fn insert<'a>(
        &'a self,
        proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        self.ends.lock().unwrap().push(proof.expires_at);
        MaybeReady::ready(Ok(Insertion::Fresh))
    }
}

/// Verifies tokens after something has happened.
struct LateTokens {
    tokens: JwtVerifier,
    before: Box<dyn Fn() + Send + Sync>,
}

impl LateTokens {
    fn new(world: &World, before: impl Fn() + Send + Sync + 'static) -> Self {
        let set = json!({"keys": [world.issuer.published("k1")]}).to_string();
        let keys = StaticKeys::from_json(&set).unwrap();
        Self {
            tokens: JwtVerifier::new(ISSUER, AUDIENCE, keys).unwrap(),
            before: Box::new(before),
        }
    }
}

impl fmt::Debug for LateTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("LateTokens")
    }
}

impl TokenVerifier for LateTokens {
    fn verify<'a>(
        &'a self,
        token: PresentedToken<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        (self.before)();
        self.tokens.verify(token, now)
    }
}
