//! When a deny-list drops entries that have ended: rarely, because it searches all of them.

use sender_constraint::revocation::{DenyError, DenyList, Entry};
use sender_constraint::time::Timestamp;

use crate::common::*;

#[test]
fn ssf_09_full_list_is_searched_for_ended_entries_once_a_minute() {
    let clock = TestClock::at(NOW);
    let list = DenyList::with_clock(clock.clone()).max_entries(2).unwrap();
    list.deny(ending(1)).unwrap();
    list.deny(Entry::token(ISSUER, "2")).unwrap();
    let full = Err(DenyError::Full { limit: 2 });
    for (seconds, result) in [
        (DROPPED - 1, full),
        (DROPPED, full),
        (DROPPED - 1 + 59, full),
        (DROPPED - 1 + 60, Ok(())),
    ] {
        clock.set(NOW + seconds);
        let denied = list.deny(Entry::token(ISSUER, "3"));
        assert_eq!(denied, result, "{seconds}");
    }
    assert!(!list.contains(&ending(1)));
    assert_eq!(list.len(), 2);
}

#[test]
fn ssf_09_ended_entries_are_dropped_from_a_list_that_grew_within_a_minute() {
    let clock = TestClock::at(NOW);
    let list = DenyList::with_clock(clock.clone());
    for number in 0..3000 {
        list.deny(ending(number)).unwrap();
    }
    clock.set(NOW + DROPPED);
    list.deny(Entry::token(ISSUER, "new")).unwrap();
    assert_eq!(list.len(), 1);
}

/// Entry number `number`, which ends a minute after `NOW`.
fn ending(number: u32) -> Entry {
    let end = Timestamp::from_unix_seconds(NOW + 60);
    Entry::token(ISSUER, &number.to_string()).until(end)
}

/// From when on the entries of [`ending`] can be dropped: an hour after their end.
const DROPPED: u64 = 60 + 3600;
