//! Precomputed tables of multiples of public keys: the same results as the plain verifiers, faster.

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
