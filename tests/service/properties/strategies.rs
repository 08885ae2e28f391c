//! What hostile clients send: bytes, JSON, good texts with bytes changed, targets and hosts.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::common::NOW;

/// No regression files: what fails becomes a test of its own.
pub(crate) fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 96,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Whatever may stand in a header value.
pub(crate) fn header_bytes() -> impl Strategy<Value = Vec<u8>> {
    let legal = prop_oneof![4 => 0x20..=0x7e_u8, 1 => 0x80..=0xff_u8, 1 => Just(b'\t')];
    let base64 = select(b"eyJ0eXAiOiJKV1QifQ.-_=~+/, \"".to_vec());
    prop_oneof![
        8 => vec(legal, 0..80),
        8 => vec(base64, 0..200),
        1 => (8_000..20_000_usize).prop_map(|length| vec![b'a'; length]),
    ]
}

/// JSON of every kind, with values and names that matter.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        select(vec![
            "typ", "alg", "jwk", "kty", "crv", "x", "y", "n", "e", "d", "k", "kid", "use",
            "key_ops", "crit", "b64", "jti", "htm", "htu", "iat", "ath", "exp", "nbf", "cnf",
            "jkt", "x5t#S256", "iss", "aud",
        ])
        .prop_map(str::to_owned),
        ".{0,8}",
    ];
    let text = prop_oneof![
        select(vec![
            "dpop+jwt",
            "at+jwt",
            "ES256",
            "none",
            "HS256",
            "EC",
            "RSA",
            "OKP",
            "oct",
            "P-256",
            "P-521",
            "Ed25519",
            "AQAB",
            "AQ",
            "GET",
            "https://rs.example.com/a",
            "sig",
            "verify",
            "",
        ])
        .prop_map(str::to_owned),
        "[A-Za-z0-9_-]{43}",
        ".{0,40}",
        "a{9000}",
    ];
    let number = select(vec![
        json!(0),
        json!(-1),
        json!(NOW),
        json!(1_767_225_600.5),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e308),
        json!(9_007_199_254_740_993_u64),
    ]);
    let leaf = prop_oneof![
        6 => text.prop_map(Value::from),
        2 => number,
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((name.clone(), inner), 0..6).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

const SHARES: usize = 10_000;

/// A change of a text at a place that is given in parts of its length.
#[derive(Clone, Debug)]
pub(crate) enum Mutation {
    Delete(usize),
    Flip(usize, u8),
    Insert(usize, u8),
    Swap(usize),
    Truncate(usize),
}

pub(crate) fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let place = || 0..SHARES;
    let byte = || {
        prop_oneof![
            select(b"AZaz09-_.=+/ ,\"~".to_vec()),
            0x20..=0x7e_u8,
            0x80..=0xff_u8
        ]
    };
    let mutation = prop_oneof![
        place().prop_map(Mutation::Delete),
        (place(), 0..7_u8).prop_map(|(place, bit)| Mutation::Flip(place, 1 << bit)),
        (place(), byte()).prop_map(|(place, byte)| Mutation::Insert(place, byte)),
        place().prop_map(Mutation::Swap),
        place().prop_map(Mutation::Truncate),
    ];
    // One change mostly, and often near the end, where the last bits of base64url are.
    let last =
        byte().prop_map(|byte| vec![Mutation::Delete(SHARES - 1), Mutation::Insert(SHARES, byte)]);
    prop_oneof![6 => vec(mutation, 1..3), 1 => last]
}

/// The text with the changes; never a byte that no header value has.
pub(crate) fn mutate(text: &str, mutations: &[Mutation]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for mutation in mutations {
        let at = |place: &usize| bytes.len() * place / SHARES;
        match mutation {
            _ if bytes.is_empty() => {}
            Mutation::Delete(place) => drop(bytes.remove(at(place))),
            Mutation::Flip(place, bit) => {
                let at = at(place);
                let flipped = bytes[at] ^ bit;
                if (0x20..0x7f).contains(&flipped) {
                    bytes[at] = flipped;
                }
            }
            Mutation::Insert(place, byte) => bytes.insert(at(place), *byte),
            Mutation::Swap(place) => {
                let at = at(place);
                let next = (at + 1) % bytes.len();
                bytes.swap(at, next);
            }
            Mutation::Truncate(place) => bytes.truncate(at(place)),
        }
    }
    bytes
}

/// Request targets made of what routers, proxies and parsers disagree about.
pub(crate) fn any_target() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "/", "//", "a", "b", "A", ".", "..", "%61", "%2e", "%2E%2e", "%2f", "%2F", "%00", "%",
        "%6", "%zz", "?", "?x=1", "#", ";", ":", "@", "*", "\\", "\"", "{", "|", "%c3%a4", "~",
        "%7E", "&", "=", "+",
    ]);
    let path = vec(piece, 0..6).prop_map(|pieces| pieces.concat());
    let prefix = select(vec![
        "/",
        "",
        "/a",
        "https://rs.example.com",
        "http://evil.example.com",
        "https://u@rs.example.com",
        "https://rs.example.com:0",
        "//rs.example.com",
    ]);
    (prefix, path).prop_map(|(prefix, path)| format!("{prefix}{path}"))
}

/// `Host` values, the good ones among them.
pub(crate) fn any_host() -> impl Strategy<Value = Vec<u8>> {
    let piece = select(vec![
        "rs.example.com",
        "evil.example.com",
        "127.0.0.1",
        "[::1]",
        ":443",
        ":80",
        ":0",
        ":",
        "@",
        "/a",
        "?",
        "#",
        "%2f",
        "%61",
        " ",
        ",",
        "\\",
        ".",
        "-",
        "_",
        "\u{e4}",
        "[",
        "]",
        "0x7f",
        "..",
    ]);
    let pieces = vec(piece, 0..4).prop_map(|pieces| pieces.concat().into_bytes());
    prop_oneof![3 => pieces, 1 => header_bytes()]
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Line {
    Empty,
    Good,
    Other,
}

/// The lines of one header.
pub(crate) fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line = prop_oneof![1 => Just(Line::Empty), 4 => Just(Line::Good), 1 => Just(Line::Other)];
    vec(line, 0..4)
}
