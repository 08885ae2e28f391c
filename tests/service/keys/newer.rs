//! Keys that replace others under their `kid`, from a source that must wait for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::common::*;
use crate::remote::Remote;
use sender_constraint::future::MaybeReady;
use sender_constraint::jose::Algorithm;
use sender_constraint::keys::{KeyHint, KeySet, KeySource, VerificationKey};
use sender_constraint::proof::Dpop;
use sender_constraint::time::Timestamp;
use sender_constraint::token::JwtVerifier;
use sender_constraint::{Guard, Unavailable};
use serde_json::json;

#[tokio::test]
async fn key_04_replaced_key_is_tried_once_and_its_successor_verifies() {
    let (world, keys) = world(&Key::from_seed("ES256", 0));
    world.send(world.good_request()).await.assert_passed();
    assert_eq!(keys.searches.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn key_04_forged_signature_is_tried_once_too() {
    let (world, keys) = world(&Key::from_seed("ES256", 7));
    let answer = world.send(world.good_request()).await;
    answer.assert_refused("TOK(DPoP)", "token_signature");
    assert_eq!(keys.searches.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn key_04_set_that_arrives_between_the_two_searches_is_used() {
    let remote = Remote::connected().await;
    let hint = KeyHint::new(Some("k1"), Algorithm::Es256);
    let now = Timestamp::from_unix_seconds(NOW);
    let before = remote.keys.find(&hint, now).await.unwrap();
    let next = Key::from_seed("ES256", 5);
    remote.net.publish(&[next.published("k1")]);
    let token = remote.token(&next, "k1");
    remote.world.present_bearer(&token).await.assert_passed();
    // Another request has fetched the set, and no further fetch is allowed yet.
    let after = remote.keys.find_newer(&hint, now).await.unwrap();
    assert_eq!(remote.net.fetches(), 2);
    assert_eq!(after.len(), 1);
    assert!(!Arc::ptr_eq(&before[0], &after[0]));
}

/// The issuer signs with its key 0; the source knows an older key, and finds `newer` after waiting.
fn world(newer: &Key) -> (World, Arc<Rotated>) {
    let keys = Arc::new(Rotated {
        older: published(&Key::from_seed("ES256", 9)),
        newer: published(newer),
        searches: AtomicUsize::new(0),
    });
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, Arc::clone(&keys)).unwrap();
    let issuer = Key::from_seed("ES256", 0);
    let world = World::with_tokens(issuer, tokens, |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    });
    (world, keys)
}

fn published(key: &Key) -> KeySet {
    let set = json!({"keys": [key.published("k1")]}).to_string();
    KeySet::from_json(set.as_bytes()).unwrap()
}

#[derive(Debug)]
struct Rotated {
    older: KeySet,
    newer: KeySet,
    searches: AtomicUsize,
}

impl KeySource for Rotated {
    fn find<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        _now: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
        self.searches.fetch_add(1, Ordering::SeqCst);
        MaybeReady::ready(Ok(self.older.matching(hint)))
    }

    fn find_newer<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        _now: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
        MaybeReady::pending(async { Ok(self.newer.matching(hint)) })
    }

    fn is_current(&self, key: &VerificationKey, _now: Timestamp) -> bool {
        self.newer.contains(key)
    }
}
