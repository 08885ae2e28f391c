//! Keys that come and go: rotation costs no request, removal and purge leave nothing behind (OpenID Connect
//! Core section 10.1.1).

use std::sync::Arc;

use crate::common::Key;
use crate::remote::{Remote, issuer_key, settle};

#[tokio::test]
async fn key_04_rotation_costs_no_request() {
    let remote = Remote::connected().await;
    let next = Key::from_seed("ES256", 5);
    let old_token = remote.good_token();
    remote
        .world
        .present_bearer(&old_token)
        .await
        .assert_passed();
    remote
        .net
        .publish(&[issuer_key().published("k1"), next.published("k2")]);
    let token = remote.token(&next, "k2");
    remote.world.present_bearer(&token).await.assert_passed();
    for token in [old_token, remote.good_token()] {
        remote.world.present_bearer(&token).await.assert_passed();
    }
    assert_eq!(remote.net.fetches(), 2);
}

#[tokio::test]
async fn key_04_rotation_during_a_fetch_costs_no_request() {
    let remote = Arc::new(Remote::connected().await);
    remote.net.hold();
    remote.advance(15 * 60);
    let answer = remote.world.present_bearer(&remote.good_token()).await;
    answer.assert_passed();
    settle().await;
    // The fetch under way asked before the new key was there.
    let next = Key::from_seed("ES256", 5);
    remote
        .net
        .publish(&[issuer_key().published("k1"), next.published("k2")]);
    let waiting = {
        let (remote, token) = (Arc::clone(&remote), remote.token(&next, "k2"));
        tokio::spawn(async move { remote.world.present_bearer(&token).await })
    };
    settle().await;
    assert_eq!(remote.net.fetches(), 2);
    remote.net.release();
    waiting.await.unwrap().assert_passed();
    assert_eq!(remote.net.fetches(), 3);
}

#[tokio::test]
async fn key_04_rotation_to_another_type_under_the_same_kid_costs_no_request() {
    let remote = Remote::connected().await;
    let next = Key::from_seed("Ed25519", 5);
    remote.net.publish(&[next.published("k1")]);
    let token = remote.token(&next, "k1");
    remote.world.present_bearer(&token).await.assert_passed();
}

#[tokio::test]
async fn jwt_18_token_accepted_before_is_refused_once_its_key_is_gone() {
    let remote = Remote::connected().await;
    let next = Key::from_seed("ES256", 5);
    let old_token = remote.good_token();
    remote
        .world
        .present_bearer(&old_token)
        .await
        .assert_passed();
    remote.net.publish(&[next.published("k2")]);
    remote
        .world
        .present_bearer(&old_token)
        .await
        .assert_passed();
    let token = remote.token(&next, "k2");
    remote.world.present_bearer(&token).await.assert_passed();
    for token in [old_token, remote.good_token()] {
        let answer = remote.world.present_bearer(&token).await;
        answer.assert_refused("TOK(Bearer)", "token_unknown_key");
    }
}

#[tokio::test]
async fn jwt_18_token_accepted_before_is_refused_once_its_kid_means_another_key() {
    let remote = Remote::connected().await;
    let token = remote.good_token();
    remote.world.present_bearer(&token).await.assert_passed();
    let other = Key::from_seed("ES256", 5);
    remote.net.publish(&[other.published("k1")]);
    remote.keys.purge();
    let answer = remote.world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "token_signature");
    let token = remote.token(&other, "k1");
    remote.world.present_bearer(&token).await.assert_passed();
}

#[tokio::test]
async fn key_05_withdrawn_key_is_believed_until_the_next_refresh() {
    let remote = Remote::connected().await;
    let token = remote.good_token();
    remote
        .net
        .publish(&[Key::from_seed("ES256", 5).published("k2")]);
    remote.advance(15 * 60 - 1);
    remote.world.present_bearer(&token).await.assert_passed();
    assert_eq!(remote.net.fetches(), 1);
    remote.advance(1);
    remote.world.present_bearer(&token).await.assert_passed();
    settle().await;
    let answer = remote.world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "token_unknown_key");
}

#[tokio::test]
async fn key_05_purge_works_at_once() {
    let remote = Remote::connected().await;
    let token = remote.good_token();
    remote.world.present_bearer(&token).await.assert_passed();
    remote.keys.purge();
    remote.world.present_bearer(&token).await.assert_passed();
    assert_eq!(remote.net.fetches(), 2);

    remote
        .net
        .publish(&[Key::from_seed("ES256", 5).published("k2")]);
    remote.keys.purge();
    for token in [token, remote.good_token()] {
        let answer = remote.world.present_bearer(&token).await;
        answer.assert_refused("TOK(Bearer)", "token_unknown_key");
    }
}

#[tokio::test]
async fn key_05_purge_without_an_answer_accepts_nothing() {
    let remote = Remote::connected().await;
    let token = remote.good_token();
    remote.world.present_bearer(&token).await.assert_passed();
    remote.net.remove(crate::remote::JWKS);
    remote.keys.purge();
    for _ in 0..2 {
        let answer = remote.world.present_bearer(&token).await;
        answer.assert_refused("INFRA", "unavailable_issuer_keys");
    }
}

#[tokio::test]
async fn key_05_set_asked_for_before_a_purge_is_not_believed_after_it() {
    let remote = Arc::new(Remote::connected().await);
    let token = remote.good_token();
    remote.world.present_bearer(&token).await.assert_passed();
    remote.net.hold();
    remote.advance(15 * 60);
    remote.world.present_bearer(&token).await.assert_passed();
    settle().await;
    assert_eq!(remote.net.fetches(), 2);

    remote
        .net
        .publish(&[Key::from_seed("ES256", 5).published("k2")]);
    remote.keys.purge();
    remote.net.release();
    settle().await;
    let answer = remote.world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "token_unknown_key");
    assert!(remote.net.fetches() > 2);
}

#[tokio::test]
async fn key_02_request_that_waits_during_a_purge_causes_one_more_fetch() {
    let remote = Arc::new(Remote::connected().await);
    remote.net.hold();
    let waiting = {
        let (remote, token) = (Arc::clone(&remote), remote.token(&issuer_key(), "k2"));
        tokio::spawn(async move { remote.world.present_bearer(&token).await })
    };
    settle().await;
    assert_eq!(remote.net.fetches(), 2);
    remote.keys.purge();
    remote.net.release();
    let answer = waiting.await.unwrap();
    answer.assert_refused("TOK(Bearer)", "token_unknown_key");
    assert_eq!(remote.net.fetches(), 3);
}
