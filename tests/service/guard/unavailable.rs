//! What is our own trouble is answered with 503 and no challenge: never "let it pass", never 401 (RESP-32,
//! DPOP-61).

use sender_constraint::future::MaybeReady;
use std::sync::Arc;
use std::time::Duration;

use crate::common::*;
use sender_constraint::keys::{KeyHint, KeySource, VerificationKey};
use sender_constraint::proof::Dpop;
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore, UsedProof};
use sender_constraint::time::Timestamp;
use sender_constraint::token::JwtVerifier;
use sender_constraint::{Guard, Unavailable};

#[tokio::test]
async fn resp_32_unreachable_keys_are_our_trouble() {
    let good = World::new();
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, Unreachable).unwrap();
    let world = World::with_tokens(good.issuer.clone(), tokens, |tokens| {
        let dpop = Dpop::new(ORIGIN).unwrap();
        Guard::builder(tokens).dpop(dpop).allow_unbound_tokens()
    });
    let answer = world.send(good.good_request()).await;
    assert_unavailable(&answer, "unavailable_issuer_keys");
    let token = Token::unbound(&good.issuer).sign();
    assert_unavailable(
        &world.present_bearer(&token).await,
        "unavailable_issuer_keys",
    );
    assert_eq!(world.calls(), 0);
    good.send(good.good_request()).await.assert_passed();
}

#[tokio::test]
async fn resp_32_replay_store_in_trouble_is_ours() {
    for (error, kind) in [
        (
            Unavailable::replay_store("away".to_owned()).into(),
            "unavailable_replay_store",
        ),
        (ReplayError::Full { capacity: 1 }, "replay_full"),
    ] {
        let world = World::with_dpop(|dpop| dpop.replay_store(Troubled(error.clone())));
        assert_unavailable(&world.send(world.good_request()).await, kind);
        assert_eq!(world.calls(), 0);
        // Whatever is wrong with the request itself is told as ever.
        let token = world.token().sign();
        let forged = world.proof(&token).sign() + "A";
        assert_eq!(world.present(&token, &forged).await.outcome(), "PROOF");
    }
}

#[tokio::test]
async fn resp_32_a_wait_of_any_length_is_in_whole_seconds() {
    for (wait, expected) in [
        (Duration::ZERO, "1"),
        (Duration::from_millis(1_500), "2"),
        (Duration::MAX, "18446744073709551615"),
    ] {
        let error = Unavailable::replay_store("away").with_retry_after(wait);
        let store = Troubled(error.into());
        let world = World::with_dpop(|dpop| dpop.replay_store(store));
        let answer = world.send(world.good_request()).await;
        answer.assert_refused("INFRA", "unavailable_replay_store");
        assert_eq!(answer.header("retry-after"), Some(expected));
    }
}

#[track_caller]
fn assert_unavailable(answer: &Answer, kind: &str) {
    answer.assert_refused("INFRA", kind);
    assert!(answer.challenges().is_empty());
    assert_eq!(answer.header("retry-after"), Some("5"));
}

/// An issuer that does not answer.
#[derive(Debug)]
struct Unreachable;

impl KeySource for Unreachable {
    fn find<'a>(
        &'a self,
        _hint: &'a KeyHint<'a>,
        _now: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
        MaybeReady::ready(Err(Unavailable::issuer_keys("connection refused")))
    }

    fn is_current(&self, _key: &VerificationKey, _now: Timestamp) -> bool {
        false
    }
}

/// A store that cannot say.
#[derive(Debug)]
struct Troubled(ReplayError);

impl ReplayStore for Troubled {
    fn insert<'a>(
        &'a self,
        _proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        MaybeReady::ready(Err(self.0.clone()))
    }
}
