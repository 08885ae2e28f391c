//! Each early refusal: one bad thing in a good request.

use criterion::{BatchSize, Criterion};
use http::request::Parts;
use http::{HeaderValue, Method, Uri};

use crate::guarded::{guard, heads, ready};
use crate::mint::{Key, Work};

pub fn early(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("refused");
    let work = Work::with_jwts(1024, vec![Key::es256()]);
    let guard = guard(&work);
    let good = heads(&work);
    ready(guard.check(&mut good[0].clone())).expect("a good request");
    for (name, spoil) in SPOILT {
        group.bench_function(name, |bencher| {
            let mut next = good.iter().cycle();
            let spoilt = || {
                let mut head = next.next().expect("a cycle").clone();
                spoil(&mut head);
                head
            };
            let check = |mut head: Parts| {
                let refused = ready(guard.check(&mut head));
                assert!(refused.is_err());
                (head, refused.err())
            };
            bencher.iter_batched(spoilt, check, BatchSize::SmallInput);
        });
    }
    group.finish();
}

#[expect(clippy::type_complexity, reason = "a table")]
const SPOILT: [(&str, fn(&mut Parts)); 8] = [
    ("no credentials", |head| {
        head.headers.remove("authorization");
    }),
    ("no proof", |head| {
        head.headers.remove("dpop");
    }),
    ("two proofs", |head| {
        let proof = head.headers["dpop"].clone();
        head.headers.append("dpop", proof);
    }),
    ("no JWS", |head| set(head, "dpop", "junk")),
    ("other method", |head| head.method = Method::POST),
    ("other URI", |head| head.uri = Uri::from_static("/other")),
    ("other token", |head| {
        set(head, "authorization", "DPoP another");
    }),
    ("two tokens", |head| {
        let token = head.headers["authorization"].clone();
        head.headers.append("authorization", token);
    }),
];

fn set(head: &mut Parts, name: &'static str, value: &'static str) {
    head.headers.insert(name, HeaderValue::from_static(value));
}
