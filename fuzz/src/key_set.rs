//! JWK sets of any bytes: read or refused, and every key that is read is one that the JSON has.

use arbitrary::Arbitrary;
use sender_constraint::jose::Algorithm;
use sender_constraint::keys::{KeyHint, KeySet};
use serde_json::{Value, json};

use crate::edits::Edits;
use crate::input;
use crate::json::parse_or_skip;
use crate::world::ISSUING;

#[derive(Arbitrary, Debug)]
enum Input<'a> {
    Bytes(&'a [u8]),
    Keys(Vec<Edits<'a>>),
}

/// Checks what is read of one set.
pub fn check(bytes: &[u8]) {
    let text = match input::<Input<'_>>(bytes) {
        Some(Input::Bytes(bytes)) => bytes.to_vec(),
        Some(Input::Keys(edits)) => match keys(&edits) {
            Some(text) => text.into_bytes(),
            None => return,
        },
        None => return,
    };
    let Ok(set) = KeySet::from_json(&text) else {
        return;
    };
    let Some(value) = parse_or_skip(&text) else {
        return;
    };
    let all = value["keys"].as_array().expect("an array of keys");
    assert_eq!(set.len() + set.skipped().len(), all.len(), "{value}");
    let good = ISSUING.key().thumbprint();
    for algorithm in [
        Algorithm::Es256,
        Algorithm::EdDsa,
        Algorithm::Ps256,
        Algorithm::Rs256,
    ] {
        for found in set.matching(&KeyHint::new(None, algorithm)) {
            let kid = found.kid().map(Value::from);
            assert!(
                kid.is_none_or(|kid| all.iter().any(|key| key["kid"] == kid)),
                "{value}"
            );
            // The thumbprint is that of the members that name the key.
            let is_good = found.thumbprint().to_string() == good;
            assert!(
                !is_good || all.iter().any(|key| key["x"] == ISSUING.key().jwk()["x"]),
                "{value}"
            );
        }
    }
}

fn keys(edits: &[Edits<'_>]) -> Option<String> {
    let good = ISSUING.key().published("k1");
    let keys: Option<Vec<_>> = edits
        .iter()
        .take(MAX_KEYS)
        .map(|edits| edits.apply(&good))
        .collect();
    Some(format!(
        "{{\"keys\":[{}],\"more\":{}}}",
        keys?.join(","),
        json!([1])
    ))
}

const MAX_KEYS: usize = 5;
