//! Counts the accepted proofs of a sender. A lost count does not change any result.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Accepted proofs of one sender since a table was last due.
#[derive(Debug, Default)]
pub(crate) struct AcceptedProofs(AtomicUsize);

impl AcceptedProofs {
    /// Adds one, and returns whether a table is due: at each `after`-th proof, so that a table that was evicted, or
    /// that was not built for lack of time, is due again.
    pub(super) fn is_due(&self, after: usize) -> bool {
        let next = |count: usize| match count {
            CLOSED => None,
            count if count + 1 >= after => Some(0),
            count => Some(count + 1),
        };
        let before = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        before.is_ok_and(|count| count + 1 >= after)
    }

    /// For a key that can have no table: no table is due any more.
    pub(super) fn close(&self) {
        self.0.store(CLOSED, Ordering::Relaxed);
    }
}

const CLOSED: usize = usize::MAX;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_so_many_proofs_a_table_is_due() {
        let proofs = AcceptedProofs::default();
        let due: Vec<usize> = (1..=10).filter(|_| proofs.is_due(3)).collect();
        assert_eq!(due, [3, 6, 9]);
        let proofs = AcceptedProofs::default();
        assert!((1..=3).all(|_| proofs.is_due(1)));
    }

    #[test]
    fn closed_count_is_never_due() {
        let proofs = AcceptedProofs::default();
        proofs.close();
        assert!(!(1..=10).any(|_| proofs.is_due(3)));
        assert!(!(1..=10).any(|_| proofs.is_due(1)));
    }
}
