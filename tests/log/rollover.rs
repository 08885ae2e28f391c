//! Allowed rollovers: a new key or certificate uses the tokens of the old one, for a time, and not after either is
//! denied.

use std::time::Duration;

use crate::common::*;
use crate::events::Log;
use http::Request;
use sender_constraint::cert::{Peer, PresentedCert, TlsConnection};
use sender_constraint::proof::{Dpop, Mtls, RolloverError, Rollovers};
use sender_constraint::revocation::{DenyList, Entry};
use sender_constraint::time::Timestamp;
use sender_constraint::{Digest, Guard};
use serde_json::json;
use tracing::Level;

#[tokio::test]
async fn certificate_is_succeeded_until_the_declared_time() {
    let (world, rollovers) = world();
    send(&world, OLD, NEW)
        .await
        .assert_refused("TOK(Bearer)", "binding_certificate_mismatch");
    rollovers.allow(of(OLD), of(NEW), at(60)).unwrap();
    let answer = send(&world, OLD, NEW).await;
    answer.assert_passed();
    assert!(answer.access().used_rollover());
    assert_eq!(answer.access().sender().x5t_s256(), Some(&of(NEW)));
    let answer = send(&world, OLD, OLD).await;
    answer.assert_passed();
    assert!(!answer.access().used_rollover());
    world.clock.advance(59);
    send(&world, OLD, NEW).await.assert_passed();
    world.clock.advance(1);
    send(&world, OLD, NEW)
        .await
        .assert_refused("TOK(Bearer)", "binding_certificate_mismatch");
    send(&world, OLD, OLD).await.assert_passed();
}

#[tokio::test]
async fn use_of_a_succession_is_logged_as_such() {
    let (world, rollovers) = world();
    rollovers.allow(of(OLD), of(NEW), at(60)).unwrap();
    let log = Log::listen();
    send(&world, OLD, NEW).await.assert_passed();
    let event = log.only_event();
    assert_eq!(event.level, Level::INFO);
    assert_eq!(
        event.text("message"),
        "request accepted with an allowed rollover"
    );
    assert!(event.text("x5t_s256") == of(NEW).to_string());
}

#[tokio::test]
async fn succession_goes_one_way_and_one_step() {
    let (world, rollovers) = world();
    rollovers.allow(of(OLD), of(NEW), at(60)).unwrap();
    rollovers.allow(of(NEW), of(NEXT), at(60)).unwrap();
    send(&world, OLD, NEW).await.assert_passed();
    for (bound, shown) in [(NEW, OLD), (OLD, NEXT), (NEXT, NEW)] {
        send(&world, bound, shown)
            .await
            .assert_refused("TOK(Bearer)", "binding_certificate_mismatch");
    }
}

#[tokio::test]
async fn ended_rollover_is_refused_from_the_next_request_on() {
    let (world, rollovers) = world();
    rollovers.allow(of(OLD), of(NEW), at(60)).unwrap();
    send(&world, OLD, NEW).await.assert_passed();
    assert!(rollovers.end(&of(OLD), &of(NEW)));
    assert!(!rollovers.end(&of(OLD), &of(NEW)));
    send(&world, OLD, NEW)
        .await
        .assert_refused("TOK(Bearer)", "binding_certificate_mismatch");
    send(&world, OLD, OLD).await.assert_passed();
}

#[tokio::test]
async fn ssf_11_denied_successor_cannot_use_its_rollover() {
    let (world, rollovers, denied) = world_with_deny_list();
    rollovers.allow(of(OLD), of(NEW), at(60)).unwrap();
    send(&world, OLD, NEW).await.assert_passed();
    denied.deny(Entry::certificate(of(NEW))).unwrap();
    for (bound, shown) in [(OLD, NEW), (NEW, NEW)] {
        send(&world, bound, shown)
            .await
            .assert_refused("TOK(Bearer)", "revocation_denied");
    }
    send(&world, OLD, OLD).await.assert_passed();
    assert!(denied.lift(&Entry::certificate(of(NEW))));
    send(&world, NEW, NEW).await.assert_passed();
}

#[tokio::test]
async fn ssf_11_successor_of_a_denied_certificate_cannot_use_its_rollover() {
    let (world, rollovers, denied) = world_with_deny_list();
    rollovers.allow(of(OLD), of(NEW), at(60)).unwrap();
    denied.deny(Entry::certificate(of(OLD))).unwrap();
    for shown in [OLD, NEW] {
        send(&world, OLD, shown)
            .await
            .assert_refused("TOK(Bearer)", "revocation_denied");
    }
    send(&world, NEW, NEW).await.assert_passed();
}

#[tokio::test]
async fn key_is_succeeded_and_withdrawn_alike() {
    let rollovers = Rollovers::with_clock(TestClock::at(NOW));
    let denied = DenyList::with_clock(TestClock::at(NOW));
    let world = World::with(|builder| {
        let builder = builder.rollovers(rollovers.clone());
        builder.deny_list(denied.clone())
    });
    let next = Key::from_seed("Ed25519", 9);
    let thumbprint = |key: &Key| Digest::from_base64url(&key.thumbprint()).unwrap();
    let (old, new) = (thumbprint(&world.client), thumbprint(&next));
    let token = world.token().sign();
    let by_next = || Proof::new(&next, &token).sign();
    world
        .present(&token, &by_next())
        .await
        .assert_refused("TOK(DPoP)", "binding_key_mismatch");
    rollovers.allow(old, new, at(60)).unwrap();
    let answer = world.present(&token, &by_next()).await;
    answer.assert_passed();
    assert!(answer.access().used_rollover());
    assert_eq!(answer.access().sender().jkt(), Some(&new));
    // The successor's proof is good for one request like any other.
    let proof = by_next();
    world.present(&token, &proof).await.assert_passed();
    world
        .present(&token, &proof)
        .await
        .assert_refused("PROOF", "proof_replayed");
    for stolen in [old, new] {
        denied.deny(Entry::key(stolen)).unwrap();
        world
            .present(&token, &by_next())
            .await
            .assert_refused("TOK(DPoP)", "revocation_denied");
        denied.lift(&Entry::key(stolen));
    }
    denied.deny(Entry::key(old)).unwrap();
    world
        .present(&token, &world.proof(&token).sign())
        .await
        .assert_refused("TOK(DPoP)", "revocation_denied");
}

#[test]
fn declarations_are_bounded() {
    let rollovers = Rollovers::with_clock(TestClock::at(NOW));
    let number = |n: usize| Digest::sha256(&n.to_be_bytes());
    let declare = |n: usize, until| rollovers.allow(number(n), of(NEW), until);
    let month = 31 * 24 * 3600;
    assert_eq!(declare(0, at(0)), Err(RolloverError::End));
    assert_eq!(declare(0, at(month + 1)), Err(RolloverError::End));
    assert_eq!(declare(0, at(month)), Ok(()));
    assert_eq!(
        rollovers.allow(of(NEW), of(NEW), at(1)),
        Err(RolloverError::Itself)
    );
    for n in 1..1024 {
        assert_eq!(declare(n, at(1)), Ok(()));
    }
    let full = Err(RolloverError::Full { limit: 1024 });
    assert_eq!(declare(1024, at(1)), full);
    assert_eq!(declare(1023, at(2)), Ok(()), "declared again, not one more");
    assert!(rollovers.end(&number(5), &of(NEW)));
    assert_eq!(declare(1024, at(1)), Ok(()), "an ended one made room");
}

#[test]
fn ended_successions_make_room() {
    let clock = TestClock::at(NOW);
    let rollovers = Rollovers::with_clock(clock.clone());
    for n in 0..1024_u32 {
        let old = Digest::sha256(&n.to_be_bytes());
        rollovers.allow(old, of(NEW), at(10)).unwrap();
    }
    clock.advance(10);
    assert_eq!(rollovers.allow(of(OLD), of(NEW), at(20)), Ok(()));
}

fn world() -> (World, Rollovers) {
    let (world, rollovers, _) = world_with_deny_list();
    (world, rollovers)
}

fn world_with_deny_list() -> (World, Rollovers, DenyList) {
    let rollovers = Rollovers::with_clock(TestClock::at(NOW));
    let denied = DenyList::with_clock(TestClock::at(NOW));
    let world = World::of(Key::from_seed("ES256", 0), |tokens| {
        Guard::builder(tokens)
            .dpop(Dpop::new(ORIGIN).unwrap())
            .mtls(Mtls::new(TlsConnection))
            .rollovers(rollovers.clone())
            .deny_list(denied.clone())
    });
    (world, rollovers, denied)
}

/// A token bound to `bound`, from a client that shows `shown`.
async fn send(world: &World, bound: &[u8], shown: &[u8]) -> Answer {
    let token = Token::unbound(&world.issuer)
        .claim("cnf", json!({"x5t#S256": of(bound).to_string()}))
        .sign();
    let peer = Peer::tcp("192.0.2.7:50000".parse().unwrap());
    let mut request: Request<()> = request(&format!("Bearer {token}"), "");
    let certificate = PresentedCert::from_der(shown);
    request
        .extensions_mut()
        .insert(peer.with_certificate(certificate));
    world.send(request).await
}

fn of(certificate: &[u8]) -> Digest {
    Digest::sha256(certificate)
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix_seconds(NOW).saturating_add(Duration::from_secs(seconds))
}

const OLD: &[u8] = b"the old certificate";
const NEW: &[u8] = b"the new certificate";
const NEXT: &[u8] = b"the one after";
