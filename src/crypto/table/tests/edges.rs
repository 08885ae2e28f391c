//! P-256 signatures constructed for the edge cases of the addition and of the final comparison.

use p256::elliptic_curve::PrimeField as _;
use p256::elliptic_curve::point::AffineCoordinates as _;
use p256::{ProjectivePoint, Scalar};

use super::super::digits::{Digit, Digits};
use super::super::p256::KEY_WINDOW;
use super::dice::{
    Dice, MODULUS_LESS_ORDER, ORDER, case, pair, plus_order, power_of_two, reduced, valid, with_r,
    with_x,
};
use super::verifiers::{Verifiers, verifiers_for};

/// x(R) in [n, p): r is x(R) - n, which every verifier must handle.
#[test]
fn table_accepts_r_whose_x_is_not_below_the_order() {
    let mut dice = Dice(3);
    let mut met = 0;
    for r in 1..60_u64 {
        let Some(commitment) = with_x(&plus_order(r.into())) else {
            continue;
        };
        met += 1;
        let (base, key) = (dice.scalar(), dice.scalar());
        let verifiers = verifiers_for(commitment, base, key);
        let (hash, signature) = with_r(Scalar::from(r), base, key);
        assert!(verifiers.verdict(&hash, &signature));
        // The same number encoded as x(R) itself is out of range.
        let spelled = pair(&plus_order(r.into()), signature[32..].try_into().unwrap());
        assert!(!verifiers.verdict(&hash, &spelled));
        let (hash, signature) = with_r(Scalar::from(r + 1), base, key);
        assert!(!verifiers.verdict(&hash, &signature));
    }
    assert!(met > 10, "{met}");
}

/// r + n - p is not an x for r: where r + n is not below p, it is no candidate.
#[test]
fn table_refuses_r_that_meets_x_only_modulo_p() {
    let mut dice = Dice(4);
    let mut met = 0;
    for x in 0..60_u64 {
        let Some(commitment) = with_x(&Scalar::from(x).to_repr().into()) else {
            continue;
        };
        met += 1;
        let (base, key) = (dice.scalar(), dice.scalar());
        let verifiers = verifiers_for(commitment, base, key);
        let r = Scalar::from(x) + Scalar::from(MODULUS_LESS_ORDER);
        let (hash, signature) = with_r(r, base, key);
        assert!(!verifiers.verdict(&hash, &signature));
        if x > 0 {
            let (hash, signature) = with_r(Scalar::from(x), base, key);
            assert!(verifiers.verdict(&hash, &signature));
        }
    }
    assert!(met > 10, "{met}");
}

/// The sum equals a table entry or its inverse at every position where that is possible.
#[test]
fn table_survives_doublings_and_inverses_on_the_way() {
    let mut dice = Dice(5);
    let (mut doublings, mut infinities) = (0, 0);
    for _ in 0..3 {
        let secret = dice.scalar();
        let verifiers = Verifiers::new(ProjectivePoint::GENERATOR * secret);
        let key = dice.scalar();
        let mut so_far = Scalar::ZERO;
        for (row, digit) in digits(&key).into_iter().enumerate() {
            let term = signed(digit) * power_of_two(row * WINDOW) * secret;
            if digit.magnitude != 0 {
                let (hash, signature) =
                    valid(&verifiers.point, term - so_far, key).expect("no infinity at the end");
                assert!(verifiers.verdict(&hash, &signature), "twice in row {row}");
                doublings += 1;
                if let Some((hash, signature)) = valid(&verifiers.point, -term - so_far, key) {
                    assert!(
                        verifiers.verdict(&hash, &signature),
                        "infinity in row {row}"
                    );
                    infinities += 1;
                }
            }
            so_far += term;
        }
        assert_eq!(so_far, key * secret, "the digits add up");
    }
    assert!(
        doublings > 100 && infinities > 100,
        "{doublings} {infinities}"
    );
}

/// Keys and factors that are close to each other.
#[test]
fn table_agrees_on_small_numbers_of_both_signs() {
    let small: Vec<Scalar> = (1..4_u64)
        .flat_map(|number| [Scalar::from(number), -Scalar::from(number)])
        .chain([
            power_of_two(6),
            power_of_two(8),
            power_of_two(255),
            Scalar::ZERO,
        ])
        .collect();
    for secret in small.iter().filter(|secret| **secret != Scalar::ZERO) {
        let verifiers = Verifiers::new(ProjectivePoint::GENERATOR * secret);
        for base in &small {
            for key in small.iter().filter(|key| **key != Scalar::ZERO) {
                match valid(&verifiers.point, *base, *key) {
                    Some((hash, signature)) => assert!(verifiers.verdict(&hash, &signature)),
                    None => {
                        let (hash, signature) = with_r(Scalar::ONE, *base, *key);
                        assert!(!verifiers.verdict(&hash, &signature));
                    }
                }
            }
        }
    }
}

/// A hash is a 256-bit number, and is reduced modulo the order.
#[test]
fn table_reduces_hashes() {
    let mut dice = Dice(6);
    let (secret, nonce) = (dice.scalar(), dice.scalar());
    let verifiers = Verifiers::new(ProjectivePoint::GENERATOR * secret);
    let mut more = ORDER;
    more[31] += 1;
    let mut less = ORDER;
    less[31] -= 1;
    for hash in [[0; 32], ORDER, more, less, [0xff; 32]] {
        let commitment = (ProjectivePoint::GENERATOR * nonce).to_affine();
        let r = reduced(&commitment.x().into());
        let s = nonce.invert().unwrap() * (reduced(&hash) + r * secret);
        let (_, signature) = case(Scalar::ZERO, r, s);
        assert!(verifiers.verdict(&hash, &signature));
    }
}

/// s plus the order is the same number to a verifier that reduces it.
#[test]
fn table_refuses_s_plus_the_order() {
    let mut dice = Dice(13);
    let (secret, nonce) = (dice.scalar(), dice.scalar());
    let verifiers = Verifiers::new(ProjectivePoint::GENERATOR * secret);
    let r = reduced(&(ProjectivePoint::GENERATOR * nonce).to_affine().x().into());
    for s in 1..20_u64 {
        let hash = Scalar::from(s) * nonce - r * secret;
        let (hash, signature) = case(hash, r, Scalar::from(s));
        assert!(verifiers.verdict(&hash, &signature));
        let spelled = pair(signature[..32].try_into().unwrap(), &plus_order(s.into()));
        assert!(!verifiers.verdict(&hash, &spelled));
    }
}

#[test]
fn table_refuses_other_lengths() {
    let verifiers = Verifiers::new(ProjectivePoint::GENERATOR);
    let (hash, signature) =
        valid(&verifiers.point, Scalar::ONE, Scalar::ONE).expect("two base points");
    assert!(verifiers.verdict(&hash, &signature));
    for length in 0..64 {
        assert!(!verifiers.verdict(&hash, &signature[..length]));
    }
    assert!(!verifiers.verdict(&hash, &[&signature[..], &[0]].concat()));
    assert!(!verifiers.verdict(&hash, &[&[0], &signature[..]].concat()));
}

fn digits(scalar: &Scalar) -> Vec<Digit> {
    let mut bytes: [u8; 32] = scalar.to_repr().into();
    bytes.reverse();
    Digits::<KEY_WINDOW>::of(&bytes)
        .take(256 / WINDOW + 1)
        .collect()
}

fn signed(digit: Digit) -> Scalar {
    let magnitude = Scalar::from(u64::try_from(digit.magnitude).unwrap());
    if digit.is_negative {
        -magnitude
    } else {
        magnitude
    }
}

const WINDOW: usize = 6;
const _: () = assert!(
    WINDOW == 6 && KEY_WINDOW == 6,
    "the corners are made for the window of the table"
);
