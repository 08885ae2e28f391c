//! Precomputed tables of multiples of public keys: the same verdicts as the plain verifiers, sooner.

mod digits;
mod ed25519;
mod kind;
mod multiples;
mod p256;
mod sum;
#[cfg(test)]
#[cfg(all(feature = "aws-lc-rs", feature = "rust-crypto"))]
mod tests;

pub(crate) use kind::Table;
