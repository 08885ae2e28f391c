//! Pieces with a public name: the replay store, a deny-list, a key set, the normal form of `htu`.

use sender_constraint::jose::Algorithm;
use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion};
use sender_constraint::Digest;
use sender_constraint::keys::{KeyHint, KeySet};
use sender_constraint::replay::{MemoryStore, ReplayStore as _, UsedProof};
use sender_constraint::revocation::{DenyList, Entry, Revocation as _, TokenUse};
use sender_constraint::time::Timestamp;
use sender_constraint::token::AccessToken;
use sender_constraint::uri::NormalizedUri;

use crate::guarded::ready;
use crate::mint::{Key, now};
use crate::processor_time::ProcessorTime;

/// While older ones expire: a million live ones at 100,000 a second.
pub fn replay_insert(criterion: &mut Criterion<ProcessorTime>) {
    let window = MemoryStore::new(4_000_000).expect("a window");
    let start = Timestamp::from_unix_seconds(now());
    let mut number = 0_u64;
    let mut insert = || {
        number += 1;
        let key = Digest::sha256(&number.to_le_bytes());
        let client = Digest::sha256(&(number % 1000).to_le_bytes());
        let time = start.saturating_add(Duration::from_micros(10 * number));
        UsedProof::new(
            key,
            client,
            time.saturating_add(Duration::from_secs(10)),
            time,
        )
    };
    for _ in 0..3_000_000 {
        ready(window.insert(&insert())).expect("room");
    }
    criterion.bench_function("replay insert", |bencher| {
        let ask = |proof: UsedProof| ready(window.insert(&proof)).expect("room");
        bencher.iter_batched(&mut insert, ask, BatchSize::SmallInput);
    });
}

/// Of sixteen keys the one that a token names.
pub fn key_set(criterion: &mut Criterion<ProcessorTime>) {
    let keys: Vec<_> = (0..16)
        .map(|number| {
            let jwk = Key::es256().jwk;
            format!(r#"{},"kid":"k{number}"}}"#, jwk.trim_end_matches('}'))
        })
        .collect();
    let json = format!(r#"{{"keys":[{}]}}"#, keys.join(","));
    let set = KeySet::from_json(json.as_bytes()).expect("a set");
    let hint = KeyHint::new(Some("k11"), Algorithm::Es256);
    assert_eq!(set.matching(&hint).len(), 1);
    criterion.bench_function("JWKS look-up", |bencher| {
        bencher.iter(|| set.matching(black_box(&hint)));
    });
}

pub fn normal_form(criterion: &mut Criterion<ProcessorTime>) {
    let mut group = criterion.benchmark_group("htu");
    for (name, uri) in [
        ("normal already", "https://rs.example.com/accounts/4711"),
        (
            "to be normalised",
            "HTTPS://RS.example.com:443/accounts/./%34711?q#f",
        ),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| NormalizedUri::parse(black_box(uri)).expect("a URI"));
        });
    }
    group.finish();
}

/// A request that a deny-list of a million entries lets pass.
pub fn deny_list(criterion: &mut Criterion<ProcessorTime>) {
    const ISSUER: &str = "https://as.example.com";
    let list = DenyList::new();
    for number in 0..1_000_000_u32 {
        let entry = Entry::token(ISSUER, &number.to_string());
        list.deny(entry).expect("space");
    }
    let claims = format!(r#"{{"iss":"{ISSUER}","jti":"e1j3V_bKic8-LAEB","sub":"a"}}"#);
    let token = AccessToken::from_verified_claims(claims.as_bytes()).expect("claims");
    let start = Timestamp::from_unix_seconds(now());
    criterion.bench_function("deny-list, 1,000,000 entries", |bencher| {
        let token_use = TokenUse::new(&token);
        bencher.iter(|| list.check(black_box(&token_use), start).is_ok());
    });
}
