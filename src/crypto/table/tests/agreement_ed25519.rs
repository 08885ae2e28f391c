//! Compares tables of Ed25519 with aws-lc-rs and `verify_strict` of dalek, case by case: they must never disagree.

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use sha2::{Digest as _, Sha512};

use super::super::kind::Table;
use super::counts::check_all_met;
use super::dice::{Dice, cases};
use crate::crypto::public_key::{PublicKey, SignatureScheme};
use crate::crypto::{aws_lc, rust_crypto};

#[test]
fn table_agreement_on_ed25519() {
    let mut dice = Dice(7);
    let mut counts = [[0_u64; 2]; KINDS.len()];
    let mut keys = [Verifiers::roll(&mut dice), Verifiers::roll(&mut dice)];
    for number in 0..cases() {
        if number.is_multiple_of(CASES_PER_KEY) {
            keys.swap(0, 1);
            keys[0] = Verifiers::roll(&mut dice);
        }
        let kind = dice.below(KINDS.len());
        let key = &keys[0];
        let mut message: [u8; 100] = dice.bytes();
        let mut signature = key.sign(&mut message, &mut dice, KINDS[kind] == "small R");
        let mut asked = key;
        let expected = match KINDS[kind] {
            "valid" => Some(true),
            "signature bit" => {
                signature[dice.below(64)] ^= 1 << dice.below(8);
                Some(false)
            }
            "message bit" => {
                message[dice.below(100)] ^= 1 << dice.below(8);
                Some(false)
            }
            "S plus order" => {
                add_order(&mut signature);
                Some(false)
            }
            "S out of range" => {
                signature[32..].fill(0xff);
                signature[63] = dice.bytes::<1>()[0] | 0x10;
                Some(false)
            }
            "small R" => Some(false),
            "other R" => {
                signature[..32].copy_from_slice(&odd_point(&mut dice));
                Some(false)
            }
            "other key" => {
                asked = &keys[1];
                Some(false)
            }
            "torsion" => {
                // Valid only for verifiers that multiply by the cofactor; with such a key, invalid for all others.
                let point = CompressedEdwardsY(signature[..32].try_into().unwrap())
                    .decompress()
                    .unwrap();
                let moved = point + EIGHT_TORSION[1 + dice.below(7)];
                signature[..32].copy_from_slice(moved.compress().as_bytes());
                None
            }
            "noise" => {
                signature = dice.bytes();
                Some(false)
            }
            _ => unreachable!(),
        };
        let verdict = asked.verdict(&message, &signature);
        assert!(
            expected.is_none_or(|expected| expected == verdict),
            "{}",
            KINDS[kind]
        );
        counts[kind][usize::from(verdict)] += 1;
    }
    check_all_met(&KINDS, &counts);
}

#[test]
fn table_refuses_ed25519_of_other_lengths() {
    let mut dice = Dice(8);
    let key = Verifiers::roll(&mut dice);
    let mut message = dice.bytes();
    let signature = key.sign(&mut message, &mut dice, false);
    for length in 0..64 {
        assert!(!key.verdict(&message, &signature[..length]));
    }
    assert!(!key.verdict(&message, &[&signature[..], &[0]].concat()));
}

#[test]
fn table_is_not_built_of_points_of_small_order() {
    for point in EIGHT_TORSION {
        assert!(Table::build(&PublicKey::Ed25519(point.compress().to_bytes())).is_none());
    }
}

/// One key, three verifiers; one key in four has a part of small order.
struct Verifiers {
    secret: Scalar,
    torsion: EdwardsPoint,
    encoded: [u8; 32],
    table: Table,
    aws_lc: aws_lc::PreparedKey,
    dalek: rust_crypto::PreparedKey,
}

impl Verifiers {
    fn roll(dice: &mut Dice) -> Self {
        let secret = scalar(dice);
        let has_torsion = dice.below(4) == 0;
        let torsion = EIGHT_TORSION[if has_torsion { 1 + dice.below(7) } else { 0 }];
        let encoded = (EdwardsPoint::mul_base(&secret) + torsion)
            .compress()
            .to_bytes();
        let key = PublicKey::ed25519(&encoded).expect("not of small order");
        Self {
            secret,
            torsion,
            encoded,
            table: Table::build(&key).expect("a point"),
            aws_lc: aws_lc::PreparedKey::new(SignatureScheme::Ed25519, &key).expect("a point"),
            dalek: rust_crypto::PreparedKey::new(SignatureScheme::Ed25519, &key).expect("a point"),
        }
    }

    /// Signs such that S * B - k * A is R: with torsion in the key, R is guessed until it matches.
    fn sign(
        &self,
        message: &mut [u8; 100],
        dice: &mut Dice,
        has_small_commitment: bool,
    ) -> [u8; 64] {
        loop {
            let nonce = if has_small_commitment {
                Scalar::ZERO
            } else {
                scalar(dice)
            };
            let guess =
                EdwardsPoint::mul_base(&nonce) - self.torsion * Scalar::from(dice.roll() % 8);
            let commitment = guess.compress().to_bytes();
            let hash = Sha512::new()
                .chain_update(commitment)
                .chain_update(self.encoded)
                .chain_update(*message);
            let challenge = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
            let response = nonce + challenge * self.secret;
            if EdwardsPoint::mul_base(&nonce) - self.torsion * challenge == guess {
                return [commitment, response.to_bytes()]
                    .concat()
                    .try_into()
                    .unwrap();
            }
            message[0] ^= dice.bytes::<1>()[0];
        }
    }

    /// The result of all verifiers; fails if they differ.
    fn verdict(&self, message: &[u8], signature: &[u8]) -> bool {
        let table = self.table.verifies(message, signature);
        let aws_lc = self.aws_lc.verifies(message, signature);
        let dalek = self.dalek.verifies(message, signature);
        assert_eq!(
            (table, table),
            (aws_lc, dalek),
            "{:02x?} {message:02x?} {signature:02x?}",
            self.encoded
        );
        table
    }
}

fn scalar(dice: &mut Dice) -> Scalar {
    Scalar::from_bytes_mod_order_wide(&dice.bytes())
}

/// S plus the order of the base point: the same number to a verifier that reduces it.
fn add_order(signature: &mut [u8; 64]) {
    // The order is the scalar -1, plus 1.
    let mut carry = 1;
    for (byte, order) in signature[32..].iter_mut().zip((-Scalar::ONE).to_bytes()) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
}

/// A point of small order in one of its encodings, or y close to the modulus.
fn odd_point(dice: &mut Dice) -> [u8; 32] {
    let mut point = if dice.below(2) == 0 {
        EIGHT_TORSION[dice.below(8)].compress().to_bytes()
    } else {
        let mut high = [0xff; 32];
        high[0] = 0xea + u8::try_from(dice.below(22)).unwrap();
        high
    };
    if dice.below(2) == 0 {
        point[31] ^= 0x80;
    }
    point
}

const KINDS: [&str; 10] = [
    "valid",
    "signature bit",
    "message bit",
    "S plus order",
    "S out of range",
    "small R",
    "other R",
    "other key",
    "torsion",
    "noise",
];
const CASES_PER_KEY: u64 = 100;
