//! Three verifiers of P-256 on the same key, which must agree.

use aws_lc_rs::digest;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{ProjectivePoint, Scalar};

use super::super::p256::P256Table;

/// One key, three verifiers.
pub(super) struct Verifiers {
    pub(super) point: ProjectivePoint,
    table: P256Table,
    aws_lc: ParsedPublicKey,
    p256: VerifyingKey,
}

impl Verifiers {
    pub(super) fn new(point: ProjectivePoint) -> Self {
        let affine = point.to_affine();
        let sec1 = affine.to_sec1_point(false);
        Self {
            point,
            table: P256Table::build(sec1.as_bytes()).expect("a point"),
            aws_lc: ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, sec1.as_bytes())
                .expect("a point"),
            p256: VerifyingKey::from_affine(affine).expect("a point"),
        }
    }

    /// The result of all verifiers; fails if they differ.
    pub(super) fn verdict(&self, hash: &[u8; 32], signature: &[u8]) -> bool {
        let table = self.table.verifies_digest(hash, signature);
        let digest = digest::Digest::import_less_safe(hash, &digest::SHA256).expect("32 bytes");
        let aws_lc = self.aws_lc.verify_digest_sig(&digest, signature).is_ok();
        let p256 = Signature::from_slice(signature)
            .is_ok_and(|signature| self.p256.verify_prehash(hash, &signature).is_ok());
        assert_eq!(
            (table, table),
            (aws_lc, p256),
            "{:02x?} {hash:02x?} {signature:02x?}",
            self.p256
        );
        table
    }
}

/// Verifiers for a key under which `base` and `key` result in `commitment`.
pub(super) fn verifiers_for(commitment: ProjectivePoint, base: Scalar, key: Scalar) -> Verifiers {
    let rest = commitment - ProjectivePoint::GENERATOR * base;
    Verifiers::new(rest * key.invert().unwrap())
}
