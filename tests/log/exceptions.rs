//! What the operator reads of clients whose unbound tokens are accepted.

#[cfg(feature = "config-files")]
use sender_constraint::exceptions::ExceptionFile;
use sender_constraint::exceptions::{Exception, Exceptions};
use sender_constraint::time::Timestamp;
use tracing::Level;

use crate::common::*;
use crate::events::Log;

#[tokio::test]
async fn exception_is_a_warning_once_a_day_with_the_days_that_remain() {
    let log = Log::listen();
    let exceptions = Exceptions::with_clock(TestClock::at(NOW));
    let end = Timestamp::from_unix_seconds(NOW + 10 * DAY);
    let app = Exception::new(ISSUER, "app", end).with_owner("payments");
    exceptions.add(app.with_reason("release 7")).unwrap();
    let world = World::with(|builder| {
        // The clock is part of what is logged at once.
        let builder = builder.clock(TestClock::at(NOW));
        builder.exceptions(exceptions)
    });
    let event = log.only_event();
    assert_eq!(event.level, Level::INFO);
    let message = event.text("message");
    assert!(message.contains("accepted by an exception"), "{message}");
    assert_eq!(event.text("client_id"), "app");
    assert_eq!(event.text("owner"), "payments");
    assert_eq!(event.text("cause"), "release 7");
    assert_eq!(event.text("days_left"), "10");
    for (now, level, days_left) in [
        (NOW, Level::WARN, "10"),
        (NOW + 1, Level::DEBUG, "9"),
        (NOW + DAY - 1, Level::DEBUG, "9"),
        (NOW + DAY, Level::WARN, "9"),
        (NOW + DAY + 1, Level::DEBUG, "8"),
        (NOW + 9 * DAY + 1, Level::WARN, "0"),
    ] {
        world.clock.set(now);
        let token = Token::unbound(&world.issuer);
        let token = token.claim("iat", now).claim("exp", now + 60).sign();
        let log = Log::listen();
        world.present_bearer(&token).await.assert_passed();
        let event = log.only_event();
        assert_eq!(event.level, level, "{now}");
        assert_eq!(event.text("days_left"), days_left, "{now}");
        assert_eq!(event.text("owner"), "payments");
        assert_eq!(event.text("client_id"), "\"app\"");
        assert_eq!(event.text("path"), "\"/a\"");
    }
}

#[tokio::test]
async fn exception_that_is_replaced_is_no_second_warning_on_the_same_day() {
    let exceptions = Exceptions::with_clock(TestClock::at(NOW));
    let end = Timestamp::from_unix_seconds(NOW + DAY);
    let app = Exception::new(ISSUER, "app", end).with_owner("payments");
    let app = app.with_reason("release 7");
    exceptions.add(app.clone()).unwrap();
    let world = World::with(|builder| builder.exceptions(exceptions.clone()));
    assert_eq!(level_of_use(&world).await, Level::WARN);
    exceptions.add(app.with_reason("release 8")).unwrap();
    assert_eq!(level_of_use(&world).await, Level::DEBUG);
}

#[cfg(feature = "config-files")]
#[tokio::test]
async fn file_that_is_read_again_causes_no_second_warning_on_the_same_day() {
    let text = format!(
        "[[exception]]\nissuer = {ISSUER:?}\nclient_id = \"app\"\nowner = \"payments\"\n\
         reason = \"release 7\"\nuntil = 2026-01-02T00:00:00Z\n"
    );
    let file = TempFile::new(&text);
    let exceptions = ExceptionFile::open_with_clock(file.path(), TestClock::at(NOW)).unwrap();
    let world = World::with(|builder| builder.exception_file(exceptions.clone()));
    assert_eq!(level_of_use(&world).await, Level::WARN);
    file.replace(&text.replace("release 7", "release 8"));
    assert_eq!(exceptions.reload(), Ok(1));
    assert_eq!(level_of_use(&world).await, Level::DEBUG);
}

/// The level of the event that a request with an unbound token is.
async fn level_of_use(world: &World) -> Level {
    let token = Token::unbound(&world.issuer).sign();
    let log = Log::listen();
    world.present_bearer(&token).await.assert_passed();
    let event = log.only_event();
    assert_eq!(event.text("client_id"), "\"app\"");
    event.level
}

#[tokio::test]
async fn reported_unbound_token_is_a_limited_warning_with_its_client() {
    let world = World::with(|builder| builder.allow_and_report_unbound_tokens());
    let log = Log::listen();
    for _ in 0..12 {
        let token = Token::unbound(&world.issuer).sign();
        world.present_bearer(&token).await.assert_passed();
    }
    world.clock.advance(1);
    let token = Token::unbound(&world.issuer).sign();
    world.present_bearer(&token).await.assert_passed();
    let events = log.events();
    assert_eq!(events.len(), 11);
    for event in &events {
        assert_eq!(event.level, Level::WARN);
        assert_eq!(event.text("client_id"), "\"app\"");
        let message = event.text("message");
        assert!(
            message.contains("`allow_and_report_unbound_tokens`"),
            "{message}"
        );
    }
    assert_eq!(events[10].text("suppressed"), "2");
    assert_eq!(world.guard.unbound_report().clients[0].requests, 13);
}

const DAY: u64 = 24 * 60 * 60;
