//! When the access of a long response ends: by the guard's clock, and by its revocations. Time is set.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sender_constraint::revocation::{DenyList, Entry, Revocation, RevocationError, TokenUse};
use sender_constraint::time::Timestamp;
use sender_constraint::{Access, AccessEnd, Guard, Unavailable};
use tokio::time::advance;

use crate::common::*;

/// Of the tests' tokens, and the leeway of the verifier.
const LIFE: u64 = 600;
const LEEWAY: u64 = 30;

#[tokio::test(start_paused = true)]
async fn jwt_06_access_ends_when_its_token_is_refused_as_expired() {
    let world = World::new();
    let access = access(&world).await;
    let mut end = spawn(&world.guard, &access);
    world.clock.set(NOW + LIFE + LEEWAY - 1);
    assert!(pending(&mut end, 31).await);
    world.clock.advance(1);
    assert!(!pending(&mut end, 1).await);
    assert_eq!(end.await.unwrap(), AccessEnd::Expired);
    assert_eq!(world.guard.access_end(&access).await, AccessEnd::Expired);
}

#[tokio::test(start_paused = true)]
async fn clock_that_was_set_is_noticed_within_30_seconds() {
    let world = World::new();
    let mut end = spawn(&world.guard, &access(&world).await);
    assert!(pending(&mut end, 15).await);
    world.clock.advance(LIFE + LEEWAY);
    assert!(pending(&mut end, 14).await);
    assert!(!pending(&mut end, 1).await);
}

#[tokio::test(start_paused = true)]
async fn ssf_11_denied_access_ends_within_a_second() {
    let list = DenyList::with_clock(TestClock::at(NOW));
    let world = World::with(|builder| builder.deny_list(list.clone()));
    let access = access(&world).await;
    for entry in [
        Entry::client(ISSUER, "app"),
        Entry::key(*access.sender().jkt().unwrap()),
    ] {
        let mut end = spawn(&world.guard, &access);
        assert!(pending(&mut end, 60).await);
        list.deny(entry.clone()).unwrap();
        assert!(!pending(&mut end, 1).await);
        let end = end.await.unwrap();
        assert!(matches!(end, AccessEnd::Denied(_)), "{end:?}");
        assert!(
            end.to_string().starts_with("the token is denied: "),
            "{end}"
        );
        list.lift(&entry);
    }
}

#[tokio::test(start_paused = true)]
async fn access_ends_where_it_is_unknown_whether_it_is_denied() {
    let counting = Counting::default();
    let world = World::with(|builder| builder.revocation(counting.clone()));
    let mut end = spawn(&world.guard, &access(&world).await);
    assert!(pending(&mut end, 10).await);
    counting.0.store(AWAY, Ordering::SeqCst);
    assert!(!pending(&mut end, 1).await);
    let expected = AccessEnd::Unavailable(Unavailable::revocation("away"));
    assert_eq!(end.await.unwrap(), expected);
}

#[tokio::test(start_paused = true)]
async fn dropped_future_looks_no_more() {
    let counting = Counting::default();
    let world = World::with(|builder| builder.revocation(counting.clone()));
    let access = access(&world).await;
    let before = counting.0.load(Ordering::SeqCst);
    // Not before it is polled either.
    drop(world.guard.access_end(&access));
    assert_eq!(counting.0.load(Ordering::SeqCst), before);
    let end = spawn(&world.guard, &access);
    for _ in 0..5 {
        advance(Duration::from_secs(1)).await;
        tokio::task::yield_now().await;
    }
    let looks = counting.0.load(Ordering::SeqCst) - before;
    assert!((5..=7).contains(&looks), "{looks}");
    end.abort();
    let _ = end.await;
    advance(Duration::from_secs(60)).await;
    assert_eq!(counting.0.load(Ordering::SeqCst), before + looks);
}

async fn access(world: &World) -> Access {
    let answer = world.send(world.good_request()).await;
    answer.access().clone()
}

fn spawn(guard: &Guard, access: &Access) -> tokio::task::JoinHandle<AccessEnd> {
    tokio::spawn(guard.access_end(access))
}

/// Whether the future is pending after this many seconds.
async fn pending(end: &mut tokio::task::JoinHandle<AccessEnd>, seconds: u64) -> bool {
    for _ in 0..seconds {
        tokio::task::yield_now().await;
        advance(Duration::from_secs(1)).await;
        tokio::task::yield_now().await;
    }
    !end.is_finished()
}

/// Counts the calls; denies nothing.
#[derive(Clone, Debug, Default)]
struct Counting(Arc<AtomicUsize>);

impl Revocation for Counting {
    fn check(&self, _: &TokenUse<'_>, _: Timestamp) -> Result<(), RevocationError> {
        match self.0.fetch_add(1, Ordering::SeqCst) {
            count if count >= AWAY => Err(Unavailable::revocation("away").into()),
            _ => Ok(()),
        }
    }
}

const AWAY: usize = 1_000_000;
