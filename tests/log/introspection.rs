//! What the log says of introspection, and that it shows neither tokens nor the secrets of this server.

use sender_constraint::Guard;
use sender_constraint::client_auth::{
    ClientAuthentication, DatedSharedSecret, PrivateKeyJwt, SharedSecretException,
};
use sender_constraint::proof::Dpop;
use sender_constraint::time::Timestamp;
use sender_constraint::token::Introspection;
use serde_json::{Value, json};
use tracing::Level;

use crate::common::*;
use crate::events::{Event, Log};

const DAY: u64 = 24 * 60 * 60;
const SECRET: &str = "correct-horse-battery-staple";
const TOKEN: &str = "opaque-token-of-a-client";

fn shared_secret(clock: &TestClock) -> DatedSharedSecret {
    let until = Timestamp::from_unix_seconds(NOW + 30 * DAY);
    let exception = SharedSecretException::until(until, "payments", "no keys yet");
    DatedSharedSecret::with_clock("rs", SECRET, exception, clock).unwrap()
}

fn world(
    server: &AuthorizationServer,
    clock: &TestClock,
    method: impl Into<ClientAuthentication>,
) -> World {
    let tokens = Introspection::new(ISSUER, AUDIENCE, method, server.clone()).unwrap();
    let tokens = tokens.clock(clock.clone());
    let guard = Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap());
    World::around(
        Key::from_seed("ES256", 0),
        clock.clone(),
        guard.clock(clock.clone()),
    )
}

fn reply() -> Value {
    let mut reply = answer(&Key::from_seed("ES256", 1));
    reply["exp"] = json!(NOW + 100 * DAY);
    reply
}

async fn present(world: &World, token: &str) -> Answer {
    use sender_constraint::time::Clock as _;
    let now = world.clock.now().as_unix_seconds();
    let proof = Proof::new(&world.client, token).claim("iat", now);
    world.present(token, &proof.sign()).await
}

fn warnings(log: &Log) -> Vec<Event> {
    let mut events = log.events();
    events.retain(|event| event.level == Level::WARN);
    events
}

#[tokio::test]
async fn cau_06_shared_secret_warns_at_start_and_once_a_day() {
    let log = Log::listen();
    let clock = TestClock::at(NOW);
    let method = shared_secret(&clock);
    let started = log.only_event();
    assert_eq!(started.level, Level::WARN);
    assert_eq!(started.text("days_left"), "30");
    assert_eq!(started.text("owner"), "payments");
    assert_eq!(started.text("reason"), "no keys yet");

    let server = AuthorizationServer::answering(&reply());
    let world = world(&server, &clock, method);
    for (second, days_left) in [
        (1, ""),
        (DAY - 1, ""),
        (DAY, "29"),
        (DAY + 9, ""),
        (29 * DAY, "1"),
    ] {
        clock.set(NOW + second);
        let log = Log::listen();
        present(&world, &format!("token-{second}"))
            .await
            .assert_passed();
        let warned = warnings(&log);
        let days: Vec<_> = warned.iter().map(|event| event.text("days_left")).collect();
        assert_eq!(days.join(" "), days_left, "{second}");
    }
    clock.set(NOW + 30 * DAY);
    let ended = present(&world, "last").await;
    ended.assert_refused("INFRA", "unavailable_client_authentication");
    assert_eq!(server.calls().len(), 5);
}

#[tokio::test]
async fn int_09_breaker_says_when_it_opens_and_closes() {
    let clock = TestClock::at(NOW);
    let server = AuthorizationServer::answering(&reply());
    let key = PrivateKeyJwt::from_jwk("rs", &private_keys::p256()).unwrap();
    let world = world(&server, &clock, key);
    server.disconnect();
    let log = Log::listen();
    for _ in 0..8 {
        present(&world, TOKEN).await;
    }
    let warned = warnings(&log);
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert_eq!(warned[0].text("failures"), "5");
    clock.advance(31);
    server.answer(&reply());
    let log = Log::listen();
    present(&world, TOKEN).await.assert_passed();
    let events = log.events();
    let back = |event: &&Event| event.text("message") == "introspection is available again";
    assert_eq!(events.iter().filter(back).count(), 1);
}

#[tokio::test]
async fn http_05_no_event_error_or_debug_shows_a_secret() {
    let clock = TestClock::at(NOW);
    let log = Log::listen();
    let server = AuthorizationServer::answering(&reply());
    let jwk = private_keys::p256();
    let key = PrivateKeyJwt::from_jwk("rs", &jwk).unwrap();
    let methods: [ClientAuthentication; 2] = [key.into(), shared_secret(&clock).into()];
    let mut shown = String::new();
    for method in methods {
        shown += &format!("{method:?} {method:#?}");
        let world = world(&server, &clock, method);
        for body in [
            reply().to_string(),
            r#"{"active":false}"#.to_owned(),
            "{".to_owned(),
        ] {
            server.respond(200, "application/json", &body);
            shown += &seen(&present(&world, &format!("{TOKEN}-{}", body.len())).await);
        }
        for status in [400, 401, 500] {
            server.respond(status, "application/json", &format!("{TOKEN} {SECRET}"));
            shown += &seen(&present(&world, TOKEN).await);
        }
        server.disconnect();
        shown += &seen(&present(&world, TOKEN).await);
        shown += &format!("{:?} {:#?}", world.guard, world.guard);
    }
    shown += &format!("{:?} {:?}", log.events(), server.calls());
    let mut secrets = vec![TOKEN.to_owned(), SECRET.to_owned()];
    let jwk: Value = serde_json::from_str(&jwk).unwrap();
    secrets.push(jwk["d"].as_str().unwrap().to_owned());
    for call in server.calls() {
        for (name, value) in form_of(&call) {
            if name == "client_assertion" {
                secrets.extend(value.split('.').skip(1).map(str::to_owned));
            }
        }
        if let Some(basic) = call.headers.get("authorization") {
            secrets.push(
                basic
                    .to_str()
                    .unwrap()
                    .trim_start_matches("Basic ")
                    .to_owned(),
            );
        }
    }
    assert!(secrets.len() > 15, "{}", secrets.len());
    for secret in secrets {
        assert!(!shown.contains(&secret), "shows {secret}");
        let bytes = format!("{:?}", secret.as_bytes());
        assert!(
            !shown.contains(bytes.trim_matches(['[', ']'])),
            "shows {secret}"
        );
    }
}

/// Everything that an outer layer sees of an answer.
fn seen(answer: &Answer) -> String {
    let rejection = answer.0.extensions().get::<sender_constraint::Rejection>();
    let text = rejection.map(|it| format!("{it} {it:?}"));
    format!("{text:?} {:?}", answer.0.headers())
}
