//! The limits of a deny-list: its size, and the ends of its entries.

use std::time::Duration;

use sender_constraint::revocation::{DenyError, DenyList, Entry, Revocation as _, TokenUse};
use sender_constraint::time::Timestamp;
use sender_constraint::token::AccessToken;
use sender_constraint::{ConfigError, Digest};
use serde_json::json;

use crate::common::*;

#[test]
fn ssf_09_full_list_refuses_a_new_entry_and_forgets_none() {
    let clock = TestClock::at(NOW);
    let list = DenyList::with_clock(clock.clone()).max_entries(3).unwrap();
    for jti in ["1", "2", "3"] {
        list.deny(Entry::token(ISSUER, jti)).unwrap();
    }
    let fourth = Entry::token(ISSUER, "4");
    assert_eq!(list.deny(fourth.clone()), Err(DenyError::Full { limit: 3 }));
    assert_eq!(list.deny(Entry::token(ISSUER, "3")), Ok(()), "not one more");
    for jti in ["1", "2", "3"] {
        assert!(denies(&list, jti, NOW), "{jti}");
    }
    assert!(!denies(&list, "4", NOW));
    assert!(list.lift(&Entry::token(ISSUER, "1")));
    assert_eq!(list.deny(fourth), Ok(()));
    assert_eq!(list.len(), 3);
    let text = DenyError::Full { limit: 3 }.to_string();
    assert!(text.contains("`DenyList::max_entries`"), "{text}");
}

#[test]
fn ssf_09_entry_tells_its_times() {
    let entry = Entry::subject(ISSUER, "alice");
    assert_eq!(
        (entry.ends_at(), entry.covers_issued_before()),
        (None, None)
    );
    let entry = entry.until(at(60)).issued_before(at(0));
    let times = (entry.ends_at(), entry.covers_issued_before());
    assert_eq!(times, (Some(at(60)), Some(at(0))));
}

#[test]
fn ssf_11_lift_leaves_the_other_entries() {
    let list = DenyList::with_clock(TestClock::at(NOW));
    let [one, two] = ["1", "2"].map(|jti| Entry::token(ISSUER, jti));
    list.deny(one.clone()).unwrap();
    list.deny(two.clone()).unwrap();
    assert!(list.lift(&one));
    assert!(!list.contains(&one) && !denies(&list, "1", NOW));
    assert!(list.contains(&two) && denies(&list, "2", NOW));
    assert!(!list.is_empty());
    assert!(list.lift(&two));
    assert!(!list.contains(&two) && !denies(&list, "2", NOW));
    assert!(list.is_empty());
}

#[test]
fn ssf_09_entries_that_ended_an_hour_ago_make_room() {
    let clock = TestClock::at(NOW);
    let list = DenyList::with_clock(clock.clone()).max_entries(1).unwrap();
    list.deny(Entry::token(ISSUER, "1").until(at(60))).unwrap();
    let second = || list.deny(Entry::token(ISSUER, "2"));
    clock.set(NOW + 60 + 3599);
    assert_eq!(second(), Err(DenyError::Full { limit: 1 }));
    // The last search for ended entries was more than a minute ago.
    clock.set(NOW + 60 + 3599 + 61);
    assert_eq!(second(), Ok(()));
    assert_eq!(list.len(), 1);
}

#[test]
fn ssf_09_ended_entries_are_dropped_while_others_are_added() {
    let clock = TestClock::at(NOW);
    let list = DenyList::with_clock(clock.clone());
    for n in 0..1024_u32 {
        let entry = Entry::token(ISSUER, &n.to_string()).until(at(60));
        list.deny(entry).unwrap();
    }
    clock.set(NOW + 60 + 3600);
    list.deny(Entry::token(ISSUER, "new")).unwrap();
    assert_eq!(list.len(), 1);
}

#[test]
fn ssf_09_entry_survives_a_clock_that_was_ahead_by_less_than_an_hour() {
    let clock = TestClock::at(NOW);
    let list = DenyList::with_clock(clock.clone());
    for n in 0..1024_u32 {
        let entry = Entry::token(ISSUER, &n.to_string()).until(at(60));
        list.deny(entry).unwrap();
    }
    clock.set(NOW + 60 + 3599);
    list.deny(Entry::token(ISSUER, "new")).unwrap();
    clock.set(NOW);
    assert!(denies(&list, "7", NOW));
}

#[test]
fn ssf_09_entry_ends_at_its_end_and_not_before() {
    let clock = TestClock::at(NOW);
    let list = DenyList::with_clock(clock.clone());
    list.deny(Entry::token(ISSUER, "default")).unwrap();
    let end = at(60).saturating_add(Duration::from_millis(1));
    list.deny(Entry::token(ISSUER, "own").until(end)).unwrap();
    let day = 24 * 60 * 60;
    for (jti, now, is_denied) in [
        ("default", NOW, true),
        ("default", NOW + day - 1, true),
        ("default", NOW + day, false),
        // The clock was set back.
        ("default", NOW - day, true),
        ("own", NOW + 60, true),
        ("own", NOW + 61, false),
    ] {
        assert_eq!(denies(&list, jti, now), is_denied, "{jti} at {now}");
    }
}

#[test]
fn ssf_09_repeated_entry_is_never_weaker() {
    let list = DenyList::with_clock(TestClock::at(NOW));
    let entry = |until| Entry::token(ISSUER, "1").until(at(until));
    list.deny(entry(60)).unwrap();
    list.deny(entry(30)).unwrap();
    assert!(denies(&list, "1", NOW + 59));
    let before = |time| Entry::client(ISSUER, "app").issued_before(at(time));
    list.deny(before(0)).unwrap();
    list.deny(Entry::client(ISSUER, "app").issued_before(Timestamp::EPOCH))
        .unwrap();
    assert!(denies(&list, "2", NOW), "issued at NOW");
    assert_eq!(list.len(), 2);
    assert!(list.lift(&before(5)));
    assert!(!denies(&list, "2", NOW));
}

#[test]
fn ssf_09_ends_are_bounded() {
    let list = DenyList::with_clock(TestClock::at(NOW));
    let ten_years = 10 * 366 * 24 * 60 * 60;
    let deny = |until| list.deny(Entry::key(Digest::sha256(b"key")).until(at(until)));
    assert_eq!(deny(0), Err(DenyError::End));
    assert_eq!(deny(1), Ok(()));
    assert_eq!(deny(ten_years), Ok(()));
    assert_eq!(deny(ten_years + 1), Err(DenyError::End));
    let far = Timestamp::EPOCH.saturating_add(Duration::MAX);
    let entry = Entry::issuer(ISSUER).until(far);
    assert_eq!(list.deny(entry), Err(DenyError::End));
    assert!(!list.contains(&Entry::issuer(ISSUER)));
}

#[test]
fn entry_that_could_match_no_token_is_refused() {
    let list = DenyList::with_clock(TestClock::at(NOW));
    for entry in [
        Entry::token("", "1"),
        Entry::token(ISSUER, ""),
        Entry::subject(ISSUER, ""),
        Entry::client(ISSUER, ""),
        Entry::signing_key(ISSUER, ""),
        Entry::issuer(""),
    ] {
        assert_eq!(list.deny(entry), Err(DenyError::Empty));
    }
    let key = Digest::sha256(b"key");
    for entry in [
        Entry::token(ISSUER, "1"),
        Entry::signing_key(ISSUER, "1"),
        Entry::issuer(ISSUER),
        Entry::key(key),
        Entry::certificate(key),
    ] {
        let entry = entry.issued_before(at(0));
        assert_eq!(list.deny(entry.clone()), Err(DenyError::IssuedBefore));
        assert!(!list.lift(&entry) && !list.contains(&entry));
    }
    assert!(list.is_empty());
}

#[test]
fn settings_of_the_list_are_bounded() {
    let list = || DenyList::with_clock(TestClock::at(NOW));
    let ten_years = 10 * 366 * 24 * 60 * 60;
    for (seconds, fits) in [
        (59, false),
        (60, true),
        (ten_years, true),
        (ten_years + 1, false),
    ] {
        let set = list().default_life(Duration::from_secs(seconds));
        assert_eq!(set.is_ok(), fits, "{seconds}");
    }
    for (limit, fits) in [
        (0, false),
        (1, true),
        (10_000_000, true),
        (10_000_001, false),
    ] {
        let set = list().max_entries(limit);
        assert_eq!(set.is_ok(), fits, "{limit}");
    }
    let refused = list().max_entries(0).unwrap_err();
    assert!(matches!(refused, ConfigError::Size { .. }), "{refused}");
    let list = list().default_life(Duration::from_secs(60)).unwrap();
    list.deny(Entry::token(ISSUER, "1")).unwrap();
    assert!(denies(&list, "1", NOW + 59));
    assert!(!denies(&list, "1", NOW + 60));
}

#[test]
fn debug_shows_no_name() {
    let list = DenyList::with_clock(TestClock::at(NOW));
    list.deny(Entry::subject(ISSUER, "alice")).unwrap();
    assert_eq!(format!("{list:?}"), "DenyList(1 entries)");
}

fn denies(list: &DenyList, jti: &str, now: u64) -> bool {
    let claims = json!({"iss": ISSUER, "jti": jti, "client_id": "app", "iat": NOW});
    let token = AccessToken::from_verified_claims(claims.to_string().as_bytes()).unwrap();
    let now = Timestamp::from_unix_seconds(now);
    list.check(&TokenUse::new(&token), now).is_err()
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix_seconds(NOW + seconds)
}
