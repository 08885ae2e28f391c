//! Shared secrets: refused, except by a dated exception.

use std::time::Duration;

use sender_constraint::Digest;
use sender_constraint::time::{Clock as _, Timestamp};
use sender_constraint::token_endpoint::{Client, ClientSecretException, RegistrationError};

use super::world::{World, app, head, head_with, rules};
use crate::certificates::base64;
use crate::common::{NOW, TestClock};

const SECRET: &str = "s3cr%t:+/ value";
const DAY: u64 = 86_400;

fn exception(days: u64) -> Result<ClientSecretException, RegistrationError> {
    let clock = TestClock::at(NOW);
    let until = clock.now().saturating_add(Duration::from_secs(days * DAY));
    let digest = Digest::sha256(SECRET.as_bytes());
    ClientSecretException::new(digest, "payments team", "no keys yet", until, &clock)
}

fn world() -> World {
    let basic = Client::allow_client_secret_basic("basic", exception(30).unwrap());
    let post = Client::allow_client_secret_post("post", exception(30).unwrap());
    World::with(rules(), [basic.unwrap(), post.unwrap(), app()])
}

/// As RFC 6749 section 2.3.1 has it.
fn basic(client_id: &str, secret: &str) -> http::request::Parts {
    let secret = crate::certificates::percent(secret);
    let credentials = base64(format!("{client_id}:{secret}").as_bytes());
    head_with("authorization", &format!("Basic {credentials}"))
}

fn post(client_id: &str, secret: &str) -> String {
    let secret = crate::certificates::percent(secret);
    format!("client_id={client_id}&client_secret={secret}")
}

#[tokio::test]
async fn cau_22_an_exception_accepts_one_secret_in_one_place() {
    let world = world();
    let answer = world.ask_with(&basic("basic", SECRET), "").await;
    assert_eq!(answer.as_deref(), Ok("basic"));
    assert_eq!(
        world.ask(&post("post", SECRET)).await.as_deref(),
        Ok("post")
    );

    for wrong in ["", "x", "s3cr%t:+/ valuE", "s3cr%t:+/ value "] {
        let answer = world.ask_with(&basic("basic", wrong), "").await;
        assert_eq!(answer, Err("client_secret"), "{wrong}");
    }
    let rejection = world.send(&head(), &post("post", "x")).await.unwrap_err();
    assert_eq!(rejection.kind(), "client_secret");
    assert_eq!(rejection.status(), 401);
    // An empty parameter is absent.
    assert_eq!(world.ask(&post("post", "")).await, Err("client_method"));
    // Not in the other place, and not without an exception.
    let answer = world.ask_with(&basic("post", SECRET), "").await;
    assert_eq!(answer, Err("client_method"));
    assert_eq!(
        world.ask(&post("basic", SECRET)).await,
        Err("client_method")
    );
    assert_eq!(world.ask(&post("app", SECRET)).await, Err("client_method"));
    let answer = world.ask_with(&basic("other", SECRET), "").await;
    assert_eq!(answer, Err("client_unknown_client"));
}

#[tokio::test]
async fn cau_22_header_and_parameter_name_one_client() {
    let world = world();
    let head = basic("basic", SECRET);
    let answer = world.ask_with(&head, "client_id=basic").await;
    assert_eq!(answer.as_deref(), Ok("basic"));
    let answer = world.ask_with(&head, "client_id=post").await;
    assert_eq!(answer, Err("client_other_client"));
}

#[tokio::test]
async fn cau_22_an_exception_ends() {
    let world = world();
    world.clock.set(NOW + 30 * DAY - 1);
    assert_eq!(
        world.ask(&post("post", SECRET)).await.as_deref(),
        Ok("post")
    );
    world.clock.set(NOW + 30 * DAY);
    let rejection = world
        .send(&head(), &post("post", SECRET))
        .await
        .unwrap_err();
    assert_eq!(rejection.kind(), "client_secret_expired");
    assert!(
        rejection.to_string().contains("payments team"),
        "{rejection}"
    );
    assert_eq!(
        rejection.to_response().body(),
        r#"{"error":"invalid_client"}"#
    );
}

#[test]
fn cau_22_an_exception_has_owner_reason_and_end() {
    assert!(exception(366).is_ok());
    for days in [0, 367] {
        let refused = exception(days).unwrap_err();
        assert!(
            matches!(refused, RegistrationError::ClientSecretException(_)),
            "{days}"
        );
    }
    let clock = TestClock::at(NOW);
    let of = |owner: &str, reason: &str, until| {
        ClientSecretException::new(Digest::sha256(b"x"), owner, reason, until, &clock)
    };
    let tomorrow = Timestamp::from_unix_seconds(NOW + DAY);
    let longest = "x".repeat(200);
    assert!(of(&longest, &longest, tomorrow).is_ok());
    let longer = "x".repeat(201);
    for (owner, reason) in [
        ("", "x"),
        ("x", ""),
        (" ", "x"),
        ("x", "a\nb"),
        ("x", &longer),
        (&longer, "x"),
    ] {
        assert!(of(owner, reason, tomorrow).is_err(), "{owner:?} {reason:?}");
    }
    assert!(of("x", "y", Timestamp::from_unix_seconds(NOW - 1)).is_err());
}

#[test]
fn cau_22_the_secret_is_not_empty() {
    let clock = TestClock::at(NOW);
    let tomorrow = Timestamp::from_unix_seconds(NOW + DAY);
    let of = |secret: &[u8]| {
        ClientSecretException::new(Digest::sha256(secret), "owner", "reason", tomorrow, &clock)
    };
    assert!(of(b"x").is_ok());
    let refused = of(b"").unwrap_err();
    assert!(
        refused.to_string().contains("must not be empty"),
        "{refused}"
    );
}

#[tokio::test]
async fn cau_22_no_secret_is_shown() {
    let digest = Digest::sha256(SECRET.as_bytes()).to_string();
    let client = Client::allow_client_secret_post("post", exception(30).unwrap()).unwrap();
    let mut shown = vec![format!("{client:?}"), format!("{:?}", exception(30))];
    let world = world();
    for (head, body) in [
        (head(), post("post", SECRET)),
        (head(), post("basic", SECRET)),
        (head(), post("app", SECRET)),
        (basic("basic", SECRET), String::new()),
        (basic("app", SECRET), String::new()),
        (basic("basic", SECRET), post("post", SECRET)),
    ] {
        match world.send(&head, &body).await {
            Ok(client) => shown.push(format!("{client:?}")),
            Err(rejection) => {
                shown.push(format!(
                    "{rejection} {rejection:?} {:?}",
                    rejection.to_response()
                ));
            }
        }
    }
    for text in shown {
        assert!(!text.contains("s3cr") && !text.contains(&digest), "{text}");
    }
}
