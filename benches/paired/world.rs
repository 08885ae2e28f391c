//! Guards to measure, and how they are asked.

use sender_constraint::future::MaybeReady;
use std::future::Future;
use std::ops::Range;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use cpu_time::ThreadTime;
use http::header::AUTHORIZATION;
use http::request::Parts;
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::replay::{Insertion, MemoryStore, ReplayError, ReplayStore, UsedProof};
use sender_constraint::time::{Clock, SystemClock, Timestamp};
use sender_constraint::token::{
    AccessToken, JwtVerifier, PresentedToken, TokenError, TokenVerifier,
};
use sender_constraint::{Admission, Digest, Guard, Rejection};

use crate::mint::{AUDIENCE, Case, ISSUER, ORIGIN, Work, now};

/// A window that forgets when it is told to, so that the same proofs are good in each round. What it has allocated
/// it keeps, as a window that has run for a while.
#[derive(Debug, Default)]
pub struct Turning {
    window: MemoryStore,
    /// How far the time has moved, in seconds.
    shift: AtomicU64,
}

impl Turning {
    /// Makes every proof new again: from here on it is much later.
    pub fn turn(&self) {
        let turn = self.shift.fetch_add(TURN_SECONDS, Ordering::Relaxed);
        let now = SystemClock::default().now().saturating_add(self.shift());
        let until = now.saturating_add(Duration::from_secs(70));
        // Enough of them that each shard has one.
        for junk in 0..2048_u64 {
            let key = Digest::sha256(&(turn << 16 | junk).to_be_bytes());
            ready(self.window.insert(&UsedProof::new(key, key, until, now))).expect("room");
        }
    }

    fn shift(&self) -> Duration {
        Duration::from_secs(self.shift.load(Ordering::Relaxed))
    }
}

impl ReplayStore for Turning {
    fn insert<'a>(
        &'a self,
        proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        let shift = self.shift();
        let mut shifted = *proof;
        shifted.expires_at = proof.expires_at.saturating_add(shift);
        shifted.now = proof.now.saturating_add(shift);
        MaybeReady::ready(ready(self.window.insert(&shifted)))
    }

    fn has_seen(&self, key: &Digest, now: Timestamp) -> bool {
        let now = now.saturating_add(self.shift());
        self.window.has_seen(key, now)
    }
}

/// Knows the client by the number that is its token.
#[derive(Debug)]
struct Handles {
    tokens: Vec<Arc<AccessToken>>,
    /// Added to the number: 1 gives each client the token of the next.
    offset: usize,
}

impl TokenVerifier for Handles {
    fn verify<'a>(
        &'a self,
        token: PresentedToken<'a>,
        _now: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        let number: usize = token.expose_secret().parse().expect("a number");
        let token = &self.tokens[(number + self.offset) % self.tokens.len()];
        MaybeReady::ready(Ok(Arc::clone(token)))
    }
}

/// The system's clock, ahead.
#[derive(Debug)]
pub struct Ahead(pub Duration);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock::default().now().saturating_add(self.0)
    }
}

/// With the proofs' default of five minutes instead of one: they are made before the run.
pub fn dpop(store: &Arc<Turning>) -> Dpop {
    let window = Duration::from_secs(300);
    let dpop = Dpop::new(ORIGIN).expect("an origin");
    let dpop = dpop
        .max_age(window)
        .expect("an age")
        .clock_skew(Duration::from_secs(10));
    dpop.expect("a window").replay_store(Arc::clone(store))
}

/// What tokens that are numbers of clients mean; see [`Work::with_handles`].
pub fn handles(work: &Work, offset: usize) -> impl TokenVerifier {
    handles_with(work, offset, |jkt| format!(r#","cnf":{{"jkt":"{jkt}"}}"#))
}

fn handles_with(work: &Work, offset: usize, cnf: fn(&str) -> String) -> Handles {
    let exp = now() + 3600;
    let tokens = work.clients.iter().map(|client| {
        let jkt = client.thumbprint();
        let cnf = cnf(&jkt);
        let claims =
            format!(r#"{{"iss":"{ISSUER}","sub":"{jkt}","client_id":"{jkt}","exp":{exp}{cnf}}}"#);
        Arc::new(AccessToken::from_verified_claims(claims.as_bytes()).expect("claims"))
    });
    Handles {
        tokens: tokens.collect(),
        offset,
    }
}

/// A guard to which the same tokens are plain bearer tokens.
pub fn open_guard(work: &Work) -> Guard {
    let tokens = handles_with(work, 0, |_| String::new());
    let open = Guard::builder(tokens).allow_unbound_tokens();
    open.build().expect("a guard")
}

/// Shows the token as a bearer token; the proof stays where it is.
pub fn as_bearer(head: &mut Parts) {
    let shown = head.headers.get(AUTHORIZATION).expect("credentials");
    let token = shown
        .to_str()
        .ok()
        .and_then(|text| text.strip_prefix("DPoP "));
    let shown = format!("Bearer {}", token.expect("a token"));
    let shown = shown.parse().expect("a value");
    head.headers.insert(AUTHORIZATION, shown);
}

pub fn jwts(work: &Work) -> JwtVerifier {
    let keys = StaticKeys::from_json(&work.issuer.jwks()).expect("keys");
    JwtVerifier::new(ISSUER, AUDIENCE, keys).expect("a verifier")
}

pub fn guard(tokens: impl TokenVerifier, dpop: Dpop) -> Guard {
    Guard::builder(tokens).dpop(dpop).build().expect("a guard")
}

/// Lets every client come once, so that its sender and its token are known.
pub fn introduce(guard: &Guard, store: &Turning, work: &Work) {
    store.turn();
    for case in work.cases.iter().take(work.clients.len()) {
        let _ = ready(guard.check(&mut case.head())).expect("a good request");
    }
}

/// Times what is done with the requests of a block. They are made a few at a time and just before, as a server reads
/// them: not all of a block has room in the processor's first caches.
pub fn timed(work: &Work, block: Range<usize>, serve: impl FnMut(&Case, &mut Parts)) -> Duration {
    timed_with(work, block, |_| (), serve)
}

/// As [`timed`], with something changed in each request before.
pub fn timed_with(
    work: &Work,
    block: Range<usize>,
    change: fn(&mut Parts),
    mut serve: impl FnMut(&Case, &mut Parts),
) -> Duration {
    let mut total = Duration::ZERO;
    for cases in work.cases[block].chunks(AT_A_TIME) {
        let mut heads: Vec<Parts> = cases.iter().map(Case::head).collect();
        heads.iter_mut().for_each(change);
        let start = ThreadTime::now();
        for (case, head) in cases.iter().zip(&mut heads) {
            serve(case, head);
        }
        total += start.elapsed();
    }
    total
}

/// Checks a request, and expects a verdict.
pub fn check(guard: &Guard, head: &mut Parts, expect: fn(&Result<Admission, Rejection>) -> bool) {
    let verdict = ready(guard.check(head));
    assert!(expect(&verdict), "{verdict:?}");
}

/// Times the checks of a block of good requests.
pub fn good_checks(guard: &Guard, work: &Work, block: Range<usize>) -> Duration {
    timed(work, block, |_, head| check(guard, head, Result::is_ok))
}

/// The result of a future that does not wait.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}

const AT_A_TIME: usize = 32;
const TURN_SECONDS: u64 = 10_000;
