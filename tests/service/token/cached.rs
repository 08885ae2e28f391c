//! The cache of any verifier, and the limits of its calls.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sender_constraint::future::MaybeReady;
use sender_constraint::time::Timestamp;
use sender_constraint::token::{AccessToken, Cached, PresentedToken, TokenError, TokenVerifier};
use sender_constraint::{ConfigError, Unavailable};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::common::NOW;

pub(super) type Outcome = Result<Arc<AccessToken>, TokenError>;

/// Answers by the token, once it is let go, and counts its calls.
#[derive(Clone, Debug)]
pub(super) struct Server {
    calls: Arc<AtomicUsize>,
    running: Arc<Mutex<(usize, usize)>>,
    pub(super) gate: Arc<Semaphore>,
}

impl Server {
    fn open() -> Self {
        Self::with(Semaphore::MAX_PERMITS)
    }

    pub(super) fn closed() -> Self {
        Self::with(0)
    }

    fn with(permits: usize) -> Self {
        Self {
            calls: Arc::default(),
            running: Arc::default(),
            gate: Arc::new(Semaphore::new(permits)),
        }
    }

    pub(super) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// The largest number of calls at the same time.
    fn most_running(&self) -> usize {
        self.running.lock().unwrap().1
    }

    async fn answer(&self, token: &str) -> Outcome {
        self.calls.fetch_add(1, Ordering::SeqCst);
        {
            let mut running = self.running.lock().unwrap();
            running.0 += 1;
            running.1 = running.1.max(running.0);
        }
        self.gate.acquire().await.unwrap().forget();
        self.running.lock().unwrap().0 -= 1;
        match token {
            "inactive" => Err(TokenError::Inactive),
            "early" => Err(TokenError::NotYetValid {
                wait: Duration::from_secs(1),
            }),
            "outage" => Err(Unavailable::token_verifier("test").into()),
            "panic" => panic!("a bug of the verifier"),
            _ => {
                let claims = json!({"iss": "https://as.example.com", "sub": token});
                AccessToken::from_verified_claims(claims.to_string().as_bytes()).map(Arc::new)
            }
        }
    }
}

impl TokenVerifier for Server {
    fn verify<'a>(&'a self, token: PresentedToken<'a>, _: Timestamp) -> MaybeReady<'a, Outcome> {
        MaybeReady::pending(async move { self.answer(token.expose_secret()).await })
    }
}

pub(super) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix_seconds(NOW + seconds)
}

pub(super) async fn verify(tokens: &Cached, token: &str, second: u64) -> Outcome {
    tokens.verify(PresentedToken::new(token), at(second)).await
}

fn is_unavailable(outcome: &Outcome) -> bool {
    matches!(outcome, Err(TokenError::Unavailable(_)))
}

#[tokio::test]
async fn int_07_accepted_token_is_cached_for_its_time() {
    let server = Server::open();
    let tokens = Cached::new(server.clone());
    for (second, calls) in [(0, 1), (59, 1), (60, 2), (61, 2), (10, 3)] {
        let token = verify(&tokens, "good", second).await.unwrap();
        assert_eq!(token.claims().subject(), Some("good"));
        assert_eq!(server.calls(), calls, "at {second} s");
    }
    verify(&tokens, "other", 61).await.unwrap();
    assert_eq!(server.calls(), 4);
}

#[tokio::test]
async fn int_08_refused_token_is_cached_for_a_shorter_time() {
    let server = Server::open();
    let tokens = Cached::new(server.clone());
    for (second, calls) in [(0, 1), (4, 1), (5, 2)] {
        let refused = verify(&tokens, "inactive", second).await;
        assert_eq!(refused.unwrap_err(), TokenError::Inactive);
        assert_eq!(server.calls(), calls, "at {second} s");
    }
    for _ in 0..1000 {
        verify(&tokens, "inactive", 6).await.unwrap_err();
    }
    assert_eq!(server.calls(), 2);
}

#[tokio::test]
async fn int_05_outage_and_time_are_not_cached() {
    let server = Server::open();
    let tokens = Cached::new(server.clone());
    for (token, calls) in [("outage", 1), ("outage", 2), ("early", 3), ("early", 4)] {
        verify(&tokens, token, 0).await.unwrap_err();
        assert_eq!(server.calls(), calls);
    }
}

#[tokio::test]
async fn int_09_equal_tokens_at_once_make_one_call() {
    let server = Server::closed();
    let tokens = Cached::new(server.clone());
    let requests: Vec<_> = (0..100)
        .map(|_| {
            let tokens = tokens.clone();
            tokio::spawn(async move { verify(&tokens, "good", 0).await })
        })
        .collect();
    tokio::task::yield_now().await;
    server.gate.add_permits(1);
    for request in requests {
        request.await.unwrap().unwrap();
    }
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn int_09_calls_and_waiting_requests_are_limited() {
    let server = Server::closed();
    let tokens = Cached::new(server.clone());
    let tokens = tokens
        .concurrent_calls(2)
        .unwrap()
        .waiting_requests(5)
        .unwrap();
    let requests: Vec<_> = (0..5)
        .map(|number| {
            let tokens = tokens.clone();
            tokio::spawn(async move { verify(&tokens, &format!("good {number}"), 0).await })
        })
        .collect();
    while server.calls() < 2 {
        tokio::task::yield_now().await;
    }
    let one_more = verify(&tokens, "good 5", 0).await;
    assert!(is_unavailable(&one_more), "{one_more:?}");
    server.gate.add_permits(5);
    for request in requests {
        request.await.unwrap().unwrap();
    }
    assert_eq!((server.calls(), server.most_running()), (5, 2));
    verify_again_succeeds(&tokens, &server).await;
}

async fn verify_again_succeeds(tokens: &Cached, server: &Server) {
    server.gate.add_permits(1);
    verify(tokens, "good 6", 0).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn int_05_call_that_hangs_is_an_outage_after_the_timeout() {
    let server = Server::closed();
    let tokens = Cached::new(server.clone()).concurrent_calls(1).unwrap();
    let hung = tokens.clone();
    let hung = tokio::spawn(async move { verify(&hung, "hung", 0).await });
    tokio::task::yield_now().await;
    // Waits for the slot of the other, and no longer than its own timeout.
    let queued = verify(&tokens, "queued", 0).await;
    for outcome in [queued, hung.await.unwrap()] {
        let text = outcome.unwrap_err().to_string();
        assert!(text.contains("no result within 10s"), "{text}");
    }
    verify_again_succeeds(&tokens, &server).await;
}

#[tokio::test]
async fn client_that_disconnects_does_not_end_the_call_of_others() {
    let server = Server::closed();
    let tokens = Cached::new(server.clone());
    let spawn = || {
        let tokens = tokens.clone();
        tokio::spawn(async move { verify(&tokens, "good", 0).await })
    };
    let (first, second) = (spawn(), spawn());
    while server.calls() < 1 {
        tokio::task::yield_now().await;
    }
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    server.gate.add_permits(1);
    second.await.unwrap().unwrap();
    assert_eq!(server.calls(), 1);
}

#[tokio::test]
async fn call_whose_clients_have_all_disconnected_is_not_made() {
    let server = Server::closed();
    let tokens = Cached::new(server.clone()).concurrent_calls(1).unwrap();
    let spawn = |token: &'static str| {
        let tokens = tokens.clone();
        tokio::spawn(async move { verify(&tokens, token, 0).await })
    };
    let first = spawn("first");
    while server.calls() < 1 {
        tokio::task::yield_now().await;
    }
    let queued = spawn("queued");
    tokio::task::yield_now().await;
    queued.abort();
    assert!(queued.await.unwrap_err().is_cancelled());
    server.gate.add_permits(2);
    first.await.unwrap().unwrap();
    // The same token is verified for the next client that presents it.
    verify(&tokens, "queued", 0).await.unwrap();
    assert_eq!(server.calls(), 2);
}

#[tokio::test]
async fn panic_of_the_verifier_is_an_outage() {
    let server = Server::open();
    let tokens = Cached::new(server.clone());
    for calls in 1..=2 {
        let outcome = verify(&tokens, "panic", 0).await;
        assert!(is_unavailable(&outcome), "{outcome:?}");
        assert_eq!(server.calls(), calls);
    }
}

#[test]
fn without_a_runtime_it_is_an_outage() {
    let tokens = Cached::new(Server::open());
    let mut verified = std::pin::pin!(verify(&tokens, "good", 0));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let outcome = verified.as_mut().poll(&mut context);
    assert!(matches!(outcome, std::task::Poll::Ready(ref it) if is_unavailable(it)));
}

#[tokio::test]
async fn purge_discards_results_and_those_of_calls_in_progress() {
    let server = Server::with(1);
    let tokens = Cached::new(server.clone());
    verify(&tokens, "good", 0).await.unwrap();
    tokens.purge();
    let pending = tokens.clone();
    let pending = tokio::spawn(async move { verify(&pending, "good", 0).await });
    while server.calls() < 2 {
        tokio::task::yield_now().await;
    }
    tokens.purge();
    // Does not join the call that began before the purge.
    let later = tokens.clone();
    let later = tokio::spawn(async move { verify(&later, "good", 0).await });
    while server.calls() < 3 {
        tokio::task::yield_now().await;
    }
    server.gate.add_permits(2);
    pending.await.unwrap().unwrap();
    later.await.unwrap().unwrap();
    verify(&tokens, "good", 0).await.unwrap();
    assert_eq!(server.calls(), 3, "the later result is kept");
}

#[tokio::test]
async fn refusal_of_a_call_in_progress_is_not_kept_after_a_purge() {
    let server = Server::closed();
    let tokens = Cached::new(server.clone());
    let pending = tokens.clone();
    let pending = tokio::spawn(async move { verify(&pending, "inactive", 0).await });
    while server.calls() < 1 {
        tokio::task::yield_now().await;
    }
    tokens.purge();
    server.gate.add_permits(2);
    pending.await.unwrap().unwrap_err();
    verify(&tokens, "inactive", 0).await.unwrap_err();
    assert_eq!(server.calls(), 2);
}

#[tokio::test]
async fn change_of_a_setting_shares_no_result() {
    let server = Server::open();
    let tokens = Cached::new(server.clone());
    verify(&tokens, "good", 0).await.unwrap();
    let shorter = tokens.clone().max_age(Duration::from_secs(1)).unwrap();
    verify(&shorter, "good", 0).await.unwrap();
    assert_eq!(server.calls(), 2);
    let text = format!("{tokens:?}");
    assert!(
        text.contains("entries: 1") && !text.contains("good"),
        "{text}"
    );
}

#[test]
fn settings_have_limits() {
    let tokens = || Cached::new(Server::open());
    let seconds = Duration::from_secs;
    let is_refused = |result: Result<Cached, ConfigError>| result.is_err();
    assert!(is_refused(tokens().max_age(Duration::from_millis(999))));
    assert!(!is_refused(tokens().max_age(seconds(1))));
    assert!(!is_refused(tokens().max_age(seconds(3600))));
    assert!(is_refused(tokens().max_age(seconds(3601))));
    assert!(!is_refused(tokens().refused_for(Duration::ZERO)));
    assert!(is_refused(tokens().refused_for(seconds(61))));
    assert!(is_refused(tokens().timeout(Duration::ZERO)));
    assert!(is_refused(tokens().timeout(seconds(61))));
    assert!(is_refused(tokens().concurrent_calls(0)));
    assert!(is_refused(tokens().concurrent_calls(4097)));
    assert!(is_refused(tokens().waiting_requests(0)));
    assert!(is_refused(tokens().waiting_requests(65_537)));
}
