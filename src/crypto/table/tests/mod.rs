//! Compares tables with the plain verifiers: a false acceptance would be the worst bug of this crate.

mod agreement_ed25519;
mod agreement_p256;
mod counts;
mod dice;
mod edges;
mod keys;
mod verifiers;
mod wycheproof;
