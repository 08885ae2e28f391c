//! What tables gain, measured side by side; a test only so that it sees what is private here.
//!
//! `cargo test --release --all-features table_speed -- --ignored --nocapture --test-threads 1`

use std::hint::black_box;
use std::time::Instant;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair,
    Ed25519KeyPair, KeyPair as _, ParsedPublicKey,
};
use crrl::p256::Point;
use curve25519_dalek::constants::ED25519_BASEPOINT_TABLE;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsBasepointTable};
use curve25519_dalek::scalar::Scalar as EdwardsScalar;
use curve25519_dalek::traits::BasepointTable as _;
use sha2::{Digest as _, Sha512};

use super::super::ed25519::Ed25519Table;
use super::super::p256::P256Table;
use super::dice::Dice;
use super::group::{Group, by_group};

type Proofs = Vec<(Vec<u8>, Vec<u8>)>;
type Verifier<'a> = (&'a str, Box<dyn Fn(&[u8], &[u8]) -> bool + 'a>, usize, f64);

#[test]
#[ignore = "a measurement"]
fn table_speed_p256() {
    let random = SystemRandom::new();
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let proofs = proofs(|message| pair.sign(&random, message).unwrap().as_ref().to_vec());
    let sec1 = pair.public_key().as_ref();
    let aws_lc = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, sec1).unwrap();
    let (group5, group6, group7) = (
        Group::<5>::of(Point::BASE),
        Group::<6>::of(Point::BASE),
        Group::<7>::of(Point::BASE),
    );
    let verifiers: [Verifier<'_>; 8] = [
        (
            "aws-lc-rs",
            Box::new(|message, signature| aws_lc.verify_sig(message, signature).is_ok()),
            0,
            0.0,
        ),
        group(&group5, sec1, "crrl group, window 5"),
        group(&group6, sec1, "crrl group, window 6"),
        group(&group7, sec1, "crrl group, window 7"),
        own::<4>(sec1, "own addition, windows 8 and 4"),
        own::<5>(sec1, "own addition, windows 8 and 5"),
        own::<6>(sec1, "own addition, windows 8 and 6"),
        own::<7>(sec1, "own addition, windows 8 and 7"),
    ];
    compare(&verifiers, &proofs);
}

#[test]
#[ignore = "a measurement"]
fn table_speed_ed25519() {
    let pair = Ed25519KeyPair::generate().unwrap();
    let proofs = proofs(|message| pair.sign(message).as_ref().to_vec());
    let encoded = pair.public_key().as_ref();
    let aws_lc = ParsedPublicKey::new(&ED25519, encoded).unwrap();
    let encoded = encoded.try_into().unwrap();
    let verifiers: [Verifier<'_>; 5] = [
        (
            "aws-lc-rs",
            Box::new(|message, signature| aws_lc.verify_sig(message, signature).is_ok()),
            0,
            0.0,
        ),
        basepoint_table(encoded),
        ed25519::<4>(encoded, "dalek group, windows 8 and 4"),
        ed25519::<5>(encoded, "dalek group, windows 8 and 5"),
        ed25519::<6>(encoded, "dalek group, windows 8 and 6"),
    ];
    compare(&verifiers, &proofs);
}

/// A thousand keys in turn: their tables do not fit into the caches of the processor.
#[test]
#[ignore = "a measurement"]
fn table_speed_of_many_keys() {
    let random = SystemRandom::new();
    let mut dice = Dice(9);
    let many: Vec<_> = (0..1000)
        .map(|_| {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
            let sec1 = pair.public_key().as_ref();
            let message = dice.bytes::<500>().to_vec();
            let signature = pair.sign(&random, &message).unwrap().as_ref().to_vec();
            let aws_lc = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, sec1).unwrap();
            let tables = (
                P256Table::<5>::build(sec1).unwrap(),
                P256Table::<6>::build(sec1).unwrap(),
                P256Table::<7>::build(sec1).unwrap(),
            );
            (aws_lc, tables, message, signature)
        })
        .collect();
    let mut ratios = [vec![], vec![], vec![]];
    for _ in 0..30 {
        let (_, plain) = timed(|| {
            for (key, _, message, signature) in &many {
                assert!(key.verify_sig(message, signature).is_ok());
            }
        });
        let (_, five) = timed(|| {
            for (_, key, message, signature) in &many {
                assert!(key.0.verifies(message, signature));
            }
        });
        let (_, six) = timed(|| {
            for (_, key, message, signature) in &many {
                assert!(key.1.verifies(message, signature));
            }
        });
        let (_, seven) = timed(|| {
            for (_, key, message, signature) in &many {
                assert!(key.2.verifies(message, signature));
            }
        });
        for (ratios, time) in ratios.iter_mut().zip([five, six, seven]) {
            ratios.push(time / plain);
        }
    }
    println!(
        "1,000 keys in turn: windows 5, 6, 7: {:?}",
        ratios.map(median)
    );
}

fn proofs(sign: impl Fn(&[u8]) -> Vec<u8>) -> Proofs {
    let mut dice = Dice(10);
    let message = |_| dice.bytes::<460>().to_vec();
    let signed = |message: Vec<u8>| (sign(&message), message);
    (0..2048)
        .map(message)
        .map(signed)
        .map(|(signature, message)| (message, signature))
        .collect()
}

/// Blocks of proofs, all verifiers on each, in an order that changes; the median of the ratios to the first.
fn compare(verifiers: &[Verifier<'_>], proofs: &Proofs) {
    let mut dice = Dice(11);
    let mut times = vec![vec![]; verifiers.len()];
    for _ in 0..25 {
        for block in proofs.chunks(64) {
            let start = dice.below(verifiers.len());
            for at in 0..verifiers.len() {
                let at = (start + at) % verifiers.len();
                let ((), time) = timed(|| {
                    for (message, signature) in block {
                        assert!((verifiers[at].1)(black_box(message), signature));
                    }
                });
                times[at].push(time / 64.0);
            }
        }
    }
    for (at, (name, _, bytes, built)) in verifiers.iter().enumerate() {
        let ratios = times[at]
            .iter()
            .zip(&times[0])
            .map(|(time, plain)| time / plain)
            .collect();
        let (us, ratio) = (median(times[at].clone()), median(ratios));
        println!("{name:>30}: {us:>5.1} us {ratio:.3} {bytes:>7} bytes, built in {built:>5.0} us");
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// In microseconds.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed().as_secs_f64() * 1e6)
}

/// The least of some builds.
fn built<T>(build: impl Fn() -> T) -> (T, f64) {
    let least = (0..20).map(|_| timed(&build).1).fold(f64::MAX, f64::min);
    (build(), least)
}

fn own<'a, const W: u32>(sec1: &[u8], name: &'a str) -> Verifier<'a> {
    let (table, time) = built(|| P256Table::<W>::build(sec1).unwrap());
    let bytes = table.bytes();
    (
        name,
        Box::new(move |message, signature| table.verifies(message, signature)),
        bytes,
        time,
    )
}

fn group<'a, const W: u32>(base: &'a Group<W>, sec1: &[u8], name: &'a str) -> Verifier<'a> {
    let (key, time) = built(|| Group::<W>::of(Point::decode(sec1).unwrap()));
    let bytes = key.bytes();
    (
        name,
        Box::new(move |message, signature| by_group(base, &key, message, signature)),
        bytes,
        time,
    )
}

fn ed25519<'a, const W: u32>(encoded: &[u8; 32], name: &'a str) -> Verifier<'a> {
    let (table, time) = built(|| Ed25519Table::<W>::build(encoded).unwrap());
    let bytes = table.bytes();
    (
        name,
        Box::new(move |message, signature| table.verifies(message, signature)),
        bytes,
        time,
    )
}

/// By dalek's own table: smaller, but it works in constant time.
fn basepoint_table<'a>(encoded: &[u8; 32]) -> Verifier<'a> {
    let (encoded, point) = (*encoded, CompressedEdwardsY(*encoded).decompress().unwrap());
    let (table, time) = built(|| Box::new(EdwardsBasepointTable::create(&-point)));
    let verifies = move |message: &[u8], signature: &[u8]| {
        let s = EdwardsScalar::from_canonical_bytes(signature[32..].try_into().unwrap()).unwrap();
        let hash = Sha512::new()
            .chain_update(&signature[..32])
            .chain_update(encoded)
            .chain_update(message);
        let k = EdwardsScalar::from_bytes_mod_order_wide(&hash.finalize().into());
        let sum = ED25519_BASEPOINT_TABLE * &s + &*table * &k;
        sum.compress().as_bytes() == &signature[..32]
    };
    (
        "EdwardsBasepointTable",
        Box::new(verifies),
        size_of::<EdwardsBasepointTable>(),
        time,
    )
}
