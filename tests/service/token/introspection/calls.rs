//! The cache and the limits around the endpoint.

use std::time::Duration;

use sender_constraint::ConfigError;
use serde_json::json;

use super::*;

#[tokio::test]
async fn int_07_result_is_cached_for_its_time_and_never_beyond_expiry() {
    let asked = Asked::new();
    for (second, calls) in [(0, 1), (59, 1), (60, 2)] {
        asked.world.clock.set(NOW + second);
        asked.present(TOKEN).await.assert_passed();
        assert_eq!(asked.server.calls().len(), calls, "at {second} s");
    }
    let asked = Asked::with(|tokens| tokens.leeway(Duration::ZERO).unwrap());
    let mut short = answer(&client());
    short["exp"] = json!(NOW + 10);
    asked.answered(&short).await.assert_passed();
    asked.world.clock.set(NOW + 10);
    let refused = asked.present(TOKEN).await;
    refused.assert_refused("TOK(DPoP)", "token_expired");
    assert_eq!(asked.server.calls().len(), 1);
}

#[tokio::test]
async fn int_08_thousand_requests_with_a_bad_token_make_one_call() {
    let asked = Asked::new();
    asked.server.answer(&json!({"active": false}));
    for _ in 0..1000 {
        let refused = asked.world.present_bearer(TOKEN).await;
        assert_eq!(refused.kind(), "token_inactive");
    }
    assert_eq!(asked.server.calls().len(), 1);
}

#[tokio::test]
async fn int_09_hundred_requests_with_one_token_make_one_call() {
    let asked = Asked::new();
    asked.server.hold();
    let present = async |_: usize| asked.world.present_bearer(TOKEN).await.kind();
    let mut all: Vec<_> = (0..100).map(|nth| Box::pin(present(nth))).collect();
    // All wait for the same call.
    for one in &mut all {
        let polled = std::future::poll_fn(|context| {
            std::task::Poll::Ready(one.as_mut().poll(context).is_pending())
        });
        assert!(polled.await);
    }
    asked.server.release();
    for one in all {
        assert_eq!(one.await, "binding_bound_token_as_bearer");
    }
    assert_eq!(asked.server.calls().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn int_05_server_that_hangs_is_an_outage_after_the_timeout() {
    let asked = Asked::new();
    asked.server.hold();
    let refused = asked.present(TOKEN).await;
    refused.assert_refused("INFRA", "unavailable_token_verifier");
    asked.server.release();
    asked.present(TOKEN).await.assert_passed();
}

#[tokio::test]
async fn purge_and_change_of_a_rule_forget_results() {
    let server = AuthorizationServer::answering(&answer(&client()));
    let clock = TestClock::at(NOW);
    let tokens = tokens(&server).clock(clock.clone());
    let now = sender_constraint::time::Timestamp::from_unix_seconds(NOW);
    use sender_constraint::token::{PresentedToken, TokenVerifier as _};
    let verify = async |tokens: &Introspection| {
        tokens
            .verify(PresentedToken::new(TOKEN), now)
            .await
            .unwrap();
        server.calls().len()
    };
    assert_eq!(verify(&tokens).await, 1);
    assert_eq!(verify(&tokens.clone()).await, 1);
    tokens.purge();
    assert_eq!(verify(&tokens).await, 2);
    assert_eq!(verify(&tokens.clone().add_audience("x").unwrap()).await, 3);
    let short = tokens.cache(|cache| cache.max_age(Duration::from_secs(5)));
    assert_eq!(verify(&short.unwrap()).await, 4);
}

#[test]
fn int_06_audience_that_no_token_has_is_refused() {
    let server = AuthorizationServer::answering(&answer(&client()));
    for bad in ["", " a", "a ", "[\"a\"]"] {
        let refused = tokens(&server).add_audience(bad);
        assert_eq!(refused.unwrap_err(), ConfigError::Audience(bad.to_owned()));
    }
}
