//! `token::Cached`: one call for equal tokens, clients that disconnect, and purges, at the same time.

use std::sync::Arc;

use sender_constraint::future::MaybeReady;
use sender_constraint::time::Timestamp;
use sender_constraint::token::{AccessToken, Cached, PresentedToken, TokenError, TokenVerifier};
use serde_json::json;
use shuttle::future::block_on;
use shuttle::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::at;
use crate::common::ISSUER;
use crate::explore::{explore, steps, task, thread};

type Outcome = Result<Arc<AccessToken>, TokenError>;

/// Accepts every token until all are revoked.
#[derive(Clone, Debug, Default)]
struct Server(Arc<State>);

#[derive(Debug, Default)]
struct State {
    is_revoked: AtomicBool,
    running: AtomicUsize,
    most_running: AtomicUsize,
}

impl Server {
    fn revoke(&self) {
        self.0.is_revoked.store(true, Ordering::SeqCst);
    }

    async fn answer(&self) -> Outcome {
        let State {
            is_revoked,
            running,
            most_running,
        } = &*self.0;
        let now_running = running.fetch_add(1, Ordering::SeqCst) + 1;
        most_running.fetch_max(now_running, Ordering::SeqCst);
        let is_revoked = is_revoked.load(Ordering::SeqCst);
        steps(1).await;
        running.fetch_sub(1, Ordering::SeqCst);
        if is_revoked {
            return Err(TokenError::Inactive);
        }
        let claims = json!({"iss": ISSUER, "sub": "alice"}).to_string();
        AccessToken::from_verified_claims(claims.as_bytes()).map(Arc::new)
    }
}

impl TokenVerifier for Server {
    fn verify<'a>(&'a self, _: PresentedToken<'a>, _: Timestamp) -> MaybeReady<'a, Outcome> {
        MaybeReady::pending(self.answer())
    }
}

async fn verify(tokens: Cached, token: &'static str) -> Outcome {
    tokens.verify(PresentedToken::new(token), at(0)).await
}

#[test]
fn cached_gives_every_waiting_request_the_result_of_one_call() {
    explore(|| {
        let server = Server::default();
        let tokens = Cached::new(server.clone());
        let gone = task(verify(tokens.clone(), "a"));
        let waiting: Vec<_> = (0..3).map(|_| task(verify(tokens.clone(), "a"))).collect();
        // At any step, the one that started the call among them.
        gone.abort();
        for request in waiting {
            assert!(block_on(request).unwrap().is_ok());
        }
        assert_eq!(server.0.most_running.load(Ordering::SeqCst), 1);
        assert!(block_on(verify(tokens, "a")).is_ok());
    });
}

/// Places and calls of clients that disconnected are free again.
#[test]
fn cached_frees_what_disconnected_clients_held() {
    explore(|| {
        let server = Server::default();
        let tokens = Cached::new(server.clone()).waiting_requests(2).unwrap();
        let tokens = tokens.concurrent_calls(1).unwrap();
        let gone = ["a", "b"].map(|token| task(verify(tokens.clone(), token)));
        for request in &gone {
            request.abort();
        }
        for request in gone {
            let _ = block_on(request);
        }
        // Calls without a waiting request end by themselves.
        block_on(steps(40));
        let next = ["c", "d"].map(|token| task(verify(tokens.clone(), token)));
        for request in next {
            let outcome = block_on(request).unwrap();
            assert!(outcome.is_ok(), "{outcome:?}");
        }
        assert_eq!(server.0.most_running.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn cached_never_returns_a_result_from_before_a_purge() {
    explore(|| {
        let server = Server::default();
        let tokens = Cached::new(server.clone());
        let earlier = task(verify(tokens.clone(), "a"));
        let purged = tokens.clone();
        let purging = thread(move || {
            server.revoke();
            purged.purge();
            for _ in 0..2 {
                let outcome = block_on(verify(purged.clone(), "a"));
                assert_eq!(outcome.unwrap_err(), TokenError::Inactive);
            }
        });
        let _ = block_on(earlier).unwrap();
        purging.join().unwrap();
        let outcome = block_on(verify(tokens, "a"));
        assert_eq!(outcome.unwrap_err(), TokenError::Inactive);
    });
}
