//! Shared secrets of clients: each use is told, without the secret.

use std::time::Duration;

use crate::common::{ISSUER, NOW, TestClock};
use crate::events::Log;
use http::Request;
use sender_constraint::Digest;
use sender_constraint::time::Clock as _;
use sender_constraint::token_endpoint::{
    Client, ClientAssertions, ClientAuthenticator, ClientSecretException, StaticClients,
};
use tracing::Level;

fn authenticator(clock: &TestClock) -> ClientAuthenticator {
    let until = clock.now().saturating_add(Duration::from_secs(30 * 86_400));
    let secret = Digest::sha256(b"hunter2");
    let exception =
        ClientSecretException::new(secret, "payments team", "no keys yet", until, clock);
    let client = Client::allow_client_secret_post("legacy", exception.unwrap()).unwrap();
    let clients = StaticClients::new([client]).unwrap();
    let rules = ClientAssertions::new(ISSUER).unwrap();
    ClientAuthenticator::new(rules, clients).clock(clock.clone())
}

async fn send(authenticator: &ClientAuthenticator, secret: &str) -> bool {
    let request = Request::post("/token");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let (head, ()) = request.body(()).unwrap().into_parts();
    let body = format!("client_id=legacy&client_secret={secret}");
    authenticator
        .authenticate(&head, body.as_bytes())
        .await
        .is_ok()
}

#[tokio::test]
async fn cau_22_use_of_a_secret_is_a_warning_with_the_days_that_remain() {
    let log = Log::listen();
    let clock = TestClock::at(NOW);
    let authenticator = authenticator(&clock);
    clock.advance(86_400 + 1);
    assert!(send(&authenticator, "hunter2").await);
    let event = log.only_event();
    assert_eq!(event.level, Level::WARN);
    for (field, text) in [
        ("client_id", "legacy"),
        ("owner", "payments team"),
        ("reason", "no keys yet"),
        ("days_left", "28"),
        ("suppressed", "0"),
    ] {
        assert_eq!(event.text(field), text);
    }
    assert!(!format!("{event:?}").contains("hunter2"));
}

#[tokio::test]
async fn cau_22_a_wrong_secret_is_no_use_and_uses_do_not_fill_the_log() {
    let log = Log::listen();
    let clock = TestClock::at(NOW);
    let authenticator = authenticator(&clock);
    assert!(!send(&authenticator, "hunter3").await);
    assert!(log.events().is_empty());
    for _ in 0..20 {
        assert!(send(&authenticator, "hunter2").await);
    }
    assert_eq!(log.events().len(), 10);
}
