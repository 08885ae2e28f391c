//! Keys that replace others under their `kid`, from a source that must wait for them.

use std::sync::Arc;

use crate::common::*;
use crate::remote::Remote;
use sender_constraint::jose::Algorithm;
use sender_constraint::keys::{KeyHint, KeySource as _};
use sender_constraint::time::Timestamp;

#[tokio::test]
async fn key_04_set_that_arrives_between_the_two_searches_is_used() {
    let remote = Remote::connected().await;
    let hint = KeyHint::new(Some("k1"), Algorithm::Es256);
    let now = Timestamp::from_unix_seconds(NOW);
    let before = remote.keys.find(&hint, now).await.unwrap();
    let next = Key::from_seed("ES256", 5);
    remote.net.publish(&[next.published("k1")]);
    let token = remote.token(&next, "k1");
    remote.world.present_bearer(&token).await.assert_passed();
    // Another request has fetched the set, and no further fetch is allowed yet.
    let after = remote.keys.find_newer(&hint, now).await.unwrap();
    assert_eq!(remote.net.fetches(), 2);
    assert_eq!(after.len(), 1);
    assert!(!Arc::ptr_eq(&before[0], &after[0]));
}
