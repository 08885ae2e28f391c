//! How long to wait after a failed fetch or call: 1, 2, 4, .. seconds with jitter, at most the cool-down.

use std::time::Duration;

use ahash::RandomState;

/// The wait after `failures` consecutive failed fetches. The jitter keeps many servers from retrying at the same time.
pub(crate) fn backoff(failures: u32, most: Duration) -> Duration {
    let doublings = failures.saturating_sub(1).min(MAX_DOUBLINGS);
    let base = FIRST.saturating_mul(1 << doublings);
    // Each `RandomState` has new random keys.
    let per_mille = u32::try_from(RandomState::new().hash_one(failures) % 501).unwrap_or(0);
    let jitter = base.saturating_mul(per_mille) / 1000;
    base.saturating_add(jitter).min(most)
}

const FIRST: Duration = Duration::from_secs(1);
const MAX_DOUBLINGS: u32 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d1_waits_double_with_jitter_up_to_the_cool_down() {
        let most = Duration::from_secs(30);
        for (failures, least) in [(0, 1), (1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 30)] {
            let base = Duration::from_secs(least);
            for _ in 0..100 {
                let wait = backoff(failures, most);
                assert!(wait >= base && wait <= (base * 3 / 2).min(most), "{wait:?}");
            }
        }
        assert_eq!(backoff(u32::MAX, most), most);
        assert_eq!(backoff(9, Duration::from_secs(1)), Duration::from_secs(1));
        let first = backoff(1, most);
        assert!((0..100).any(|_| backoff(1, most) != first));
    }
}
