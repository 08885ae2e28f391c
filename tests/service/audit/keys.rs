//! A3, A5, A9, A14, A15, D1, D2 and D5: when keys are fetched, who waits for them, and which of them are believed.

use sender_constraint::jose::Algorithm;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use sender_constraint::keys::{KeyHint, KeySource as _, RemoteKeys};
use sender_constraint::time::Timestamp;
use serde_json::json;
use tokio::task::JoinHandle;

use crate::common::*;
use crate::remote::{JWKS, METADATA, Net, Remote, issuer_key, settle};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const MOVED: &str = "https://as.example.com/keys/new";

fn next_key() -> Key {
    Key::from_seed("ES256", 5)
}

fn present(remote: &Arc<Remote>, token: String) -> JoinHandle<Answer> {
    let remote = Arc::clone(remote);
    tokio::spawn(async move { remote.world.present_bearer(&token).await })
}

fn rotate(remote: &Remote) {
    let keys = [issuer_key().published("k1"), next_key().published("k2")];
    remote.net.publish(&keys);
}

#[track_caller]
fn retry_after(answer: &Answer) -> u64 {
    answer.assert_refused("INFRA", "unavailable_issuer_keys");
    answer.header("retry-after").unwrap().parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a3_waiters_are_bounded_and_young_tokens_keep_their_places() {
    let remote = Arc::new(Remote::connected().await);
    remote.net.hold();
    let junk = |number: usize| remote.token(&issuer_key(), &number.to_string());
    let waiting: Vec<_> = (0..600).map(|each| present(&remote, junk(each))).collect();
    settle().await;
    let refused = waiting.iter().filter(|each| each.is_finished()).count();
    assert_eq!(refused, 600 - 512);
    rotate(&remote);
    let young = remote.young_token(&next_key(), "k2");
    let young: Vec<_> = (0..600).map(|_| present(&remote, young.clone())).collect();
    settle().await;
    let refused = young.iter().filter(|each| each.is_finished()).count();
    assert_eq!(refused, 600 - 512);
    let (refused, young): (Vec<_>, Vec<_>) = young.into_iter().partition(JoinHandle::is_finished);
    for each in refused {
        assert_eq!(retry_after(&each.await.unwrap()), 5);
    }
    // Those who hang up give their places back.
    for each in waiting {
        each.abort();
        let _ = each.await;
    }
    let another = present(&remote, remote.young_token(&next_key(), "k3"));
    settle().await;
    assert!(!another.is_finished());
    remote.net.release();
    another.await.unwrap();
    for each in young {
        each.await.unwrap().assert_passed();
    }
    assert_eq!(remote.net.fetches(), 3);
}

#[tokio::test]
async fn a5_keys_that_moved_are_found_while_the_old_address_answers() {
    for is_purged in [false, true] {
        let remote = Remote::connected().await;
        let (old, new) = (remote.good_token(), remote.token(&next_key(), "k2"));
        remote.world.present_bearer(&old).await.assert_passed();
        let metadata = json!({"issuer": ISSUER, "jwks_uri": MOVED});
        remote.net.put(METADATA, &metadata);
        let set = json!({"keys": [next_key().published("k2")]});
        remote.net.put(MOVED, &set);
        if is_purged {
            remote.keys.purge();
        } else {
            remote.advance(12 * HOUR + 1);
        }
        remote.world.present_bearer(&new).await.assert_passed();
        let answer = remote.world.present_bearer(&old).await;
        answer.assert_refused("TOK(Bearer)", "token_unknown_key");
    }
}

#[tokio::test]
async fn a5_address_serves_while_the_metadata_do_not_answer_until_it_is_too_old() {
    let remote = Remote::connected().await;
    let token = remote.good_token();
    remote.net.remove(METADATA);
    for wait in [13 * HOUR, 11 * HOUR] {
        remote.advance(wait);
        remote.world.present_bearer(&token).await.assert_passed();
    }
    let before = remote.net.fetches();
    remote.advance(HOUR);
    // The address is too old, but the set is not: it was fetched an hour ago.
    remote.world.present_bearer(&token).await.assert_passed();
    assert_eq!(remote.net.fetches(), before);
    remote.advance(24 * HOUR);
    let answer = remote.world.present_bearer(&token).await;
    answer.assert_refused("INFRA", "unavailable_issuer_keys");
}

#[tokio::test]
async fn a9_request_with_an_older_time_does_not_pass_the_cool_down() {
    let remote = Remote::connected().await;
    let at = |seconds| Timestamp::from_unix_seconds(NOW + seconds);
    for now in [at(4), at(3), at(0), at(29)] {
        let hint = KeyHint::new(Some("unknown"), Algorithm::Es256);
        assert!(remote.keys.find(&hint, now).await.unwrap().is_empty());
    }
    assert_eq!(remote.net.fetches(), 2);
}

#[tokio::test]
async fn a9_clock_set_back_a_little_does_not_end_the_cool_down() {
    let remote = Remote::connected().await;
    remote.advance(100);
    let token = remote.token(&issuer_key(), "unknown");
    for (now, fetches) in [(100, 2), (80, 2), (71, 2), (69, 3)] {
        remote.set(NOW + now);
        let answer = remote.world.present_bearer(&token).await;
        answer.assert_refused("TOK(Bearer)", "token_unknown_key");
        assert_eq!(remote.net.fetches(), fetches, "{now}");
    }
}

#[tokio::test]
async fn a14_key_replaced_under_its_kid_is_found_at_once() {
    let remote = Remote::connected().await;
    remote.net.publish(&[next_key().published("k1")]);
    let token = remote.token(&next_key(), "k1");
    remote.world.present_bearer(&token).await.assert_passed();
    assert_eq!(remote.net.fetches(), 2);
    let answer = remote.world.present_bearer(&remote.good_token()).await;
    answer.assert_refused("TOK(Bearer)", "token_signature");
    assert_eq!(remote.net.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn a14_bad_signatures_cause_one_fetch_each_cool_down_and_wait_for_no_other() {
    let remote = Remote::connected().await;
    for round in 1..=2 {
        for _ in 0..100 {
            let token = remote.token(&next_key(), "k1");
            let answer = remote.world.present_bearer(&token).await;
            answer.assert_refused("TOK(Bearer)", "token_signature");
        }
        assert_eq!(remote.net.fetches(), 1 + round);
        remote.advance(30);
    }
    // The key of an older token was in the set already: a failed fetch changes nothing.
    remote.net.remove(JWKS);
    let answer = remote
        .world
        .present_bearer(&remote.token(&next_key(), "k1"))
        .await;
    answer.assert_refused("TOK(Bearer)", "token_signature");
    assert_eq!(remote.net.fetches(), 4);
}

#[tokio::test(start_paused = true)]
async fn d2_key_replaced_under_its_kid_is_found_while_the_cool_down_lasts() {
    let remote = Remote::connected().await;
    for (fetches, key) in [(2, next_key()), (3, issuer_key()), (4, next_key())] {
        remote.net.publish(&[key.published("k1")]);
        let token = remote.young_token(&key, "k1");
        remote.world.present_bearer(&token).await.assert_passed();
        assert_eq!(remote.net.fetches(), fetches);
    }
    // A bad signature is refused after a look, and not before.
    let forged = remote.young_token(&issuer_key(), "k1");
    let answer = remote.world.present_bearer(&forged).await;
    answer.assert_refused("TOK(Bearer)", "token_signature");
    assert_eq!(remote.net.fetches(), 5);
}

#[tokio::test(start_paused = true)]
async fn d2_key_replaced_under_its_kid_is_503_while_the_issuer_does_not_answer() {
    let remote = Remote::connected().await;
    remote.net.remove(JWKS);
    let token = remote.young_token(&next_key(), "k1");
    for _ in 0..3 {
        let answer = remote.world.present_bearer(&token).await;
        answer.assert_refused("INFRA", "unavailable_issuer_keys");
    }
    remote.net.publish(&[next_key().published("k1")]);
    remote.advance(30);
    remote.world.present_bearer(&token).await.assert_passed();
}

#[tokio::test]
async fn a15_withdrawn_key_is_not_believed_after_an_idle_night() {
    for is_cached in [false, true] {
        let remote = Remote::connected().await;
        let token = remote.good_token();
        if is_cached {
            remote.world.present_bearer(&token).await.assert_passed();
        }
        remote.net.publish(&[next_key().published("k2")]);
        remote.advance(23 * HOUR);
        let answer = remote.world.present_bearer(&token).await;
        answer.assert_refused("TOK(Bearer)", "token_unknown_key");
    }
}

#[tokio::test]
async fn a15_set_past_its_time_serves_only_after_the_issuer_was_asked() {
    let remote = Arc::new(Remote::connected().await);
    let token = remote.good_token();
    remote.world.present_bearer(&token).await.assert_passed();
    // Within the grace nobody waits.
    remote.net.hold();
    remote.advance(16 * MINUTE);
    remote.world.present_bearer(&token).await.assert_passed();
    remote.net.remove(JWKS);
    remote.advance(1);
    let waiting = present(&remote, token.clone());
    settle().await;
    assert!(!waiting.is_finished());
    remote.net.release();
    waiting.await.unwrap().assert_passed();
    // Stale while the issuer does not answer, and asked again after every pause.
    let before = remote.net.fetches();
    for wait in [HOUR, HOUR] {
        remote.advance(wait);
        remote.world.present_bearer(&token).await.assert_passed();
    }
    assert_eq!(remote.net.fetches(), before + 2);
    remote.net.publish(&[next_key().published("k2")]);
    remote.advance(HOUR);
    let answer = remote.world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "token_unknown_key");
}

#[tokio::test]
async fn d1_failed_fetch_is_repeated_after_seconds_and_retry_after_is_true() {
    let remote = Remote::connected().await;
    let token = remote.token(&next_key(), "k2");
    let failure = StatusCode::INTERNAL_SERVER_ERROR;
    remote.net.answer(JWKS, failure, "", None);
    let mut fetches = 1;
    for least in [1, 2, 4, 8, 16, 30, 30] {
        let wait = retry_after(&remote.world.present_bearer(&token).await);
        fetches += 1;
        assert_eq!(remote.net.fetches(), fetches);
        assert!(wait >= least && wait <= (least * 3).div_ceil(2), "{wait}");
        if wait > 1 {
            remote.advance(wait - 1);
            let left = retry_after(&remote.world.present_bearer(&token).await);
            assert_eq!((left, remote.net.fetches()), (1, fetches));
            remote.advance(1);
        } else {
            remote.advance(1);
        }
    }
    rotate(&remote);
    remote.world.present_bearer(&token).await.assert_passed();
    // A success starts over, and its look counts for the cool-down.
    remote.net.answer(JWKS, failure, "", None);
    let unknown = remote.token(&next_key(), "k3");
    let answer = remote.world.present_bearer(&unknown).await;
    answer.assert_refused("TOK(Bearer)", "token_unknown_key");
    remote.advance(30);
    let wait = retry_after(&remote.world.present_bearer(&unknown).await);
    assert!(wait <= 2, "{wait}");
}

#[tokio::test(start_paused = true)]
async fn d1_retry_after_of_a_full_waiting_list_is_the_rest_of_the_wait() {
    let cool_down = Duration::from_secs(40);
    let remote = Arc::new(Remote::connected_with(|keys| keys.cool_down(cool_down)).await);
    let junk = remote.token(&issuer_key(), "junk");
    remote.world.present_bearer(&junk).await;
    rotate(&remote);
    // Young tokens sleep for a tenth of the cool-down since the last look.
    let young = remote.young_token(&next_key(), "k2");
    let sleeping: Vec<_> = (0..1024).map(|_| present(&remote, young.clone())).collect();
    settle().await;
    let answer = remote.world.present_bearer(&young).await;
    assert_eq!(retry_after(&answer), 4);
    drop(sleeping);

    let remote = Arc::new(Remote::connected().await);
    remote.net.hold();
    let junk = |number: usize| remote.token(&issuer_key(), &number.to_string());
    let joined: Vec<_> = (0..512).map(|each| present(&remote, junk(each))).collect();
    settle().await;
    for (wait, left) in [(0, 5), (3, 2), (2, 1), (9, 1)] {
        remote.advance(wait);
        let answer = remote.world.present_bearer(&junk(600)).await;
        assert_eq!(retry_after(&answer), left);
    }
    drop(joined);
}

#[test]
fn d1_retry_after_without_a_runtime_is_the_cool_down() {
    let remote = Remote::later(Net::serving(&[issuer_key().published("k1")]));
    let hint = KeyHint::new(Some("k1"), Algorithm::Es256);
    let now = Timestamp::from_unix_seconds(NOW);
    let mut found = std::pin::pin!(remote.keys.find(&hint, now));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(Err(error)) = found.as_mut().poll(&mut context) else {
        panic!("it waits");
    };
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    assert_eq!(remote.net.requests(), []);
}

#[tokio::test(start_paused = true)]
async fn d2_rotation_during_a_flood_of_old_tokens_fails_no_honest_request() {
    let remote = Arc::new(Remote::connected().await);
    let (mut honest, mut number) = (Vec::new(), 0);
    for second in 0..60 {
        for _ in 0..20 {
            number += 1;
            let token = remote.token(&issuer_key(), &format!("junk {number}"));
            drop(present(&remote, token));
        }
        if second == 5 {
            rotate(&remote);
        }
        let kid_and_key = if second < 5 {
            ("k1", issuer_key())
        } else {
            ("k2", next_key())
        };
        let token = remote.young_token(&kid_and_key.1, kid_and_key.0);
        honest.push(present(&remote, token));
        tokio::time::sleep(Duration::from_secs(1)).await;
        remote.advance(1);
    }
    for request in honest {
        request.await.unwrap().assert_passed();
    }
    assert!(remote.net.fetches() <= 5, "{}", remote.net.fetches());
}

#[tokio::test(start_paused = true)]
async fn d2_rotation_during_a_flood_of_young_tokens_fails_no_honest_request() {
    let remote = Arc::new(Remote::connected().await);
    let mut honest = Vec::new();
    for second in 0..30 {
        for number in 0..20 {
            let token = remote.young_token(&issuer_key(), &format!("{second}-{number}"));
            drop(present(&remote, token));
        }
        if second == 5 {
            rotate(&remote);
        }
        if second >= 5 {
            let token = remote.young_token(&next_key(), "k2");
            honest.push(present(&remote, token));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        remote.advance(1);
    }
    for request in honest {
        request.await.unwrap().assert_passed();
    }
    assert!(remote.net.fetches() <= 12, "{}", remote.net.fetches());
}

#[tokio::test(start_paused = true)]
async fn d2_young_token_waits_for_its_look_and_then_learns_the_truth() {
    let remote = Arc::new(Remote::connected().await);
    // Somebody uses up the look of the cool-down.
    let junk = remote.token(&issuer_key(), "junk");
    remote.world.present_bearer(&junk).await;
    assert_eq!(remote.net.fetches(), 2);
    let before = tokio::time::Instant::now();
    let unknown = remote.young_token(&next_key(), "k2");
    let answer = remote.world.present_bearer(&unknown).await;
    answer.assert_refused("TOK(Bearer)", "token_unknown_key");
    assert_eq!(remote.net.fetches(), 3);
    assert_eq!(before.elapsed().as_secs(), 3);
    // An old or future `iat`, or none, waits for nothing.
    let before = tokio::time::Instant::now();
    for iat in [NOW - 11, NOW + 61] {
        let token = remote.token_issued_at(iat, &next_key(), "k2");
        remote.world.present_bearer(&token).await;
    }
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert_eq!(remote.net.fetches(), 3);
    // The look fails: 503, never 401.
    remote.net.remove(JWKS);
    let waiting = remote.world.present_bearer(&unknown).await;
    assert!(retry_after(&waiting) <= 2);
}

#[tokio::test(start_paused = true)]
async fn d2_young_token_is_told_to_come_back_where_the_wait_would_be_long() {
    let cool_down = Duration::from_secs(600);
    let remote = Remote::connected_with(|keys| keys.cool_down(cool_down)).await;
    let junk = remote.token(&issuer_key(), "junk");
    remote.world.present_bearer(&junk).await;
    rotate(&remote);
    let young = remote.young_token(&next_key(), "k2");
    let answer = remote.world.present_bearer(&young).await;
    assert_eq!(retry_after(&answer), 60);
    remote.advance(60);
    remote.world.present_bearer(&young).await.assert_passed();
}

#[tokio::test]
async fn d5_empty_set_is_believed_when_a_second_fetch_confirms_it() {
    let remote = Remote::connected().await;
    let token = remote.good_token();
    remote.net.publish(&[]);
    let unknown = remote.token(&next_key(), "k2");
    // The set at hand is fresh, and serves.
    let wait = retry_after(&remote.world.present_bearer(&unknown).await);
    remote.world.present_bearer(&token).await.assert_passed();
    settle().await;
    assert_eq!(remote.net.fetches(), 2);
    // A failed fetch confirms nothing.
    remote.net.answer(JWKS, StatusCode::BAD_GATEWAY, "", None);
    remote.advance(wait);
    let wait = retry_after(&remote.world.present_bearer(&unknown).await);
    remote.world.present_bearer(&token).await.assert_passed();
    remote.net.publish(&[]);
    remote.advance(wait);
    remote.world.present_bearer(&token).await.assert_passed();
    settle().await;
    let answer = remote.world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "token_unknown_key");
    assert_eq!(remote.net.fetches(), 4);
}

#[tokio::test]
async fn d5_empty_set_is_forgotten_when_the_keys_are_back_and_believed_after_a_purge() {
    let remote = Remote::connected().await;
    let token = remote.good_token();
    let unknown = remote.token(&next_key(), "k2");
    remote.net.publish(&[]);
    let wait = retry_after(&remote.world.present_bearer(&unknown).await);
    rotate(&remote);
    remote.advance(wait);
    remote.world.present_bearer(&unknown).await.assert_passed();
    remote.world.present_bearer(&token).await.assert_passed();

    remote.net.publish(&[]);
    remote.keys.purge();
    let answer = remote.world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "token_unknown_key");
}

#[tokio::test]
async fn n1_no_reason_shows_a_query_or_user_information() {
    let address = "https://as.example.com/jwks?key=hidden";
    let net = Net::empty();
    let mut shown = Vec::new();
    let connect = || async {
        let error = RemoteKeys::from_jwks_uri(address, net.clone())
            .fetch()
            .await;
        error.unwrap_err().to_string()
    };
    shown.push(connect().await);
    net.answer(address, StatusCode::BAD_GATEWAY, "", None);
    shown.push(connect().await);
    net.answer(address, StatusCode::OK, "<html>", None);
    shown.push(connect().await);
    net.answer(address, StatusCode::OK, "{\"keys\":[]}", None);
    shown.push(connect().await);
    for wrong in [
        "http://as.example.com/jwks?key=hidden",
        "https://as.example.com:x/jwks?key=hidden",
        "https://u:hidden@as.example.com/jwks?key=hidden",
        "https:u:hidden@as.example.com/jwks",
        "https:///u:hidden@as.example.com/jwks",
        "https://u:hidden?a@as.example.com/jwks",
        "u:hidden@as.example.com?key=hidden#hidden",
    ] {
        let error = RemoteKeys::from_jwks_uri(wrong, net.clone()).lazy();
        shown.push(error.unwrap_err().to_string());
        let error = RemoteKeys::for_issuer(wrong, net.clone()).lazy();
        shown.push(error.unwrap_err().to_string());
    }
    for jwks_uri in [
        "http://as.example.com/jwks?key=hidden",
        "https://as.example.com/jwks?key=hidden",
        "https://u:hidden@as.example.com/jwks",
    ] {
        let metadata = json!({"issuer": ISSUER, "jwks_uri": jwks_uri});
        net.put(METADATA, &metadata);
        let error = RemoteKeys::for_issuer(ISSUER, net.clone()).fetch().await;
        shown.push(error.unwrap_err().to_string());
    }
    for text in shown {
        assert!(!text.contains("hidden"), "{text}");
        assert!(text.contains("as.example.com"), "{text}");
    }
}

#[tokio::test]
async fn n2_address_with_user_information_is_refused() {
    for user in ["u:p", "u", ":p"] {
        let net = Net::empty();
        let jwks_uri = format!("https://{user}@as.example.com/jwks");
        net.put(METADATA, &json!({"issuer": ISSUER, "jwks_uri": jwks_uri}));
        let error = RemoteKeys::for_issuer(ISSUER, net.clone()).fetch().await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains("user information"), "{error}");
        assert_eq!(net.requests().len(), 1);
    }
}

/// Tokio's timer panics outside of a runtime; a request must not get there.
#[test]
fn d2_request_that_would_wait_without_a_runtime_is_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let remote = runtime.block_on(async {
        let remote = Remote::connected().await;
        let look = remote.young_token(&issuer_key(), "first");
        let refused = remote.world.present_bearer(&look).await;
        refused.assert_refused("TOK(Bearer)", "token_unknown_key");
        remote
    });
    drop(runtime);
    let token = remote.young_token(&issuer_key(), "second");
    let answer = std::pin::pin!(remote.world.present_bearer(&token));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let std::task::Poll::Ready(answer) = answer.poll(&mut context) else {
        panic!("nothing would ever wake it");
    };
    answer.assert_refused("INFRA", "unavailable_issuer_keys");
}
