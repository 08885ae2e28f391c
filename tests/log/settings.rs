//! What the operator reads of settings: timeouts that conflict, and secrets of nonces that are replaced.

use std::path::Path;
use std::time::Duration;

use sender_constraint::proof::{Dpop, NonceSecret, NonceSecretFile, NonceSecrets};
use sender_constraint::replay::{FilteredStore, MemoryStore};
use tracing::Level;

use crate::common::*;
use crate::events::Log;

fn filtered(timeout: u64) -> FilteredStore {
    let store = FilteredStore::new(MemoryStore::default(), MemoryStore::default());
    store.timeout(Duration::from_millis(timeout)).unwrap()
}

#[test]
fn dpop_61_filter_that_the_guard_never_lets_decide_is_a_warning() {
    for (store, guard, is_told) in [
        (999, 1000, false),
        (1000, 1000, true),
        (500, 400, true),
        (500, 501, false),
    ] {
        let log = Log::listen();
        let guard = Duration::from_millis(guard);
        let set = |dpop: Dpop| dpop.replay_timeout(guard).unwrap();
        drop(World::with_dpop(|dpop| {
            set(dpop.replay_store(filtered(store)))
        }));
        drop(World::with_dpop(|dpop| {
            set(dpop.replay_store(MemoryStore::default()))
        }));
        let shared = std::sync::Arc::new(filtered(store));
        drop(World::with_dpop(|dpop| set(dpop.replay_store(shared))));
        let told = log.events();
        assert_eq!(told.len(), if is_told { 2 } else { 0 }, "{told:?}");
        for event in told {
            assert_eq!(event.level, Level::WARN);
            assert!(event.text("message").contains("`Dpop::replay_timeout`"));
            assert_eq!(event.text("guard"), format!("{guard:?}"));
        }
    }
}

#[test]
fn replaced_secrets_are_an_event_without_a_secret() {
    const ONE: &str = "kq8Yc0lJv1cZcGqN0v0h3n6vSg3o0rC9xTqI2m8uXhE";
    const OTHER: &str = "EhXu8m2IqTx9Cr0o3gSv6n3h0v0NqGcZc1vJl0cY8qk";
    let log = Log::listen();
    let secret = |text| NonceSecret::from_base64url(text).unwrap();
    let secrets = NonceSecrets::new(secret(ONE));
    secrets.replace(secret(ONE), [secret(OTHER)]).unwrap();
    secrets.replace(secret(OTHER), []).unwrap();
    let events = log.events();
    let [added, replaced] = &events[..] else {
        panic!("{events:?}");
    };
    for event in [added, replaced] {
        assert_eq!(event.level, Level::INFO);
        assert_eq!(event.text("message"), "the secrets of nonces were replaced");
        let shown = format!("{event:?}");
        assert!(
            !shown.contains(&ONE[..6]) && !shown.contains(&OTHER[..6]),
            "{shown}"
        );
    }
    let (one, other) = (added.text("issuing"), added.text("verify_only"));
    assert_eq!([one.len(), other.len()], [2, 2], "two hexadecimal digits");
    assert_eq!(added.text("before"), one);
    assert_eq!(added.text("replaced"), "");
    assert_eq!(replaced.text("issuing"), other);
    assert_eq!(
        [replaced.text("before"), replaced.text("replaced")],
        [one, one]
    );
    let too_many = (0..9).map(|_| NonceSecret::random().unwrap());
    secrets.replace(secret(ONE), too_many).unwrap_err();
    secrets.replace(secret(OTHER), []).unwrap();
    assert_eq!(log.events().len(), 2, "nothing was replaced");
    secrets.forget_replaced();
    secrets.forget_replaced();
    let events = log.events();
    assert_eq!(events.len(), 3, "{events:?}");
    let message = "nonces of replaced secrets are refused from now on";
    assert_eq!(events[2].text("message"), message);
    assert_eq!(events[2].text("forgotten"), one);
}

#[test]
fn the_first_secrets_replace_none() {
    const ONE: &str = "kq8Yc0lJv1cZcGqN0v0h3n6vSg3o0rC9xTqI2m8uXhE";
    const OTHER: &str = "EhXu8m2IqTx9Cr0o3gSv6n3h0v0NqGcZc1vJl0cY8qk";
    const LAST: &str = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA";
    let log = Log::listen();
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("first-secrets");
    let read = |lines: &[&str]| {
        std::fs::write(&path, lines.join("\n")).unwrap();
        NonceSecretFile::read(&path).unwrap()
    };
    let file = read(&[ONE, OTHER, LAST]);
    let secrets = file.secrets().unwrap();
    file.replace(&secrets).unwrap();
    read(&[ONE, LAST, OTHER]).replace(&secrets).unwrap();
    assert!(log.events().is_empty(), "{:?}", log.events());
    for lines in [&[ONE, OTHER][..], &[ONE, LAST], &[LAST, ONE]] {
        read(lines).replace(&secrets).unwrap();
    }
    assert_eq!(log.events().len(), 3);
    std::fs::remove_file(path).unwrap();
}
