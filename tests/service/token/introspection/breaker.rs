//! The circuit breaker.

use super::*;

#[tokio::test]
async fn int_09_five_failures_open_the_breaker_and_one_trial_closes_it() {
    let asked = Asked::new();
    asked.present("warm-up").await.assert_passed();
    asked.server.respond(503, "", "");
    for failures in 1..=5 {
        assert_eq!(refused(&asked).await, None);
        assert_eq!(asked.server.calls().len(), 1 + failures);
    }
    // Open: no call, and the client is told when to come back.
    let wait = refused(&asked).await.expect("Retry-After");
    assert!((1..=2).contains(&wait), "{wait}");
    assert_eq!(asked.server.calls().len(), 6);
    // The back-off grows with each failed trial.
    let mut longest = wait;
    for trial in 1..=6 {
        asked.world.clock.advance(31);
        assert_eq!(refused(&asked).await, None);
        assert_eq!(asked.server.calls().len(), 6 + trial);
        let wait = refused(&asked).await.expect("Retry-After");
        assert!(wait >= longest && wait <= 30, "{wait} after {longest}");
        longest = wait;
    }
    assert_eq!(longest, 30);
    // Back: one good trial closes it.
    asked.server.answer(&answer(&client()));
    asked.world.clock.advance(31);
    for token in ["a", "b", "c"] {
        asked.present(token).await.assert_passed();
    }
    assert_eq!(asked.server.calls().len(), 15);
}

#[tokio::test]
async fn int_09_half_open_breaker_admits_one_call() {
    let asked = Asked::new();
    asked.server.disconnect();
    for _ in 0..5 {
        refused(&asked).await;
    }
    asked.world.clock.advance(31);
    asked.server.answer(&answer(&client()));
    asked.server.hold();
    let mut trial = Box::pin(asked.present("trial"));
    let calls = asked.server.calls().len();
    while asked.server.calls().len() == calls {
        let pending = std::future::poll_fn(|context| {
            std::task::Poll::Ready(trial.as_mut().poll(context).is_pending())
        });
        assert!(pending.await);
        tokio::task::yield_now().await;
    }
    assert_eq!(refused(&asked).await, Some(1));
    assert_eq!(asked.server.calls().len(), calls + 1);
    asked.server.release();
    trial.await.assert_passed();
    asked.present("next").await.assert_passed();
}

#[tokio::test]
async fn int_09_clients_cannot_open_the_breaker_by_their_tokens() {
    use sender_constraint::http_client::OutgoingRequest;
    let asked = Asked::new();
    let too_large = " ".repeat(OutgoingRequest::MAX_RESPONSE_BYTES + 1);
    for (status, content_type, body) in [
        (400, "application/json", "{}"),
        (413, "", ""),
        (200, "application/json", "{\"active\":1}"),
        (200, "text/html", "<html>"),
        (200, "application/json", &too_large),
    ] {
        asked.server.respond(status, content_type, body);
        for _ in 0..10 {
            assert_eq!(refused(&asked).await, None, "{status}");
        }
    }
    assert_eq!(asked.server.calls().len(), 50);
    asked.server.answer(&answer(&client()));
    asked.present(TOKEN).await.assert_passed();
}

#[tokio::test]
async fn int_09_failures_are_counted_only_in_a_row() {
    let asked = Asked::new();
    for nth in 0..4 {
        asked.server.disconnect();
        for _ in 0..4 {
            assert_eq!(refused(&asked).await, None);
        }
        asked.server.answer(&answer(&client()));
        asked.present(&format!("good-{nth}")).await.assert_passed();
    }
}

#[tokio::test]
async fn int_09_clock_that_was_set_back_does_not_keep_the_breaker_open() {
    let asked = Asked::new();
    asked.server.disconnect();
    for _ in 0..5 {
        refused(&asked).await;
    }
    asked.server.answer(&answer(&client()));
    asked.world.clock.set(NOW - 3600);
    asked.present(TOKEN).await.assert_passed();
}

#[tokio::test(start_paused = true)]
async fn int_09_calls_that_hang_open_the_breaker() {
    let asked = Asked::new();
    asked.server.hold();
    for nth in 0..5 {
        let hung = asked.present(&format!("hung-{nth}")).await;
        hung.assert_refused("INFRA", "unavailable_token_verifier");
    }
    assert!(refused(&asked).await.is_some());
    assert_eq!(asked.server.calls().len(), 5);
}

/// A request is refused with 503; with this `Retry-After`, if the breaker refused it.
async fn refused(asked: &Asked) -> Option<u64> {
    let refused = asked.present(TOKEN).await;
    refused.assert_refused("INFRA", "unavailable_introspection");
    let is_open = refused
        .rejection()
        .to_string()
        .contains("calls are refused");
    let wait = refused.header("retry-after").map(|it| it.parse().unwrap());
    wait.filter(|_| is_open)
}
