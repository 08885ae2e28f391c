//! A build without tables: accepted proofs are not counted.

/// No count.
#[derive(Debug, Default)]
pub(crate) struct AcceptedProofs(());

impl AcceptedProofs {
    pub(super) const fn ignore(&self) {}
}
