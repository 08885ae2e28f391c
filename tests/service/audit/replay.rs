//! Findings about replay.

mod clock;

use std::collections::HashMap;
use std::time::Duration;

use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::replay::{Insertion, MemoryStore, ReplayError, ReplayStore as _, UsedProof};
use sender_constraint::time::Timestamp;
use sender_constraint::token::{Issuer, JwtVerifier};
use sender_constraint::{Digest, Guard};
use serde_json::{Value, json};

use crate::common::*;
use crate::remote::issuer_key;

/// Two generations of one shard: neither may hold a `jti` longer than its proof is acceptable.
#[tokio::test]
async fn a16_a_jti_is_free_again_in_either_generation() {
    for between in [&[60][..], &[], &[60, 61], &[1, 69]] {
        let window = MemoryStore::new(1024).unwrap();
        assert_eq!(insert(&window, "x", 0, 70).await, Ok(Insertion::Fresh));
        for second in between {
            let name = format!("y{second}");
            let answer = insert(&window, &name, *second, second + 70).await;
            assert_eq!(answer, Ok(Insertion::Fresh));
        }
        assert!(window.has_seen(&digest("x"), at(70)));
        assert_eq!(insert(&window, "x", 70, 70).await, Ok(Insertion::Replayed));
        assert!(!window.has_seen(&digest("x"), at(71)), "{between:?}");
        let later = insert(&window, "x", 71, 141).await;
        assert_eq!(later, Ok(Insertion::Fresh), "{between:?}");
        assert!(window.has_seen(&digest("x"), at(141)));
        assert_eq!(
            insert(&window, "x", 141, 141).await,
            Ok(Insertion::Replayed)
        );
    }
}

/// Against a store that remembers each key exactly as long as it must, while the clock only goes forward.
#[tokio::test]
async fn a16_the_window_answers_as_an_exact_store_does() {
    for seed in 0..40 {
        let mut random = Random::new(seed);
        let window = MemoryStore::new(1024)
            .unwrap()
            .share_per_principal(1024)
            .unwrap();
        let mut exact = HashMap::new();
        let mut now = 0;
        for _ in 0..500 {
            now += random.below(30);
            let (key, until) = (random.below(20), now + random.below(71));
            let name = format!("jti {key}");
            let is_live = exact.get(&key).is_some_and(|last| *last >= now);
            assert_eq!(window.has_seen(&digest(&name), at(now)), is_live, "{seed}");
            let answer = insert(&window, &name, now, until).await;
            if is_live {
                assert_eq!(answer, Ok(Insertion::Replayed), "seed {seed} at {now}");
            } else {
                assert_eq!(answer, Ok(Insertion::Fresh), "seed {seed} at {now}");
                exact.insert(key, until);
            }
        }
    }
}

/// The older of two uses of a `jti` stays known, should the clock be set back to its time.
#[tokio::test]
async fn a16_a_later_use_covers_the_earlier_one() {
    let window = MemoryStore::new(1024).unwrap();
    assert_eq!(insert(&window, "long", 0, 300).await, Ok(Insertion::Fresh));
    assert_eq!(insert(&window, "y", 0, 300).await, Ok(Insertion::Fresh));
    assert_eq!(insert(&window, "x", 1, 70).await, Ok(Insertion::Fresh));
    // The time of the second use is over before it begins: no guard accepts such a proof.
    assert_eq!(insert(&window, "x", 80, 60).await, Ok(Insertion::Fresh));
    assert_eq!(insert(&window, "x", 65, 70).await, Ok(Insertion::Replayed));
    assert_eq!(insert(&window, "x", 80, 150).await, Ok(Insertion::Fresh));
    assert_eq!(insert(&window, "x", 65, 70).await, Ok(Insertion::Replayed));
}

/// An entry that is used again takes no second seat, neither of the store nor of the client.
#[tokio::test]
async fn a16_a_jti_used_again_takes_no_second_seat() {
    let window = MemoryStore::new(1024)
        .unwrap()
        .share_per_principal(16)
        .unwrap();
    // The first two go to the older generation, `x` and the others to the current one.
    for name in ["a", "b", "x"] {
        let until = if name == "x" { 9 } else { 1000 };
        assert_eq!(insert(&window, name, 0, until).await, Ok(Insertion::Fresh));
    }
    let used_again = async |round: u64| {
        let now = round * 10;
        let again = insert(&window, "x", now, now + 9).await;
        assert_eq!(again, Ok(Insertion::Fresh), "round {round}");
    };
    for round in 1..20 {
        used_again(round).await;
    }
    for name in 0..13 {
        let answer = insert(&window, &name.to_string(), 190, 1000).await;
        assert_eq!(answer, Ok(Insertion::Fresh), "{name}");
    }
    let full = Err(ReplayError::PrincipalShareUsed { share: 16 });
    assert_eq!(insert(&window, "more", 190, 1000).await, full);
    used_again(20).await;
}

/// A generation may span more than the entries can tell apart.
#[tokio::test]
async fn a16_times_far_apart_are_never_forgotten_early() {
    let day = 86_400;
    for untils in [[70, 30 * day], [30 * day, 70], [30 * day, 30 * day - 3700]] {
        let window = MemoryStore::new(1024).unwrap();
        for (name, until) in ["filler", "x", "y"].iter().zip([1, untils[0], untils[1]]) {
            assert_eq!(insert(&window, name, 0, until).await, Ok(Insertion::Fresh));
        }
        for (name, until) in ["x", "y"].iter().zip(untils) {
            for now in [0, until / 2, until] {
                let answer = insert(&window, name, now, until).await;
                assert_ne!(answer, Ok(Insertion::Fresh), "{name} at {now}");
            }
        }
    }
}

/// Entries are kept in whole seconds, rounded up: never forgotten early.
#[tokio::test]
async fn a16_a_fraction_of_a_second_counts_as_a_whole_one() {
    let window = MemoryStore::new(1024).unwrap();
    let millisecond = Duration::from_millis(1);
    let whole = UsedProof::new(digest("whole"), digest("client"), at(70), at(0));
    assert_eq!(window.insert(&whole).await, Ok(Insertion::Fresh));
    assert!(window.has_seen(&whole.key, at(70)));
    assert!(!window.has_seen(&whole.key, at(70).saturating_add(millisecond)));
    let until = at(70).saturating_add(millisecond);
    for (now, expected) in [
        (at(0), Insertion::Fresh),
        (at(70), Insertion::Replayed),
        (until, Insertion::Replayed),
        (at(71).saturating_add(millisecond), Insertion::Fresh),
    ] {
        let proof = UsedProof::new(digest("x"), digest("client"), until.max(now), now);
        assert_eq!(window.insert(&proof).await, Ok(expected), "{now:?}");
    }
}

/// DPOP-58: one client, one request a minute, all with the same `jti` once the last one is too old.
#[tokio::test]
async fn a16_a_client_may_use_its_jti_again_at_one_request_a_minute() {
    for window in [MemoryStore::default(), MemoryStore::new(1024).unwrap()] {
        let world = World::with_dpop(|dpop| dpop.replay_store(window));
        let token = world.token().claim("exp", NOW + 100_000).sign();
        for minute in 0..60 {
            let now = NOW + 60 * minute;
            world.clock.set(now);
            // Two in turn: each is used again after two minutes.
            let jti = format!("boot counter {}", minute % 2);
            let proof = world.proof(&token).claim("jti", jti).claim("iat", now);
            let proof = proof.sign();
            world.present(&token, &proof).await.assert_passed();
            let answer = world.present(&token, &proof).await;
            answer.assert_refused("PROOF", "proof_replayed");
            world.clock.set(now + 59);
            let answer = world.present(&token, &proof).await;
            answer.assert_refused("PROOF", "proof_replayed");
        }
    }
}

/// Tokens that name neither client nor subject are told apart by the key of their proofs.
#[tokio::test]
async fn a7_clients_without_a_name_have_a_share_each() {
    for nameless in [Value::Null, "".into()] {
        let world = World::with_tokens(issuer_key(), lenient(), |tokens| {
            let dpop = Dpop::new(ORIGIN).unwrap();
            Guard::builder(tokens).dpop(dpop.replay_store(MemoryStore::new(1024).unwrap()))
        });
        let send = async |key: &Key, sub: Value, client_id: Value| {
            let token = Token::bound(&world.issuer, key).claim("sub", sub);
            let token = token.claim("client_id", client_id).sign();
            world.present(&token, &Proof::new(key, &token).sign()).await
        };
        let (busy, other) = (Key::from_seed("ES256", 7), Key::from_seed("ES256", 8));
        for _ in 0..256 {
            let answer = send(&busy, nameless.clone(), nameless.clone()).await;
            answer.assert_passed();
        }
        send(&busy, nameless.clone(), nameless.clone())
            .await
            .assert_refused("429", "replay_principal_share_used");
        send(&other, nameless.clone(), nameless.clone())
            .await
            .assert_passed();
        // One of the two names is enough to be told apart.
        for (sub, client_id) in [("alice".into(), nameless.clone()), (nameless, "app".into())] {
            send(&busy, sub, client_id).await.assert_passed();
        }
    }
}

/// How far a client comes alone, as the docs of `share_per_principal` tell it.
#[tokio::test]
async fn d8_a_share_is_used_as_far_as_the_docs_say() {
    let capacity = MemoryStore::default().capacity();
    for (share, expected) in [(capacity / 4, 0.95..=1.0), (capacity / 64, 0.8..=1.0)] {
        let window = MemoryStore::default().share_per_principal(share).unwrap();
        let mut used = 0;
        loop {
            let mut key = [0; 32];
            key[..8].copy_from_slice(&(used as u64).to_le_bytes());
            let key = Digest::from_bytes(key);
            let proof = UsedProof::new(key, digest("client"), at(70), at(0));
            match window.insert(&proof).await {
                Ok(_) => used += 1,
                Err(_) => break,
            }
        }
        let part = used as f64 / share as f64;
        assert!(expected.contains(&part), "{used} of {share}");
    }
}

/// A store on another machine, written after the example, may have a clock that is ahead.
#[test]
fn n3_the_example_of_a_store_allows_for_the_difference_of_clocks() {
    let docs = include_str!("../../../src/replay/store.rs");
    assert!(docs.contains("proof.keep_for(LARGEST_CLOCK_DIFFERENCE)"));
}

#[tokio::test]
async fn n8_the_replay_memory_is_that_of_one_dpop_and_its_clones() {
    let dpop = Dpop::new(ORIGIN).unwrap();
    let worlds = [dpop.clone(), dpop, Dpop::new(ORIGIN).unwrap()]
        .map(|dpop| World::of(issuer_key(), |tokens| Guard::builder(tokens).dpop(dpop)));
    let token = worlds[0].token().sign();
    let proof = worlds[0].proof(&token).sign();
    let mut outcomes = Vec::new();
    for world in &worlds {
        outcomes.push(world.present(&token, &proof).await.outcome());
    }
    assert_eq!(outcomes, ["OK", "PROOF", "OK"]);
}

async fn insert(
    window: &MemoryStore,
    name: &str,
    now: u64,
    until: u64,
) -> Result<Insertion, ReplayError> {
    let proof = UsedProof::new(digest(name), digest("client"), at(until), at(now));
    window.insert(&proof).await
}

/// For an issuer whose tokens need not name a client.
fn lenient() -> JwtVerifier {
    let set = json!({"keys": [issuer_key().published("k1")]}).to_string();
    let issuer = Issuer::new(ISSUER, StaticKeys::from_json(&set).unwrap()).unwrap();
    JwtVerifier::for_issuer(issuer.accept_untyped_tokens(), AUDIENCE).unwrap()
}

fn digest(name: &str) -> Digest {
    Digest::sha256(name.as_bytes())
}

/// Seconds of the test, from `NOW` on.
fn at(second: u64) -> Timestamp {
    Timestamp::from_unix_seconds(NOW + second)
}

/// The same numbers in each run (splitmix64).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed << 32)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    fn index(&mut self, limit: usize) -> usize {
        self.below(limit as u64) as usize
    }
}
