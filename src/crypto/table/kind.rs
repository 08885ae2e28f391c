//! The kinds of keys that have a table, and one type for all tables.
//!
//! Keys, signatures and messages are public here, so nothing needs to run in constant time.

use super::ed25519::Ed25519Table;
use super::p256::P256Table;
use crate::crypto::public_key::{Curve, PublicKey};

/// The precomputed table of a key that signs often.
#[derive(Debug)]
pub(crate) enum Table {
    /// ECDSA on P-256 with SHA-256.
    P256(P256Table),
    Ed25519(Ed25519Table),
}

impl Table {
    /// Builds a table; `None` for keys that are not points of their curve, and for kinds of keys that have no table.
    ///
    /// Takes the time of up to ten verifications: do not call this while handling a request.
    pub(crate) fn build(key: &PublicKey) -> Option<Self> {
        match key {
            PublicKey::Ec {
                curve: Curve::P256,
                point,
            } => P256Table::build(point).map(Self::P256),
            PublicKey::Ed25519(point) => Ed25519Table::build(point).map(Self::Ed25519),
            PublicKey::Ec { .. } | PublicKey::Rsa { .. } => None,
        }
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::P256(table) => table.verifies(message, signature),
            Self::Ed25519(table) => table.verifies(message, signature),
        }
    }

    /// The memory that this table takes up.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::P256(table) => table.bytes(),
            Self::Ed25519(table) => table.bytes(),
        }
    }
}
