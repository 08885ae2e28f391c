//! Faster verdicts for senders seen often, by tables that are built for their keys; the same verdicts without them.

#[cfg(not(feature = "sender-tables"))]
mod absent;
#[cfg(feature = "sender-tables")]
mod maker;
#[cfg(feature = "sender-tables")]
mod shelf;
#[cfg(feature = "sender-tables")]
mod tally;
#[cfg(test)]
#[cfg(feature = "sender-tables")]
#[cfg(any(feature = "aws-lc-rs", feature = "rust-crypto"))]
mod tests;
#[cfg(not(feature = "sender-tables"))]
mod uncounted;
#[cfg(feature = "sender-tables")]
mod verdict;

#[cfg(not(feature = "sender-tables"))]
pub(super) use absent::Tables;
#[cfg(feature = "sender-tables")]
pub(super) use tally::Tally;
#[cfg(not(feature = "sender-tables"))]
pub(super) use uncounted::Tally;
#[cfg(feature = "sender-tables")]
pub(super) use verdict::Tables;
