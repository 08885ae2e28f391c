//! Requests that pass: tokens from the cache and cold, proofs of each algorithm, certificates, the layer in axum.

use sender_constraint::future::MaybeReady;
use sender_constraint::jose::Algorithm;
use std::future::Future;
use std::hint::black_box;
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
use sender_constraint::cert::{Peer, PresentedCert, TlsConnection};
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::{Dpop, Mtls};
use sender_constraint::replay::{Insertion, ReplayError, ReplayStore, UsedProof};
use sender_constraint::token::JwtVerifier;
use sender_constraint::{Digest, Guard};
use tower::Service as _;

use crate::mint::{AUDIENCE, Case, ISSUER, Key, ORIGIN, PATH, Work, bound_token};
use crate::processor_time::ProcessorTime;

pub fn tokens(criterion: &mut Criterion<ProcessorTime>) {
    let mut group = criterion.benchmark_group("token");
    let work = Work::with_jwts(PROOFS, vec![Key::es256()]);
    let heads = heads(&work);
    // Clones of it share what they know of senders: the token alone is cold.
    let dpop = dpop();
    let known = guard(tokens_of(&work), &dpop);
    pass(&known, heads[0].clone());
    group.bench_function("from the cache", |bencher| {
        let mut next = heads.iter().cycle();
        let head = || next.next().expect("a cycle").clone();
        bencher.iter_batched(head, |head| pass(&known, head), BatchSize::SmallInput);
    });
    group.bench_function("cold", |bencher| {
        let mut next = heads.iter().cycle();
        let fresh = || {
            let forgetful = guard(tokens_of(&work), &dpop);
            (forgetful, next.next().expect("a cycle").clone())
        };
        let check = |(guard, head)| (pass(&guard, head), guard);
        bencher.iter_batched(fresh, check, BatchSize::SmallInput);
    });
    group.finish();
}

pub fn proofs(criterion: &mut Criterion<ProcessorTime>) {
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
        let tokens = tokens_of(&work);
        let known = guard(tokens.clone(), &dpop());
        pass(&known, heads[0].clone());
        group.bench_function(format!("{name}, known sender"), |bencher| {
            let mut next = heads.iter().cycle();
            let head = || next.next().expect("a cycle").clone();
            bencher.iter_batched(head, |head| pass(&known, head), BatchSize::SmallInput);
        });
        group.bench_function(format!("{name}, new sender"), |bencher| {
            let mut next = heads.iter().cycle();
            let fresh = || {
                let unacquainted = guard(tokens.clone(), &dpop());
                (unacquainted, next.next().expect("a cycle").clone())
            };
            let check = |(guard, head)| (pass(&guard, head), guard);
            bencher.iter_batched(fresh, check, BatchSize::SmallInput);
        });
    }
    group.finish();
}

/// The fingerprint is made once for each connection, or for each request behind a proxy; the check compares it.
pub fn certificates(criterion: &mut Criterion<ProcessorTime>) {
    let mut group = criterion.benchmark_group("certificate");
    let minted = rcgen::generate_simple_self_signed(vec!["client".to_owned()]);
    let der = minted.expect("a certificate").cert.der().to_vec();
    let issuer = Key::es256();
    let token = bound_token(&issuer, "x5t#S256", &Digest::sha256(&der).to_string());
    let keys = StaticKeys::from_json(&issuer.jwks()).expect("keys");
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys).expect("a verifier");
    let guard = Guard::builder(tokens).mtls(Mtls::new(TlsConnection));
    let guard = guard.build().expect("a guard");
    let head = || {
        let request = Request::get(PATH).header("authorization", format!("Bearer {token}"));
        let mut head = request.body(()).expect("a request").into_parts().0;
        let peer = Peer::unix().with_certificate(PresentedCert::from_der(&der));
        head.extensions.insert(peer);
        head
    };
    group.bench_function("thumbprint", |bencher| {
        bencher.iter(|| PresentedCert::from_der(black_box(&der)));
    });
    group.bench_function("bound token", |bencher| {
        bencher.iter_batched(head, |head| pass(&guard, head), BatchSize::SmallInput);
    });
    group.finish();
}

pub fn layer(criterion: &mut Criterion<ProcessorTime>) {
    let mut group = criterion.benchmark_group("axum");
    let work = Work::with_jwts(PROOFS, vec![Key::es256()]);
    let app = Router::new().route(PATH, get(|| async { "served" }));
    let guard = guard(tokens_of(&work), &dpop());
    let guarded = app.clone().layer(guard.layer());
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

pub fn guard(tokens: JwtVerifier, dpop: &Dpop) -> Guard {
    let guard = Guard::builder(tokens).dpop(dpop.clone());
    guard.build().expect("a guard")
}

pub fn tokens_of(work: &Work) -> JwtVerifier {
    let keys = StaticKeys::from_json(&work.issuer.jwks()).expect("keys");
    JwtVerifier::new(ISSUER, AUDIENCE, keys).expect("a verifier")
}

/// For an API whose clients may use every algorithm here.
pub fn dpop() -> Dpop {
    let dpop = Dpop::new(ORIGIN).expect("an origin");
    let dpop = dpop.algorithms([Algorithm::Es256, Algorithm::EdDsa, Algorithm::Ps256]);
    let dpop = dpop.expect("algorithms").replay_store(Forgetful::default());
    let dpop = dpop
        .max_age(Duration::from_secs(300))
        .expect("an age")
        .clock_skew(Duration::from_secs(60));
    dpop.expect("a window")
}

/// Repeated proofs pass: the store has a bench of its own.
#[derive(Debug, Default)]
struct Forgetful(AtomicU64);

impl ReplayStore for Forgetful {
    fn insert<'a>(
        &'a self,
        _proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        MaybeReady::ready(Ok(Insertion::Fresh))
    }
}

pub fn heads(work: &Work) -> Vec<Parts> {
    work.cases.iter().map(Case::head).collect()
}

/// The head comes back, so that dropping it is not timed.
pub fn pass(guard: &Guard, mut head: Parts) -> Parts {
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

pub const PROOFS: usize = 1024;
