//! Compares tables of P-256 with aws-lc-rs and p256, case by case: they must never disagree.

use p256::elliptic_curve::PrimeField as _;
use p256::{ProjectivePoint, Scalar};

use super::counts::check_all_met;
use super::dice::{
    Case, Dice, MODULUS_LESS_ORDER, ORDER, cases, pair, plus_order, valid, with_r, with_x,
};
use super::verifiers::{Verifiers, verifiers_for};

/// Random keys without special properties.
#[test]
fn table_agreement_on_random_keys() {
    run(1, Dice::scalar, Dice::scalar);
}

/// Keys and multiples of them that coincide in the tables.
#[test]
fn table_agreement_on_sparse_numbers() {
    run(2, Dice::sparse, Dice::sparse);
}

/// Keys constructed so that x(R) is not below the order, or so that r equals it only modulo p.
#[test]
fn table_agreement_around_the_order() {
    let mut dice = Dice(12);
    let mut counts = [0_u64; 2];
    for _ in 0..cases() / 50 {
        let number = u128::from_le_bytes(dice.bytes()) >> 2;
        let (base, key) = (dice.scalar(), dice.scalar());
        if let Some(commitment) = with_x(&plus_order(number)) {
            let verifiers = verifiers_for(commitment, base, key);
            let (hash, signature) = with_r(Scalar::from(number), base, key);
            assert!(verifiers.verdict(&hash, &signature));
            let bits = flipped(signature, &mut dice);
            assert!(!verifiers.verdict(&hash, &bits));
            counts[0] += 2;
        }
        if let Some(commitment) = with_x(&Scalar::from(number).to_repr().into()) {
            let verifiers = verifiers_for(commitment, base, key);
            let (hash, signature) = with_r(Scalar::from(number), base, key);
            assert!(verifiers.verdict(&hash, &signature));
            // r plus the order is the same number to a verifier that reduces it.
            let spelled = pair(&plus_order(number), signature[32..].try_into().unwrap());
            assert!(!verifiers.verdict(&hash, &spelled));
            let r = Scalar::from(number) + Scalar::from(MODULUS_LESS_ORDER);
            let (hash, signature) = with_r(r, base, key);
            assert!(!verifiers.verdict(&hash, &signature));
            counts[1] += 3;
        }
    }
    println!("{} above the order, {} modulo p", counts[0], counts[1]);
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
}

fn run(seed: u64, key: impl Fn(&mut Dice) -> Scalar, factor: impl Fn(&mut Dice) -> Scalar) {
    let mut dice = Dice(seed);
    let mut counts = [[0_u64; 2]; KINDS.len()];
    let mut secret = nonzero(&mut dice, &key);
    let mut keys = [verifiers(secret), verifiers(nonzero(&mut dice, &key))];
    for number in 0..cases() {
        if number.is_multiple_of(CASES_PER_KEY) {
            secret = nonzero(&mut dice, &key);
            keys.swap(0, 1);
            keys[0] = verifiers(secret);
        }
        let kind = dice.below(KINDS.len());
        let (base, factor) = (factor(&mut dice), nonzero(&mut dice, &factor));
        let Some((hash, signature)) = valid(&keys[0].point, base, factor) else {
            continue;
        };
        let (hash, signature, verifiers, expected) = match KINDS[kind] {
            "valid" => (hash, signature, &keys[0], Some(true)),
            "other half" => (hash, minus_s(&signature), &keys[0], Some(true)),
            "signature bit" => (hash, flipped(signature, &mut dice), &keys[0], Some(false)),
            "hash bit" => (flipped(hash, &mut dice), signature, &keys[0], None),
            "zero" => (
                hash,
                replaced(&signature, &mut dice, &[0; 32]),
                &keys[0],
                Some(false),
            ),
            "out of range" => {
                let number = out_of_range(&mut dice);
                (
                    hash,
                    replaced(&signature, &mut dice, &number),
                    &keys[0],
                    Some(false),
                )
            }
            "other key" => (hash, signature, &keys[1], None),
            "noise" => (dice.bytes(), dice.bytes(), &keys[0], Some(false)),
            "infinity" => {
                let (hash, signature) = infinity(&mut dice, secret, factor);
                (hash, signature, &keys[0], Some(false))
            }
            "doubling" => match valid(&keys[0].point, factor * secret, factor) {
                Some((hash, signature)) => (hash, signature, &keys[0], Some(true)),
                None => continue,
            },
            _ => unreachable!(),
        };
        let verdict = verifiers.verdict(&hash, &signature);
        assert!(
            expected.is_none_or(|expected| expected == verdict),
            "{}",
            KINDS[kind]
        );
        counts[kind][usize::from(verdict)] += 1;
    }
    check_all_met(&KINDS, &counts);
}

fn nonzero(dice: &mut Dice, number: &impl Fn(&mut Dice) -> Scalar) -> Scalar {
    loop {
        let number = number(dice);
        if number != Scalar::ZERO {
            return number;
        }
    }
}

fn verifiers(secret: Scalar) -> Verifiers {
    Verifiers::new(ProjectivePoint::GENERATOR * secret)
}

/// The order minus s is equally valid.
fn minus_s(signature: &[u8; 64]) -> [u8; 64] {
    let (r, s) = (&signature[..32], &signature[32..]);
    let s = -Scalar::from_repr(<[u8; 32]>::try_from(s).unwrap().into()).unwrap();
    pair(r.try_into().unwrap(), &s.to_repr().into())
}

fn flipped<const N: usize>(mut bytes: [u8; N], dice: &mut Dice) -> [u8; N] {
    bytes[dice.below(N)] ^= 1 << dice.below(8);
    bytes
}

/// Replaces one half or both.
fn replaced(signature: &[u8; 64], dice: &mut Dice, number: &[u8; 32]) -> [u8; 64] {
    let (mut signature, which) = (*signature, dice.below(3));
    if which != 0 {
        signature[..32].copy_from_slice(number);
    }
    if which != 1 {
        signature[32..].copy_from_slice(number);
    }
    signature
}

/// The order, or a number up to the largest one of 32 bytes.
fn out_of_range(dice: &mut Dice) -> [u8; 32] {
    let mut number = ORDER;
    match dice.below(3) {
        0 => {}
        1 => number = [0xff; 32],
        _ => number[4 + dice.below(4)] = 1 + dice.bytes::<1>()[0] / 2,
    }
    number
}

/// The sum of both products is the point at infinity, for any r.
fn infinity(dice: &mut Dice, secret: Scalar, factor: Scalar) -> Case {
    let r = if dice.below(4) == 0 {
        Scalar::ONE
    } else {
        nonzero(dice, &Dice::scalar)
    };
    with_r(r, -(factor * secret), factor)
}

const KINDS: [&str; 10] = [
    "valid",
    "other half",
    "signature bit",
    "hash bit",
    "zero",
    "out of range",
    "other key",
    "noise",
    "infinity",
    "doubling",
];
const CASES_PER_KEY: u64 = 100;
