//! What a readiness check learns of remote keys.

use std::time::Duration;

use crate::common::Key;
use crate::remote::{JWKS, Net, Remote, issuer_key, settle};
use http::StatusCode;
use sender_constraint::jose::Algorithm;
use serde_json::json;

const MINUTE: u64 = 60;

#[tokio::test]
async fn key_06_keys_that_were_fetched_are_ready() {
    let remote = Remote::connected().await;
    remote.advance(40);
    let status = remote.keys.status();
    assert!(status.is_ready());
    assert_eq!(status.keys(), 1);
    assert_eq!(status.algorithms(), [Algorithm::Es256]);
    assert_eq!(status.skipped(), []);
    assert_eq!(status.age(), Some(Duration::from_secs(40)));
    assert_eq!(status.last_failure(), None);
    assert_eq!(status.next_fetch(), Duration::from_secs(15 * MINUTE - 40));
    assert_eq!(status.to_string(), "1 key ES256, fetched 40 s ago");
}

#[tokio::test]
async fn key_06_readiness_check_fetches_keys_that_no_request_asked_for() {
    let remote = Remote::later(Net::serving(&[
        issuer_key().published("k1"),
        Key::from_seed("RS256", 0).published("k2"),
        json!({"kty": "oct"}),
    ]));
    let status = remote.keys.status();
    assert!(!status.is_ready());
    assert_eq!((status.keys(), status.age()), (0, None));
    assert_eq!(status.to_string(), "no key set yet");
    settle().await;
    let status = remote.keys.status();
    assert!(status.is_ready());
    assert_eq!((status.keys(), status.skipped().len()), (2, 1));
    assert!(status.algorithms().contains(&Algorithm::Rs256));
    assert_eq!(remote.net.fetches(), 1);
}

#[tokio::test]
async fn key_06_failure_is_told_with_the_time_of_the_next_fetch() {
    let remote = Remote::connected().await;
    remote.net.answer(JWKS, StatusCode::BAD_GATEWAY, "", None);
    remote.advance(15 * MINUTE);
    drop(remote.keys.status());
    settle().await;
    let status = remote.keys.status();
    // The last good set is still used.
    assert!(status.is_ready());
    let failure = status.last_failure().unwrap();
    assert!(failure.contains("status 502"), "{failure}");
    assert!(status.to_string().contains("the last fetch failed: "));
    let wait = status.next_fetch();
    assert!(wait >= Duration::from_secs(1) && wait <= Duration::from_millis(1500));
    assert_eq!(remote.net.fetches(), 2);
    remote.advance(2);
    drop(remote.keys.status());
    settle().await;
    assert_eq!(remote.net.fetches(), 3);
}

#[tokio::test]
async fn key_06_keys_that_are_too_old_or_purged_or_withdrawn_are_not_ready() {
    let remote = Remote::connected().await;
    remote.net.remove(JWKS);
    remote.advance(24 * 60 * MINUTE);
    assert!(!remote.keys.status().is_ready(), "no fetch has failed yet");
    settle().await;
    assert!(
        remote.keys.status().is_ready(),
        "24 hours without an answer"
    );
    remote.advance(1);
    let status = remote.keys.status();
    assert!(!status.is_ready());
    assert_eq!((status.keys(), status.skipped().len()), (1, 0));

    let remote = Remote::connected().await;
    remote.net.hold();
    remote.keys.purge();
    assert!(!remote.keys.status().is_ready());

    let remote = Remote::connected().await;
    remote.net.publish(&[]);
    remote.keys.purge();
    drop(remote.keys.status());
    settle().await;
    let status = remote.keys.status();
    assert!(!status.is_ready());
    assert_eq!((status.keys(), status.age()), (0, Some(Duration::ZERO)));
}

#[test]
fn key_06_status_without_a_runtime_starts_no_fetch() {
    let remote = Remote::later(Net::serving(&[issuer_key().published("k1")]));
    assert!(!remote.keys.status().is_ready());
    assert_eq!(remote.net.requests(), []);
}
