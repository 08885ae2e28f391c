//! What is remembered of a verified token: that its signature held, and nothing else.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::common::{
    AUDIENCE, ISSUER, Key, MintProof as _, MintToken as _, NOW, ORIGIN, Proof, Token, World,
};
use sender_constraint::keys::{KeyHint, KeySet, KeySource, VerificationKey};
use sender_constraint::proof::Dpop;
use sender_constraint::time::Timestamp;
use sender_constraint::token::JwtVerifier;
use sender_constraint::{Guard, Unavailable};
use serde_json::{Value, json};

#[tokio::test]
async fn jwt_18_second_request_with_a_token_asks_for_no_key() {
    let (world, keys) = world();
    let token = world.token().sign();
    for _ in 0..3 {
        world.present_token(&token).await.assert_passed();
    }
    assert_eq!(keys.searches(), 1);
    world
        .present_token(&world.token().sign())
        .await
        .assert_passed();
    assert_eq!(keys.searches(), 2);
}

#[tokio::test]
async fn jwt_18_refused_token_is_not_remembered() {
    let (world, keys) = world();
    let token = world
        .token()
        .claim("aud", "https://other.example.com")
        .sign();
    for searches in 1..=3 {
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_audience");
        assert_eq!(keys.searches(), searches);
    }
}

#[tokio::test]
async fn jwt_18_time_is_asked_again_on_every_hit() {
    let (world, keys) = world();
    let token = Token::unbound(&world.issuer).claim("exp", NOW + 60);
    let token = token.claim("nbf", NOW).sign();
    for (now, refused) in [
        (NOW, None),
        (NOW + 89, None),
        (NOW + 90, Some("token_expired")),
        (NOW - 30, None),
        (NOW - 31, Some("token_not_yet_valid")),
    ] {
        world.clock.set(now);
        let answer = world.present_bearer(&token).await;
        match refused {
            None => answer.assert_passed(),
            Some(kind) => answer.assert_refused("TOK(Bearer)", kind),
        }
    }
    assert_eq!(keys.searches(), 1);
}

#[tokio::test]
async fn jwt_18_key_that_is_gone_takes_its_tokens_along() {
    for (world, keys) in [world(), world_of(Arc::new)] {
        let token = world.token().sign();
        for _ in 0..2 {
            world.present_token(&token).await.assert_passed();
        }
        assert_eq!(keys.searches(), 1);
        keys.publish(&[]);
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_unknown_key");
        keys.publish(&[world.issuer.published("k1")]);
        world.present_token(&token).await.assert_passed();
    }
}

#[tokio::test]
async fn jwt_18_other_key_under_the_same_kid_takes_its_tokens_along() {
    let (world, keys) = world();
    let token = world.token().sign();
    world.present_token(&token).await.assert_passed();
    keys.publish(&[Key::from_seed("ES256", 5).published("k1")]);
    let answer = world.present_token(&token).await;
    answer.assert_refused("TOK(DPoP)", "token_signature");
}

#[tokio::test]
async fn jwt_18_key_kept_for_another_algorithm_or_name_takes_its_tokens_along() {
    let (world, keys) = world();
    let token = world.token().sign();
    let mut renamed = world.issuer.published("k1");
    renamed["kid"] = "k2".into();
    let mut repurposed = world.issuer.published("k1");
    repurposed["use"] = "enc".into();
    for jwk in [renamed, repurposed] {
        keys.publish(&[world.issuer.published("k1")]);
        world.present_token(&token).await.assert_passed();
        keys.publish(&[jwk]);
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_unknown_key");
    }
}

#[tokio::test]
async fn jwt_18_key_that_stays_keeps_its_tokens_whatever_else_changes() {
    let (world, keys) = world();
    let token = world.token().sign();
    world.present_token(&token).await.assert_passed();
    keys.publish(&[
        Key::from_seed("ES256", 5).published("k2"),
        world.issuer.published("k1"),
    ]);
    world.present_token(&token).await.assert_passed();
    assert_eq!(keys.searches(), 1);
}

#[tokio::test]
async fn jwt_18_purge_has_each_token_verified_again() {
    let keys = Keys::default();
    let issuer = Key::from_seed("ES256", 0);
    keys.publish(&[issuer.published("k1")]);
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys.clone()).unwrap();
    let world = World::with_tokens(issuer, tokens.clone(), |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    });
    let (one, other) = (world.token().sign(), world.token().sign());
    for token in [&one, &other, &one, &other] {
        world.present_token(token).await.assert_passed();
    }
    assert_eq!(keys.searches(), 2);
    tokens.purge();
    for token in [&one, &other, &one, &other] {
        world.present_token(token).await.assert_passed();
    }
    assert_eq!(keys.searches(), 4);
}

#[tokio::test]
async fn jwt_18_binding_is_asked_again_on_every_hit() {
    let (world, _) = world();
    let token = world.token().sign();
    world.present_token(&token).await.assert_passed();
    let thief = Key::from_seed("ES256", 9);
    let proof = Proof::new(&thief, &token).sign();
    let answer = world.present(&token, &proof).await;
    answer.assert_refused("TOK(DPoP)", "binding_key_mismatch");
    let answer = world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "binding_bound_token_as_bearer");
    world.present_token(&token).await.assert_passed();
    assert_eq!(world.calls(), 2);
}

#[tokio::test]
async fn jwt_18_proof_is_asked_again_on_every_hit() {
    let (world, _) = world();
    let token = world.token().sign();
    let proof = world.proof(&token).sign();
    world.present(&token, &proof).await.assert_passed();
    let answer = world.present(&token, "").await;
    answer.assert_refused("PROOF", "proof_missing");
    let answer = world.present(&token, &proof).await;
    answer.assert_refused("PROOF", "proof_replayed");
    let mut forged = world.proof(&token);
    forged.key = Key::from_seed("ES256", 9);
    let answer = world.present(&token, &forged.sign()).await;
    answer.assert_refused("PROOF", "proof_signature");
}

#[tokio::test]
async fn jwt_18_token_is_remembered_whole() {
    let (world, _) = world();
    let token = world.token().sign();
    world.present_token(&token).await.assert_passed();
    let (input, _) = token.rsplit_once('.').unwrap();
    let other = world.token().sign();
    let (_, signature) = other.rsplit_once('.').unwrap();
    let answer = world.present_token(&format!("{input}.{signature}")).await;
    answer.assert_refused("TOK(DPoP)", "token_signature");
}

fn world() -> (World, Keys) {
    world_of(|keys| keys)
}

fn world_of<K: KeySource>(source: impl FnOnce(Keys) -> K) -> (World, Keys) {
    let keys = Keys::default();
    let issuer = Key::from_seed("ES256", 0);
    keys.publish(&[issuer.published("k1")]);
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, source(keys.clone())).unwrap();
    let world = World::with_tokens(issuer, tokens, |tokens| {
        let dpop = Dpop::new(ORIGIN).unwrap();
        Guard::builder(tokens).dpop(dpop).allow_unbound_tokens()
    });
    (world, keys)
}

/// Keys that a test changes, and that count how often they are searched.
#[derive(Clone, Debug, Default)]
struct Keys(Arc<State>);

#[derive(Debug, Default)]
struct State {
    set: Mutex<KeySet>,
    searches: AtomicUsize,
}

impl Keys {
    fn publish(&self, jwks: &[Value]) {
        let set = json!({"keys": jwks}).to_string();
        *self.0.set.lock().unwrap() = KeySet::from_json(set.as_bytes()).unwrap();
    }

    fn searches(&self) -> usize {
        self.0.searches.load(Ordering::SeqCst)
    }
}

impl KeySource for Keys {
    fn find<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        _now: Timestamp,
    ) -> sender_constraint::future::MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>>
    {
        self.0.searches.fetch_add(1, Ordering::SeqCst);
        let found = self.0.set.lock().unwrap().matching(hint);
        sender_constraint::future::MaybeReady::ready(Ok(found))
    }

    fn is_current(&self, key: &VerificationKey, _now: Timestamp) -> bool {
        self.0.set.lock().unwrap().contains(key)
    }
}
