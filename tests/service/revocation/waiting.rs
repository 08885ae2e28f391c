//! An entry that is added while a request waits denies that request too.

use std::sync::Arc;

use sender_constraint::Guard;
use sender_constraint::future::MaybeReady;
use sender_constraint::keys::RemoteKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore, UsedProof};
use sender_constraint::revocation::{DenyList, Entry};
use sender_constraint::token::JwtVerifier;

use crate::common::*;
use crate::remote::{Net, issuer_key, settle};

#[tokio::test]
async fn ssf_11_entry_denies_a_request_that_waits_for_keys() {
    let list = DenyList::with_clock(TestClock::at(NOW));
    let net = Net::serving(&[issuer_key().published("k1")]);
    let keys = RemoteKeys::for_issuer(ISSUER, net.clone());
    let keys = keys.clock(TestClock::at(NOW)).lazy().unwrap();
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys).unwrap();
    let world = World::with_tokens(issuer_key(), tokens, |tokens| {
        let builder = Guard::builder(tokens).allow_unbound_tokens();
        let builder = builder.dpop(Dpop::new(ORIGIN).unwrap());
        builder.deny_list(list.clone())
    });
    net.hold();
    let deny = async {
        settle().await;
        list.deny(Entry::client(ISSUER, "app")).unwrap();
        net.release();
    };
    let unbound = Token::unbound(&world.issuer).sign();
    let (bound, bearer, ()) = tokio::join!(
        world.send(world.good_request()),
        world.present_bearer(&unbound),
        deny
    );
    bound.assert_refused("TOK(DPoP)", "revocation_denied");
    bearer.assert_refused("TOK(Bearer)", "revocation_denied");
    assert_eq!(world.calls(), 0);
}

#[tokio::test]
async fn ssf_11_entry_denies_a_request_that_waits_for_the_replay_store() {
    let list = DenyList::with_clock(TestClock::at(NOW));
    let denies = Arc::new(list.clone());
    let world = World::of(Key::from_seed("ES256", 0), |tokens| {
        let dpop = Dpop::new(ORIGIN)
            .unwrap()
            .replay_store(DeniesMeanwhile(denies));
        Guard::builder(tokens).dpop(dpop).deny_list(list.clone())
    });
    let answer = world.send(world.good_request()).await;
    answer.assert_refused("TOK(DPoP)", "revocation_denied");
    assert_eq!(world.calls(), 0);
}

/// A store during whose answer the operator adds an entry.
#[derive(Debug)]
struct DeniesMeanwhile(Arc<DenyList>);

impl ReplayStore for DeniesMeanwhile {
    fn insert<'a>(&'a self, _: &'a UsedProof) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        MaybeReady::pending(async {
            tokio::task::yield_now().await;
            self.0.deny(Entry::client(ISSUER, "app")).unwrap();
            Ok(Insertion::Fresh)
        })
    }
}
