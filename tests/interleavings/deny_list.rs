//! A deny-list whose entries are added, lifted and read at the same time.

use std::sync::Arc;
use std::time::Duration;

use sender_constraint::revocation::{DenyList, Entry, Revocation as _, TokenUse};
use sender_constraint::token::AccessToken;
use serde_json::json;

use crate::at;
use crate::common::{ISSUER, NOW, TestClock};
use crate::explore::{explore, thread};

fn list() -> DenyList {
    DenyList::with_clock(TestClock::at(NOW))
}

fn token() -> Arc<AccessToken> {
    let claims = json!({"iss": ISSUER, "sub": "alice", "client_id": "app", "jti": "1", "iat": NOW});
    Arc::new(AccessToken::from_verified_claims(claims.to_string().as_bytes()).unwrap())
}

fn is_denied(list: &DenyList, token: &AccessToken, second: u64) -> bool {
    list.check(&TokenUse::new(token), at(second)).is_err()
}

fn entry() -> Entry {
    Entry::subject(ISSUER, "alice")
}

#[test]
fn deny_list_denies_from_the_next_request_on_while_other_entries_are_lifted() {
    let token = token();
    explore(move || {
        let list = list();
        let other = Entry::subject(ISSUER, "bob");
        list.deny(other.clone()).unwrap();
        let (lifting, lifted) = (list.clone(), other.clone());
        let lifting = thread(move || {
            lifting.lift(&lifted);
            lifting.deny(lifted.clone()).unwrap();
            lifting.lift(&lifted)
        });
        let (adding, denied) = (list.clone(), Arc::clone(&token));
        let adding = thread(move || {
            adding.deny(entry()).unwrap();
            assert!(is_denied(&adding, &denied, 0), "the next request passed");
        });
        adding.join().unwrap();
        assert!(
            is_denied(&list, &token, 0),
            "another thread's request passed"
        );
        lifting.join().unwrap();
        assert!(is_denied(&list, &token, 0), "the entry is gone");
        assert!(list.lift(&entry()));
        assert!(list.is_empty() && list.len() == 0);
    });
}

#[test]
fn deny_list_keeps_the_stricter_of_two_equal_entries() {
    let token = token();
    explore(move || {
        let list = list();
        let before = |end: u64, seconds: u64| entry().until(at(end)).issued_before(at(seconds));
        let entries = [
            (entry().until(at(1000)), before(500, 10)),
            (entry().until(at(500)), before(1000, 0)),
            (entry().until(at(100)), before(100, 5)),
        ];
        let threads = entries.map(|(plain, before)| {
            let (list, token) = (list.clone(), Arc::clone(&token));
            thread(move || {
                let end = plain.ends_at().unwrap();
                list.deny(plain).unwrap();
                list.deny(before).unwrap();
                let last = end.saturating_sub(Duration::from_secs(1));
                assert!(list.check(&TokenUse::new(&token), last).is_err());
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        assert!(is_denied(&list, &token, 999), "the end became earlier");
        assert!(!is_denied(&list, &token, 1000));
        assert!(list.lift(&entry()));
        assert!(
            is_denied(&list, &token, 999),
            "`issued_before` alone denies"
        );
    });
}
