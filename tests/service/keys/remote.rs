//! A token that names an unknown key: one fetch, shared by all who wait, and then none for a while.

use std::sync::Arc;
use std::time::Duration;

use crate::common::Key;
use crate::remote::{Net, Remote, issuer_key, settle};
use tokio::sync::Barrier;

#[tokio::test]
async fn key_02_invented_kids_cause_one_fetch_each_cool_down() {
    let remote = Remote::connected().await;
    for round in 1..=2 {
        for number in 0..1000 {
            let token = remote.token(&issuer_key(), &format!("{round}-{number}"));
            let answer = remote.world.present_bearer(&token).await;
            answer.assert_refused("TOK(Bearer)", "token_unknown_key");
        }
        assert_eq!(remote.net.fetches(), 1 + round);
        remote.advance(29);
        let token = remote.token(&issuer_key(), "one more");
        let answer = remote.world.present_bearer(&token).await;
        answer.assert_refused("TOK(Bearer)", "token_unknown_key");
        assert_eq!(remote.net.fetches(), 1 + round);
        remote.advance(1);
    }
    let answer = remote.world.present_bearer(&remote.good_token()).await;
    answer.assert_passed();
}

#[tokio::test]
async fn key_02_cool_down_is_configured() {
    let remote = Remote::connected_with(|keys| keys.cool_down(Duration::from_secs(600))).await;
    for (wait, fetches) in [(0, 2), (599, 2), (1, 3)] {
        remote.advance(wait);
        let token = remote.token(&issuer_key(), "unknown");
        let answer = remote.world.present_bearer(&token).await;
        answer.assert_refused("TOK(Bearer)", "token_unknown_key");
        assert_eq!(remote.net.fetches(), fetches);
    }
}

#[tokio::test]
async fn key_02_clock_that_stepped_back_does_not_stop_the_search() {
    let remote = Remote::connected().await;
    remote.advance(3600);
    let token = remote.token(&issuer_key(), "unknown");
    remote.world.present_bearer(&token).await;
    let before = remote.net.fetches();
    let next = Key::from_seed("ES256", 5);
    remote.net.publish(&[next.published("k2")]);
    remote.set(crate::common::NOW);
    let token = remote.token(&next, "k2");
    remote.world.present_bearer(&token).await.assert_passed();
    assert_eq!(remote.net.fetches(), before + 1);
}

#[tokio::test]
async fn key_02_requests_for_one_new_key_share_one_fetch() {
    let remote = Arc::new(Remote::connected().await);
    let next = Key::from_seed("ES256", 5);
    remote
        .net
        .publish(&[issuer_key().published("k1"), next.published("k2")]);
    remote.net.hold();
    let waiting: Vec<_> = (0..50)
        .map(|_| {
            let remote = Arc::clone(&remote);
            let token = remote.token(&next, "k2");
            tokio::spawn(async move { remote.world.present_bearer(&token).await })
        })
        .collect();
    settle().await;
    assert_eq!(remote.net.fetches(), 2);
    assert!(waiting.iter().all(|request| !request.is_finished()));
    // Nobody else has to wait.
    let answer = remote.world.present_bearer(&remote.good_token()).await;
    answer.assert_passed();
    remote.net.release();
    for request in waiting {
        request.await.unwrap().assert_passed();
    }
    assert_eq!(remote.net.fetches(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn key_02_requests_for_one_new_key_on_many_threads_lose_none() {
    for _ in 0..300 {
        let remote = Arc::new(Remote::connected().await);
        let next = Key::from_seed("ES256", 5);
        remote
            .net
            .publish(&[issuer_key().published("k1"), next.published("k2")]);
        let start = Arc::new(Barrier::new(16));
        let requests: Vec<_> = (0..16)
            .map(|_| {
                let (remote, start) = (Arc::clone(&remote), Arc::clone(&start));
                let token = remote.token(&next, "k2");
                tokio::spawn(async move {
                    start.wait().await;
                    remote.world.present_bearer(&token).await
                })
            })
            .collect();
        for request in requests {
            request.await.unwrap().assert_passed();
        }
        assert_eq!(remote.net.fetches(), 2);
    }
}

#[tokio::test]
async fn key_02_client_that_hangs_up_does_not_end_the_fetch() {
    let remote = Arc::new(Remote::connected().await);
    let next = Key::from_seed("ES256", 5);
    remote.net.publish(&[next.published("k2")]);
    remote.net.hold();
    let token = remote.token(&next, "k2");
    let impatient = {
        let (remote, token) = (Arc::clone(&remote), token.clone());
        tokio::spawn(async move { remote.world.present_bearer(&token).await })
    };
    settle().await;
    impatient.abort();
    assert!(impatient.await.unwrap_err().is_cancelled());
    remote.net.release();
    settle().await;
    remote.world.present_bearer(&token).await.assert_passed();
    assert_eq!(remote.net.fetches(), 2);
}

#[tokio::test]
async fn keys_that_connect_later_are_fetched_by_the_first_request() {
    let net = Net::serving(&[issuer_key().published("k1")]);
    let remote = Remote::later(net);
    settle().await;
    assert_eq!(remote.net.requests(), []);
    let answer = remote.world.present_bearer(&remote.good_token()).await;
    answer.assert_passed();
    assert_eq!(remote.net.fetches(), 1);
}
