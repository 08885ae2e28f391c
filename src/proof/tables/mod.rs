//! Faster verification for frequent senders, with tables built for their keys; the results are the same without them.

#[cfg(not(feature = "sender-tables"))]
mod absent;
#[cfg(feature = "sender-tables")]
mod accepted_proofs;
#[cfg(feature = "sender-tables")]
mod builder;
#[cfg(feature = "sender-tables")]
mod cache;
#[cfg(test)]
#[cfg(feature = "sender-tables")]
#[cfg(any(feature = "aws-lc-rs", feature = "rust-crypto"))]
mod tests;
#[cfg(not(feature = "sender-tables"))]
mod uncounted;
#[cfg(feature = "sender-tables")]
mod verifier;

#[cfg(not(feature = "sender-tables"))]
pub(super) use absent::Tables;
#[cfg(feature = "sender-tables")]
pub(super) use accepted_proofs::AcceptedProofs;
#[cfg(not(feature = "sender-tables"))]
pub(super) use uncounted::AcceptedProofs;
#[cfg(feature = "sender-tables")]
pub(super) use verifier::Tables;
