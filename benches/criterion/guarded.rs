//! Requests that pass: tokens from the cache and cold, proofs of each algorithm, certificates, the layer in axum.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use criterion::{BatchSize, Criterion};
use http::Request;
use http::request::Parts;
use sender_constraint::cert::{FromConnection, Peer, PresentedCert};
use sender_constraint::keys::FixedKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::replay::{Novelty, ProofUse, ReplayError, ReplayStore};
use sender_constraint::token::JwtVerifier;
use sender_constraint::{Algorithm, Answer, Digest, Guard};
use tower::Service as _;

use crate::mint::{AUDIENCE, Case, ISSUER, Key, ORIGIN, PATH, Work, bound_token};

pub fn tokens(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("token");
    let work = Work::with_jwts(PROOFS, vec![Key::es256()]);
    let heads = heads(&work);
    let known = guard(&work);
    group.bench_function("from the cache", |bencher| {
        let mut next = heads.iter().cycle();
        let head = || next.next().expect("a cycle").clone();
        bencher.iter_batched(head, |head| pass(&known, head), BatchSize::SmallInput);
    });
    group.bench_function("cold", |bencher| {
        let mut next = heads.iter().cycle();
        let fresh = || (guard(&work), next.next().expect("a cycle").clone());
        let check = |(guard, head)| (pass(&guard, head), guard);
        bencher.iter_batched(fresh, check, BatchSize::SmallInput);
    });
    group.finish();
}

pub fn proofs(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("proof");
    #[expect(clippy::type_complexity, reason = "a table")]
    let makers: [(&str, fn() -> Key); 3] = [
        ("ES256", Key::es256),
        ("EdDSA", Key::eddsa),
        ("PS256", Key::ps256),
    ];
    for (name, key) in makers {
        let work = Work::with_jwts(PROOFS, vec![key()]);
        let heads = heads(&work);
        let known = guard(&work);
        group.bench_function(format!("{name}, known sender"), |bencher| {
            let mut next = heads.iter().cycle();
            let head = || next.next().expect("a cycle").clone();
            bencher.iter_batched(head, |head| pass(&known, head), BatchSize::SmallInput);
        });
        let tokens = tokens_of(&work);
        group.bench_function(format!("{name}, new sender"), |bencher| {
            let mut next = heads.iter().cycle();
            let fresh = || {
                let stranger = Guard::builder(tokens.clone()).dpop(dpop());
                let stranger = stranger.build().expect("a guard");
                (stranger, next.next().expect("a cycle").clone())
            };
            let check = |(guard, head)| (pass(&guard, head), guard);
            bencher.iter_batched(fresh, check, BatchSize::SmallInput);
        });
    }
    group.finish();
}

/// A token bound to a certificate: its SHA-256 is all there is to compute.
pub fn certificates(criterion: &mut Criterion) {
    let minted = rcgen::generate_simple_self_signed(vec!["client".to_owned()]);
    let der = minted.expect("a certificate").cert.der().to_vec();
    let issuer = Key::es256();
    let token = bound_token(&issuer, "x5t#S256", &Digest::of(&der).to_string());
    let keys = FixedKeys::from_json(&issuer.jwks()).expect("keys");
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys).expect("a verifier");
    let guard = Guard::builder(tokens).mtls(FromConnection);
    let guard = guard.build().expect("a guard");
    let head = || {
        let request = Request::get(PATH).header("authorization", format!("Bearer {token}"));
        let mut head = request.body(()).expect("a request").into_parts().0;
        let peer = Peer::unix().presenting(PresentedCert::of_der(&der));
        head.extensions.insert(peer);
        head
    };
    criterion.bench_function("certificate thumbprint", |bencher| {
        bencher.iter_batched(head, |head| pass(&guard, head), BatchSize::SmallInput);
    });
}

pub fn layer(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("axum");
    let work = Work::with_jwts(PROOFS, vec![Key::es256()]);
    let app = Router::new().route(PATH, get(|| async { "served" }));
    let guarded = app.clone().layer(guard(&work).layer());
    for (name, mut app) in [("bare", app), ("guarded", guarded)] {
        group.bench_function(name, |bencher| {
            let mut next = work.cases.iter().cycle();
            let request = || {
                let case: &Case = next.next().expect("a cycle");
                case.request("GET", PATH).map(|()| Body::empty())
            };
            let serve = |request: Request<Body>| {
                let response = ready(app.call(request)).expect("infallible");
                assert_eq!(response.status(), 200);
            };
            bencher.iter_batched(request, serve, BatchSize::SmallInput);
        });
    }
    group.finish();
}

/// The guard of an API whose clients may use every algorithm.
pub fn guard(work: &Work) -> Guard {
    let guard = Guard::builder(tokens_of(work)).dpop(dpop());
    guard.build().expect("a guard")
}

pub fn tokens_of(work: &Work) -> JwtVerifier {
    let keys = FixedKeys::from_json(&work.issuer.jwks()).expect("keys");
    JwtVerifier::new(ISSUER, AUDIENCE, keys).expect("a verifier")
}

fn dpop() -> Dpop {
    let dpop = Dpop::new(ORIGIN).expect("an origin");
    let dpop = dpop.algorithms([Algorithm::Es256, Algorithm::EdDsa, Algorithm::Ps256]);
    let dpop = dpop.expect("algorithms").replay_store(Forgetful::default());
    let dpop = dpop.time_window(Duration::from_secs(300), Duration::from_secs(60));
    dpop.expect("a window")
}

/// Repeated proofs pass: the store has a bench of its own.
#[derive(Debug, Default)]
struct Forgetful(AtomicU64);

impl ReplayStore for Forgetful {
    fn insert<'a>(&'a self, _proof: &'a ProofUse) -> Answer<'a, Result<Novelty, ReplayError>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Answer::known(Ok(Novelty::Fresh))
    }
}

pub fn heads(work: &Work) -> Vec<Parts> {
    work.cases.iter().map(Case::head).collect()
}

/// The head comes back, so that dropping it is not timed.
fn pass(guard: &Guard, mut head: Parts) -> Parts {
    let verdict = ready(guard.check(&mut head));
    assert!(verdict.is_ok(), "{verdict:?}");
    head
}

/// The result of a future that does not wait.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}

const PROOFS: usize = 1024;
