//! `RemoteKeys`: one fetch at a time, clients that disconnect, rotations and purges, at the same time.

use std::sync::{Arc, LazyLock};

use http::{HeaderMap, StatusCode};
use sender_constraint::Unavailable;
use sender_constraint::future::MaybeReady;
use sender_constraint::http_client::{HttpClient, HttpError, IncomingResponse, OutgoingRequest};
use sender_constraint::jose::Algorithm;
use sender_constraint::keys::{KeyHint, KeySource as _, RemoteKeys, VerificationKey};
use serde_json::json;
use shuttle::future::block_on;
use shuttle::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::at;
use crate::common::{Key, NOW, TestClock};
use crate::explore::{explore, steps, task, thread};

type Found = Result<Vec<Arc<VerificationKey>>, Unavailable>;

/// Publishes one key, `k0`, and after each rotation the next one in its place.
#[derive(Clone, Debug, Default)]
struct Issuer(Arc<State>);

#[derive(Debug, Default)]
struct State {
    rotations: AtomicUsize,
    is_out: AtomicBool,
    running: AtomicUsize,
}

impl Issuer {
    fn rotate(&self) {
        self.0.rotations.fetch_add(1, Ordering::SeqCst);
    }

    fn set_out(&self, is_out: bool) {
        self.0.is_out.store(is_out, Ordering::SeqCst);
    }

    async fn answer(&self, url: &str) -> Result<IncomingResponse, HttpError> {
        let State {
            rotations,
            is_out,
            running,
        } = &*self.0;
        assert_eq!(
            running.fetch_add(1, Ordering::SeqCst),
            0,
            "two fetches at a time"
        );
        let (rotations, is_out) = (
            rotations.load(Ordering::SeqCst),
            is_out.load(Ordering::SeqCst),
        );
        steps(1).await;
        running.fetch_sub(1, Ordering::SeqCst);
        if is_out {
            let reason = "connection refused".to_owned();
            return Err(HttpError::Failed {
                url: url.to_owned(),
                reason,
            });
        }
        let body = SETS[rotations].as_bytes().to_vec();
        Ok(IncomingResponse::new(
            StatusCode::OK,
            HeaderMap::new(),
            body,
        ))
    }
}

impl HttpClient for Issuer {
    fn send<'a>(
        &'a self,
        request: &'a OutgoingRequest,
    ) -> MaybeReady<'a, Result<IncomingResponse, HttpError>> {
        MaybeReady::pending(self.answer(&request.url))
    }
}

static SETS: LazyLock<[String; 3]> = LazyLock::new(|| {
    [0, 1, 2].map(|rotations| {
        let key = Key::from_seed("ES256", u8::try_from(rotations).unwrap());
        json!({"keys": [key.published(&format!("k{rotations}"))]}).to_string()
    })
});

struct World {
    issuer: Issuer,
    clock: TestClock,
    keys: RemoteKeys,
}

impl World {
    fn new() -> Self {
        let (issuer, clock) = (Issuer::default(), TestClock::at(NOW));
        let keys = RemoteKeys::from_jwks_uri("https://as.example.com/jwks", issuer.clone());
        let keys = keys.clock(clock.clone()).lazy().unwrap();
        Self {
            issuer,
            clock,
            keys,
        }
    }

    /// `second` is that of the request's arrival and of the token's `iat`.
    fn find(&self, kid: &'static str, second: u64) -> impl Future<Output = Found> + Send + use<> {
        let keys = self.keys.clone();
        async move {
            let hint = KeyHint::new(Some(kid), Algorithm::Es256).with_issued_at(Some(at(second)));
            keys.find(&hint, at(second)).await
        }
    }
}

#[test]
fn keys_give_every_waiting_request_the_set_of_one_fetch() {
    explore(|| {
        let world = World::new();
        let gone = task(world.find("k0", 0));
        let waiting: Vec<_> = (0..3).map(|_| task(world.find("k0", 0))).collect();
        gone.abort();
        for request in waiting {
            assert_eq!(block_on(request).unwrap().unwrap().len(), 1);
        }
    });
}

/// Every request ends, whether the issuer answers it or not, and the issuer's next answer is used.
#[test]
fn keys_let_no_request_wait_for_ever_when_fetches_fail() {
    explore(|| {
        let world = World::new();
        world.issuer.set_out(true);
        let issuer = world.issuer.clone();
        let returning = thread(move || issuer.set_out(false));
        let waiting: Vec<_> = (0..3).map(|_| task(world.find("k0", 0))).collect();
        waiting[0].abort();
        for request in waiting {
            if let Ok(found) = block_on(request) {
                assert!(found.is_err() || found.is_ok_and(|found| found.len() == 1));
            }
        }
        returning.join().unwrap();
        world.clock.advance(60);
        assert_eq!(block_on(world.find("k0", 60)).unwrap().len(), 1);
    });
}

/// A rotation fails no request: each token of the new key waits for a fetch that has it, or is refused with 503.
#[test]
fn keys_find_a_new_key_or_refuse_as_unavailable() {
    explore(|| {
        let world = World::new();
        block_on(world.find("k0", 0)).unwrap();
        world.clock.advance(100);
        let issuer = world.issuer.clone();
        let before = task(world.find("k0", 100));
        let unknown = task(world.find("k2", 100));
        let rotated = thread(move || issuer.rotate());
        rotated.join().unwrap();
        let waiting: Vec<_> = (0..2).map(|_| task(world.find("k1", 100))).collect();
        for request in waiting {
            match block_on(request).unwrap() {
                Ok(found) => assert_eq!(found.len(), 1, "refused, though the key is new"),
                Err(unavailable) => assert!(unavailable.retry_after().is_some()),
            }
        }
        let _ = (block_on(before).unwrap(), block_on(unknown).unwrap());
    });
}

/// A fetch that began before the purge may have the key that it removes.
#[test]
fn keys_never_return_a_key_from_before_a_purge() {
    explore(|| {
        let world = World::new();
        let old = block_on(world.find("k0", 0)).unwrap().remove(0);
        world.clock.advance(100);
        let earlier: Vec<_> = ["k0", "k1", "k1"]
            .map(|kid| task(world.find(kid, 100)))
            .into();
        let (issuer, keys) = (world.issuer.clone(), world.keys.clone());
        let later = [world.find("k0", 100), world.find("k0", 100)];
        let purging = thread(move || {
            issuer.rotate();
            keys.purge();
            assert!(!keys.is_current(&old, at(100)), "cached tokens still pass");
            for request in later {
                let found = block_on(request);
                assert!(found.is_err() || found.is_ok_and(|found| found.is_empty()));
            }
        });
        for request in earlier {
            let _ = block_on(request).unwrap();
        }
        purging.join().unwrap();
        world.clock.advance(100);
        assert!(block_on(world.find("k0", 200)).is_ok_and(|found| found.is_empty()));
        assert_eq!(block_on(world.find("k1", 200)).unwrap().len(), 1);
    });
}

/// Also when the last fetch ends as the set becomes too old.
#[test]
fn keys_are_never_used_for_longer_than_their_maximum_staleness() {
    explore(|| {
        let world = World::new();
        block_on(world.find("k0", 0)).unwrap();
        world.issuer.set_out(true);
        let earlier: Vec<_> = [100, 3600]
            .map(|second| {
                world.clock.set(NOW + second);
                task(world.find("k0", second))
            })
            .into();
        let clock = world.clock.clone();
        let (later, again) = (world.find("k0", STALE), world.find("k0", STALE));
        let aging = thread(move || {
            clock.set(NOW + STALE);
            assert!(block_on(later).is_err(), "a key older than promised");
        });
        for request in earlier {
            let _ = block_on(request).unwrap();
        }
        aging.join().unwrap();
        assert!(block_on(again).is_err(), "a key older than promised");
    });
}

/// A second more than a day.
const STALE: u64 = 24 * 60 * 60 + 1;
