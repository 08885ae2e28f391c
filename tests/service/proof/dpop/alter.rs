//! The ways in which `vectors/proofs.json` alters a base64url text.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::common::encode;

/// The text altered in the way of this name.
pub(crate) fn alter(text: &str, how: &str) -> String {
    let bytes = URL_SAFE_NO_PAD.decode(text).unwrap();
    let (first, second) = bytes.split_at(bytes.len() / 2);
    let zeros = |half: &[u8]| vec![0; half.len()];
    encode(match how {
        "padded" => return format!("{text}="),
        "hex" => return bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        "trailing-bits" => return with_trailing_bits(text),
        "der" => der(first, second),
        "extend" => [&bytes, &[0][..]].concat(),
        "flip-bit" => flipped(&bytes),
        "leading-zero" => [&[0], &bytes[..]].concat(),
        "ones" => vec![0xff; bytes.len()],
        "s-plus-order" => [first, &plus_order(second)].concat(),
        "truncate" => bytes[..bytes.len() - 1].to_vec(),
        "zero-first-half" => [zeros(first), second.to_vec()].concat(),
        "zero-second-half" => [first.to_vec(), zeros(second)].concat(),
        "zeros" => zeros(&bytes),
        other => panic!("no way {other}"),
    })
}

/// `ath` of a text.
pub(crate) fn hash_of(text: &str) -> String {
    encode(Sha256::digest(text))
}

/// HMAC with SHA-256 (RFC 2104).
pub(crate) fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut block = [0; 64];
    block[..32].copy_from_slice(&Sha256::digest(key));
    let inner = block.map(|byte| byte ^ 0x36);
    let outer = block.map(|byte| byte ^ 0x5c);
    let digest = Sha256::digest([&inner, message].concat());
    Sha256::digest([&outer, digest.as_slice()].concat()).to_vec()
}

fn flipped(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    bytes
}

/// The same bytes under a lenient decoder.
fn with_trailing_bits(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    assert_ne!(text.len() % 4, 0, "there are no unused bits");
    let (kept, last) = text.split_at(text.len() - 1);
    let value = ALPHABET.iter().position(|byte| *byte == last.as_bytes()[0]);
    format!("{kept}{}", char::from(ALPHABET[value.unwrap() | 1]))
}

/// `SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279 section 2.2.3).
fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let start = number.iter().position(|byte| *byte != 0).unwrap();
        let sign = if number[start] < 0x80 { &[][..] } else { &[0] };
        let content = [sign, &number[start..]].concat();
        [&[2, u8::try_from(content.len()).unwrap()], &content[..]].concat()
    };
    let content = [integer(r), integer(s)].concat();
    [&[0x30, u8::try_from(content.len()).unwrap()], &content[..]].concat()
}

/// The scalar plus the order of Ed25519's group, little endian (RFC 8032 section 5.1): the same scalar.
fn plus_order(scalar: &[u8]) -> Vec<u8> {
    let mut order = [0; 32];
    order[..16]
        .copy_from_slice(&27_742_317_777_372_353_535_851_937_790_883_648_493_u128.to_le_bytes());
    order[31] = 0x10;
    let mut carry = 0;
    let pairs = scalar.iter().zip(order);
    pairs
        .map(|(one, other)| {
            carry += u16::from(*one) + u16::from(other);
            let [low, high] = carry.to_le_bytes();
            carry = u16::from(high);
            low
        })
        .collect()
}
