//! What the guard asks of a replay store: last of all, once, and believing no silence.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::common::{Key, MintToken as _, NOW, Token, World};
use sender_constraint::future::MaybeReady;
use sender_constraint::replay::{
    FilteredStore, Insertion, MemoryStore, ReplayError, ReplayStore, UsedProof,
};
use sender_constraint::time::Timestamp;
use sender_constraint::{Digest, Unavailable};

#[tokio::test]
async fn dpop_58_configured_window_says_how_long() {
    let (past, future) = (Duration::from_secs(300), Duration::from_secs(60));
    let (store, seen) = Recorder::fresh();
    let world = World::with_dpop(|dpop| {
        dpop.max_age(past)
            .unwrap()
            .clock_skew(future)
            .unwrap()
            .replay_store(store)
    });
    let token = world.token().sign();
    let proof = world.proof(&token).claim("iat", NOW - 7).sign();
    world.present(&token, &proof).await.assert_passed();
    let seen = seen.inserts.lock().unwrap();
    assert_eq!(seen[0].now, Timestamp::from_unix_seconds(NOW));
    let last = Timestamp::from_unix_seconds(NOW - 7 + 300);
    assert!(seen[0].expires_at >= last, "{:?}", seen[0]);
}

/// A store that another machine keeps: longer by the difference of clocks, and rounded up.
#[test]
fn dpop_58_margin_is_added_and_seconds_are_rounded_up() {
    let millis = Duration::from_millis;
    let used = |life: u64| {
        let now = Timestamp::from_unix_seconds(NOW).saturating_add(millis(250));
        let key = Digest::sha256(b"proof");
        UsedProof::new(key, key, now.saturating_add(millis(life)), now)
    };
    let difference = Duration::from_secs(10);
    for (life, seconds) in [(0, 11), (749, 11), (70_000, 81), (70_999, 81), (71_000, 82)] {
        let span = used(life).keep_for(difference);
        assert_eq!(span, Duration::from_secs(seconds), "{life}");
        assert!(used(life).expires_at < used(life).now.saturating_add(span));
    }
    for (life, seconds) in [(0, 11), (749, 11), (750, 12), (70_000, 81)] {
        let until = used(life).keep_until(difference);
        assert_eq!(until, Timestamp::from_unix_seconds(NOW + seconds), "{life}");
    }
    assert_eq!(used(0).keep_for(Duration::ZERO), Duration::from_secs(1));
    let mut over = used(0);
    over.now = over.now.saturating_add(millis(5000));
    assert_eq!(over.keep_for(difference), Duration::from_secs(11));
}

#[tokio::test]
async fn dpop_61_unreachable_store_refuses() {
    let (store, seen) = Recorder::fresh();
    let world = World::with_dpop(|dpop| dpop.replay_store(store));
    let token = world.token().sign();
    let proof = world.proof(&token).sign();
    seen.is_down.store(true, Ordering::SeqCst);
    let answer = world.present(&token, &proof).await;
    answer.assert_refused("INFRA", "unavailable_replay_store");
    assert_eq!(world.calls(), 0);
    seen.is_down.store(false, Ordering::SeqCst);
    world.present(&token, &proof).await.assert_passed();
}

#[tokio::test]
async fn dpop_59_the_insert_alone_decides() {
    let (store, seen) = Recorder::fresh();
    let world = World::with_dpop(|dpop| dpop.replay_store(store));
    // `has_seen` says no, the insert says yes: another instance was faster.
    seen.says_seen.store(true, Ordering::SeqCst);
    let token = world.token().sign();
    let proof = world.proof(&token).sign();
    let answer = world.present(&token, &proof).await;
    answer.assert_refused("PROOF", "proof_replayed");
    assert_eq!(seen.inserts.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refused_token_or_binding_uses_up_nothing() {
    let (store, seen) = Recorder::fresh();
    let world = World::with_dpop(|dpop| dpop.replay_store(store));
    let stranger = Key::from_seed("ES256", 9);
    for (token, kind) in [
        (world.token().claim("exp", NOW - 60), "token_expired"),
        (world.token().claim("aud", "x"), "token_audience"),
        (Token::bound(&stranger, &world.client), "token_signature"),
        (
            Token::bound(&world.issuer, &stranger),
            "binding_key_mismatch",
        ),
        (
            Token::unbound(&world.issuer),
            "binding_unbound_token_as_dpop",
        ),
    ] {
        let token = token.sign();
        let proof = world.proof(&token).sign();
        let answer = world.present(&token, &proof).await;
        answer.assert_refused("TOK(DPoP)", kind);
    }
    assert_eq!(seen.inserts.lock().unwrap().len(), 0);
    assert_eq!(seen.questions.load(Ordering::SeqCst), 0);
    world.send(world.good_request()).await.assert_passed();
    assert_eq!(seen.inserts.lock().unwrap().len(), 1);
}

/// Where a store of the application says nothing, it always waits.
#[test]
fn dpop_61_only_a_store_that_decides_alone_after_a_time_has_a_timeout_of_its_own() {
    let (store, _) = Recorder::fresh();
    assert_eq!(store.gives_up_after(), None);
    assert_eq!(MemoryStore::default().gives_up_after(), None);
    let filtered = Arc::new(FilteredStore::new(store, MemoryStore::default()));
    let timeout = Duration::from_millis(500);
    assert_eq!(filtered.gives_up_after(), Some(timeout));
}

/// A store that writes down what it is asked, and answers as it is told.
#[derive(Debug)]
struct Recorder(Arc<Seen>);

#[derive(Debug, Default)]
struct Seen {
    inserts: Mutex<Vec<UsedProof>>,
    questions: AtomicUsize,
    says_seen: AtomicBool,
    is_down: AtomicBool,
}

impl Recorder {
    fn fresh() -> (Self, Arc<Seen>) {
        let seen = Arc::new(Seen::default());
        (Self(Arc::clone(&seen)), seen)
    }
}

impl ReplayStore for Recorder {
    fn insert<'a>(
        &'a self,
        proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        MaybeReady::pending(async move {
            tokio::task::yield_now().await;
            if self.0.is_down.load(Ordering::SeqCst) {
                return Err(Unavailable::replay_store("away".to_owned()).into());
            }
            self.0.inserts.lock().unwrap().push(*proof);
            Ok(match self.0.says_seen.load(Ordering::SeqCst) {
                true => Insertion::Replayed,
                false => Insertion::Fresh,
            })
        })
    }

    fn has_seen(&self, _key: &Digest, _now: Timestamp) -> bool {
        self.0.questions.fetch_add(1, Ordering::SeqCst);
        false
    }
}
