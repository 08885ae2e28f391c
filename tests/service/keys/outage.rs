//! When keys are fetched again, and what happens while their issuer does not answer: never a 401 for our
//! own trouble, and never an open door.

use std::time::Duration;

use crate::common::{Key, MintToken as _, Token};
use crate::remote::{JWKS, METADATA, Net, Remote, issuer_key, settle};
use http::StatusCode;
use serde_json::json;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

#[tokio::test]
async fn key_03_set_is_fetched_again_after_its_max_age_within_bounds() {
    for (cache_control, due) in [
        (None, 15 * MINUTE),
        (Some("public"), 15 * MINUTE),
        (Some("max-age=0"), 5 * MINUTE),
        (Some("no-store"), 5 * MINUTE),
        (Some("no-cache"), 5 * MINUTE),
        (Some("max-age=299"), 5 * MINUTE),
        (Some("max-age=301"), 301),
        (Some("public, max-age=3600"), HOUR),
        (Some("max-age=86399"), 24 * HOUR - 1),
        (Some("max-age=864000"), 24 * HOUR),
    ] {
        let staleness = Duration::from_secs(7 * 24 * HOUR);
        let remote = Remote::connected_with(|keys| keys.max_staleness(staleness)).await;
        let set = json!({"keys": [issuer_key().published("k1")]}).to_string();
        let answer = |status| remote.net.answer(JWKS, status, &set, cache_control);
        answer(StatusCode::OK);
        remote.keys.purge();
        let token = remote.good_token();
        remote.world.present_bearer(&token).await.assert_passed();
        assert_eq!(remote.net.fetches(), 2);
        for (wait, fetches) in [(due - 1, 2), (1, 3)] {
            remote.advance(wait);
            remote.world.present_bearer(&token).await.assert_passed();
            settle().await;
            assert_eq!(remote.net.fetches(), fetches, "{cache_control:?}");
        }
    }
}

#[tokio::test]
async fn key_03_refresh_leaves_time_for_more_tries_before_the_set_is_too_old() {
    let staleness = Duration::from_secs(HOUR);
    let remote = Remote::connected_with(|keys| keys.max_staleness(staleness)).await;
    let set = json!({"keys": [issuer_key().published("k1")]}).to_string();
    remote
        .net
        .answer(JWKS, StatusCode::OK, &set, Some("max-age=864000"));
    remote.keys.purge();
    let token = remote.good_token();
    remote.world.present_bearer(&token).await.assert_passed();
    remote.advance(30 * MINUTE);
    remote.world.present_bearer(&token).await.assert_passed();
    settle().await;
    assert_eq!(remote.net.fetches(), 3);
}

#[tokio::test]
async fn key_03_refresh_keeps_no_request_waiting() {
    let remote = Remote::connected().await;
    let token = remote.good_token();
    remote.net.hold();
    remote.advance(16 * MINUTE);
    for _ in 0..10 {
        remote.world.present_bearer(&token).await.assert_passed();
        settle().await;
    }
    assert_eq!(remote.net.fetches(), 2);
    remote.net.release();
}

#[tokio::test]
async fn key_06_last_good_set_serves_until_it_is_too_old() {
    let remote = Remote::connected().await;
    let cached = remote.good_token();
    remote.world.present_bearer(&cached).await.assert_passed();
    remote.net.remove(JWKS);
    remote.net.remove(METADATA);
    for wait in [
        10 * MINUTE,
        HOUR,
        20 * HOUR,
        24 * HOUR - (21 * HOUR + 10 * MINUTE),
    ] {
        remote.advance(wait);
        for token in [&cached, &remote.good_token()] {
            remote.world.present_bearer(token).await.assert_passed();
            settle().await;
        }
    }
    remote.advance(1);
    for token in [&cached, &remote.good_token()] {
        let answer = remote.world.present_bearer(token).await;
        answer.assert_refused("INFRA", "unavailable_issuer_keys");
        let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=30).contains(&seconds));
    }
}

#[tokio::test]
async fn key_06_bound_on_staleness_is_configured() {
    let remote = Remote::connected_with(|keys| keys.max_staleness(Duration::from_secs(600))).await;
    let token = remote.good_token();
    remote.net.remove(JWKS);
    remote.advance(600);
    remote.world.present_bearer(&token).await.assert_passed();
    settle().await;
    remote.advance(1);
    let answer = remote.world.present_bearer(&token).await;
    answer.assert_refused("INFRA", "unavailable_issuer_keys");
}

#[tokio::test]
async fn key_06_service_recovers_when_the_issuer_does() {
    let remote = Remote::connected().await;
    let token = remote.good_token();
    remote.net.remove(JWKS);
    remote.net.remove(METADATA);
    remote.advance(25 * HOUR);
    let answer = remote.world.present_bearer(&token).await;
    answer.assert_refused("INFRA", "unavailable_issuer_keys");
    remote.net.put(
        METADATA,
        &json!({"issuer": crate::common::ISSUER, "jwks_uri": JWKS}),
    );
    remote.net.publish(&[issuer_key().published("k1")]);
    let answer = remote.world.present_bearer(&token).await;
    answer.assert_refused("INFRA", "unavailable_issuer_keys");
    remote.advance(2);
    remote.world.present_bearer(&token).await.assert_passed();
}

#[tokio::test]
async fn key_06_unknown_kid_during_an_outage_is_not_the_clients_fault() {
    let good = json!({"keys": [issuer_key().published("k1")]}).to_string();
    for (status, body) in [
        (StatusCode::INTERNAL_SERVER_ERROR, good.as_str()),
        (StatusCode::NOT_FOUND, good.as_str()),
        (StatusCode::FOUND, good.as_str()),
        (StatusCode::OK, "<html>"),
        (StatusCode::OK, "{\"keys\":{}}"),
    ] {
        let remote = Remote::connected().await;
        let unknown = remote.token(&Key::from_seed("ES256", 5), "k2");
        let answer = remote.world.present_bearer(&unknown).await;
        answer.assert_refused("TOK(Bearer)", "token_unknown_key");
        remote.advance(30);
        remote.net.answer(JWKS, status, body, None);
        for _ in 0..2 {
            let answer = remote.world.present_bearer(&unknown).await;
            answer.assert_refused("INFRA", "unavailable_issuer_keys");
        }
        let answer = remote.world.present_bearer(&remote.good_token()).await;
        answer.assert_passed();
    }
}

#[tokio::test]
async fn key_06_failed_fetch_is_repeated_with_growing_waits_up_to_the_cool_down() {
    let remote = Remote::connected().await;
    let token = remote.good_token();
    remote.net.answer(JWKS, StatusCode::BAD_GATEWAY, "", None);
    remote.advance(15 * MINUTE);
    // 1 to 1.5 s, 2 to 3 s, 4 to 6 s, .. and never more than 30 s.
    for (wait, fetches) in [
        (0, 2),
        (2, 3),
        (1, 3),
        (2, 4),
        (3, 4),
        (3, 5),
        (12, 6),
        (24, 7),
        (29, 7),
        (1, 8),
        (29, 8),
        (1, 9),
    ] {
        remote.advance(wait);
        for _ in 0..10 {
            remote.world.present_bearer(&token).await.assert_passed();
            settle().await;
        }
        assert_eq!(remote.net.fetches(), fetches);
    }
}

#[tokio::test]
async fn key_06_issuer_with_an_empty_set_has_withdrawn_every_key() {
    let remote = Remote::connected().await;
    let token = remote.good_token();
    remote.world.present_bearer(&token).await.assert_passed();
    remote.net.publish(&[]);
    // One answer is not believed, two are.
    remote.advance(15 * MINUTE);
    for _ in 0..2 {
        remote.world.present_bearer(&token).await.assert_passed();
        settle().await;
    }
    remote.advance(2);
    remote.world.present_bearer(&token).await.assert_passed();
    settle().await;
    let answer = remote.world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "token_unknown_key");
    remote.net.publish(&[issuer_key().published("k1")]);
    remote.advance(30);
    remote.world.present_bearer(&token).await.assert_passed();
}

#[tokio::test]
async fn key_06_request_refused_for_our_outage_passes_after_it() {
    let remote = Remote::later(Net::empty());
    let token = Token::bound(&issuer_key(), &remote.world.client).sign();
    let proof = remote.world.proof(&token).sign();
    let answer = remote.world.present(&token, &proof).await;
    answer.assert_refused("INFRA", "unavailable_issuer_keys");
    remote.net.put(
        METADATA,
        &json!({"issuer": crate::common::ISSUER, "jwks_uri": JWKS}),
    );
    remote.net.publish(&[issuer_key().published("k1")]);
    remote.advance(30);
    // The proof was not used up.
    remote.world.present(&token, &proof).await.assert_passed();
}
