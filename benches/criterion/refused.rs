//! Each early refusal: one bad thing in a good request, by a sender and with a token that are known.

use std::time::Duration;

use criterion::{BatchSize, BenchmarkGroup, Criterion};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Uri};
use sender_constraint::Guard;
use sender_constraint::proof::Dpop;
use sender_constraint::replay::MemoryStore;
use sender_constraint::time::{Clock, SystemClock, Timestamp};
use sender_constraint::token::JwtVerifier;

use crate::guarded::{PROOFS, dpop, guard, heads, pass, ready, tokens_of};
use crate::mint::{Case, Key, Work, encode};
use crate::processor_time::ProcessorTime;

pub fn early(criterion: &mut Criterion<ProcessorTime>) {
    let mut group = criterion.benchmark_group("refused");
    for (name, kind, spoil) in SPOILT {
        let good = Good::new(dpop());
        let mut spoilt = good.heads;
        spoilt.iter_mut().for_each(spoil);
        let refusing = guard(good.tokens, &good.dpop);
        refuse(&mut group, name, kind, &refusing, &spoilt);
    }
    by_time(&mut group);
    by_key(&mut group);
    by_token(&mut group);
    by_memory(&mut group);
    group.finish();
}

/// Requests that pass, and what has seen one of them pass.
struct Good {
    work: Work,
    heads: Vec<Parts>,
    tokens: JwtVerifier,
    dpop: Dpop,
}

impl Good {
    /// Made anew for each refusal: none is left long enough to be refused for its age.
    fn new(dpop: Dpop) -> Self {
        let work = Work::with_jwts(PROOFS, vec![Key::es256()]);
        let (heads, tokens) = (heads(&work), tokens_of(&work));
        pass(&guard(tokens.clone(), &dpop), heads[0].clone());
        Self {
            work,
            heads,
            tokens,
            dpop,
        }
    }
}

/// `spoilt` requests, each refused as `kind`.
fn refuse(
    group: &mut BenchmarkGroup<'_, ProcessorTime>,
    name: &str,
    kind: &str,
    guard: &Guard,
    spoilt: &[Parts],
) {
    let check = |mut head: Parts| {
        let verdict = ready(guard.check(&mut head));
        (head, verdict.expect_err("a refusal"))
    };
    let (_, rejection) = check(spoilt[1].clone());
    assert_eq!(rejection.kind(), kind, "{name}");
    group.bench_function(name, |bencher| {
        let mut next = spoilt.iter().cycle();
        let head = || next.next().expect("a cycle").clone();
        bencher.iter_batched(head, check, BatchSize::SmallInput);
    });
}

#[expect(clippy::type_complexity, reason = "a table")]
const SPOILT: [(&str, &str, fn(&mut Parts)); 12] = [
    ("no credentials", "credentials_missing", |head| {
        head.headers.remove("authorization");
    }),
    ("other scheme", "credentials_unsupported_scheme", |head| {
        set(head, "authorization", "Basic YTpi");
    }),
    ("two tokens", "credentials_repeated", |head| {
        let token = head.headers["authorization"].clone();
        head.headers.append("authorization", token);
    }),
    (
        "bound token as bearer",
        "binding_bound_token_as_bearer",
        |head| {
            let text = head.headers["authorization"].to_str().expect("text");
            let bearer = text.replace("DPoP ", "Bearer ");
            set(head, "authorization", &bearer);
        },
    ),
    ("no proof", "proof_missing", |head| {
        head.headers.remove("dpop");
    }),
    ("two proofs", "proof_repeated", |head| {
        let proof = head.headers["dpop"].clone();
        head.headers.append("dpop", proof);
    }),
    ("junk proof", "proof_not_a_jws", |head| {
        set(head, "dpop", "junk");
    }),
    ("proof too large", "proof_too_large", |head| {
        set(head, "dpop", &"a".repeat(8 * 1024 + 1));
    }),
    ("stuffed proof", "proof_missing_claim", |head| {
        let text = head.headers["dpop"].to_str().expect("text");
        let (header, _) = text.split_once('.').expect("a JWS");
        // As much as 8 KiB hold, with all that the header takes of them.
        let members = (0..430).map(|number| format!(r#""{number}":{{"":0}}"#));
        let payload = encode(format!("{{{}}}", members.collect::<Vec<_>>().join(",")));
        let stuffed = format!("{header}.{payload}.AA");
        set(head, "dpop", &stuffed);
    }),
    ("other method", "proof_method", |head| {
        head.method = Method::POST;
    }),
    ("other URI", "proof_target_uri", |head| {
        head.uri = Uri::from_static("/other");
    }),
    ("other token (ath)", "proof_access_token_hash", |head| {
        set(head, "authorization", "DPoP another");
    }),
];

fn set(head: &mut Parts, name: &'static str, value: &str) {
    let value = HeaderValue::from_str(value).expect("a value");
    head.headers.insert(HeaderName::from_static(name), value);
}

/// `iat` outside of the window.
fn by_time(group: &mut BenchmarkGroup<'_, ProcessorTime>) {
    for (name, kind, clock) in [
        (
            "iat too old",
            "proof_issued_too_long_ago",
            Off::Ahead(A_WHILE),
        ),
        (
            "iat in the future",
            "proof_issued_in_future",
            Off::Behind(A_WHILE),
        ),
    ] {
        let good = Good::new(dpop());
        let refusing = Guard::builder(good.tokens).dpop(good.dpop).clock(clock);
        let refusing = refusing.build().expect("a guard");
        refuse(group, name, kind, &refusing, &good.heads);
    }
}

/// A thief's own key under a token of somebody else.
fn by_key(group: &mut BenchmarkGroup<'_, ProcessorTime>) {
    let good = Good::new(dpop());
    let (thief, token) = (Key::es256(), &good.work.cases[0].token);
    let stolen = (0..PROOFS).map(|_| Case::new(0, &thief, token.clone()).head());
    let stolen: Vec<_> = stolen.collect();
    let refusing = guard(good.tokens, &good.dpop);
    refuse(
        group,
        "other key",
        "binding_key_mismatch",
        &refusing,
        &stolen,
    );
}

/// A good proof for a token that is no JWT.
fn by_token(group: &mut BenchmarkGroup<'_, ProcessorTime>) {
    let good = Good::new(dpop());
    let client = &good.work.clients[0];
    let junk = (0..PROOFS).map(|_| Case::new(0, client, "junk".to_owned()).head());
    let junk: Vec<_> = junk.collect();
    let refusing = guard(good.tokens, &good.dpop);
    refuse(group, "junk token", "token_not_a_jws", &refusing, &junk);
}

/// Every request once more.
fn by_memory(group: &mut BenchmarkGroup<'_, ProcessorTime>) {
    let good = Good::new(dpop().replay_store(MemoryStore::default()));
    let refusing = guard(good.tokens, &good.dpop);
    for head in &good.heads[1..] {
        pass(&refusing, head.clone());
    }
    refuse(group, "replayed", "proof_replayed", &refusing, &good.heads);
}

/// A clock far off.
#[derive(Debug)]
enum Off {
    Ahead(Duration),
    Behind(Duration),
}

impl Clock for Off {
    fn now(&self) -> Timestamp {
        let now = SystemClock::default().now();
        match self {
            Self::Ahead(time) => now.saturating_add(*time),
            Self::Behind(time) => now.saturating_sub(*time),
        }
    }
}

const A_WHILE: Duration = Duration::from_secs(1000);
