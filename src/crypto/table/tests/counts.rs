//! How often each kind of case occurred, and with which result.

/// Fails if a kind never occurred, because it was then not tested.
pub(super) fn check_all_met(kinds: &[&str], counts: &[[u64; 2]]) {
    assert_eq!(kinds.len(), counts.len());
    for (kind, [refused, accepted]) in kinds.iter().zip(counts) {
        println!("{kind:>14}: {accepted:>7} accepted {refused:>7} refused");
        assert!(refused + accepted > 0, "{kind} was never met");
    }
}
