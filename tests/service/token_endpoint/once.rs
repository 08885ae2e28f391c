//! An assertion is accepted once.

use std::sync::Arc;
use std::time::Duration;

use sender_constraint::future::MaybeReady;
use sender_constraint::replay::{Insertion, MemoryStore, ReplayError, ReplayStore, UsedProof};
use sender_constraint::token_endpoint::Client;

use super::world::{APP, World, app, app_key, assertion, assertion_of, form, head, keys_of, rules};
use crate::common::{Key, NOW};

#[tokio::test]
async fn cau_16_a_copy_is_refused_until_it_has_expired() {
    let world = World::new();
    assert_eq!(world.judge(&assertion()).await.as_deref(), Ok(APP));
    assert_eq!(world.judge(&assertion()).await, Err("assertion_replayed"));
    // Signed again: another signature, the same `jti`.
    let again = assertion().claim("exp", NOW + 120);
    assert_eq!(world.judge(&again).await, Err("assertion_replayed"));
    world.clock.set(NOW + 69);
    assert_eq!(world.judge(&assertion()).await, Err("assertion_replayed"));
    world.clock.set(NOW + 70);
    assert_eq!(world.judge(&assertion()).await, Err("assertion_expired"));
}

#[tokio::test]
async fn cau_16_of_a_hundred_copies_at_once_one_is_accepted() {
    let world = Arc::new(World::new());
    let body = form(&assertion().sign());
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (world, body) = (Arc::clone(&world), body.clone());
        tasks.spawn(async move { world.ask(&body).await });
    }
    let answers = tasks.join_all().await;
    let accepted = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(accepted, 1);
    let refused = answers
        .iter()
        .filter(|answer| **answer == Err("assertion_replayed"));
    assert_eq!(refused.count(), 99);
}

#[tokio::test]
async fn cau_16_no_client_burns_the_jti_of_another() {
    let other_key = Key::from_seed("ES256", 50);
    let other = Client::private_key_jwt("other", keys_of(&other_key)).unwrap();
    let world = World::with(rules(), [app(), other]);
    let honest = assertion_of("other", &other_key);
    assert_eq!(world.judge(&honest).await.as_deref(), Ok("other"));
    // Not even with an assertion in the other's name.
    let forged = assertion().signed_by(&other_key);
    assert_eq!(world.judge(&forged).await, Err("assertion_signature"));
    assert_eq!(world.judge(&assertion()).await.as_deref(), Ok(APP));
}

#[tokio::test]
async fn cau_16_servers_that_share_a_store_do_not_share_assertions() {
    let store = Arc::new(MemoryStore::default());
    let name = "https://other.example.com";
    let other = sender_constraint::token_endpoint::ClientAssertions::new(name).unwrap();
    let one = World::with(rules().replay_store(Arc::clone(&store)), [app()]);
    let same = World::with(rules().replay_store(Arc::clone(&store)), [app()]);
    let other = World::with(other.replay_store(store), [app()]);
    assert_eq!(one.judge(&assertion()).await.as_deref(), Ok(APP));
    assert_eq!(same.judge(&assertion()).await, Err("assertion_replayed"));
    let elsewhere = assertion().claim("aud", name);
    assert_eq!(other.judge(&elsewhere).await.as_deref(), Ok(APP));
}

/// Answers as told, or never.
#[derive(Debug)]
struct Scripted(Option<ReplayError>);

impl ReplayStore for Scripted {
    fn insert<'a>(
        &'a self,
        proof: &'a UsedProof,
    ) -> MaybeReady<'a, Result<Insertion, ReplayError>> {
        assert_eq!(proof.now.as_unix_seconds(), NOW as i64);
        assert_eq!(proof.expires_at.as_unix_seconds(), NOW as i64 + 70);
        match &self.0 {
            Some(error) => MaybeReady::ready(Err(error.clone())),
            None => MaybeReady::pending(std::future::pending()),
        }
    }
}

#[tokio::test]
async fn cau_24_a_store_that_fails_refuses() {
    let full = ReplayError::Full { capacity: 1 };
    let share = ReplayError::PrincipalShareUsed { share: 1 };
    let down = sender_constraint::Unavailable::replay_store("it is down");
    for (error, status, kind) in [
        (Some(full), 503, "replay_full"),
        (Some(share), 429, "replay_principal_share_used"),
        (Some(down.into()), 503, "unavailable_replay_store"),
        (None, 503, "unavailable_replay_store"),
    ] {
        let rules = rules().replay_timeout(Duration::from_millis(1)).unwrap();
        let world = World::with(rules.replay_store(Scripted(error)), [app()]);
        let rejection = world
            .send(&head(), &form(&assertion().sign()))
            .await
            .unwrap_err();
        assert_eq!(rejection.kind(), kind);
        assert_eq!(rejection.status(), status);
        assert_eq!(rejection.error(), "temporarily_unavailable");
    }
}

#[tokio::test]
async fn cau_16_nothing_is_recorded_of_a_refused_assertion() {
    let world = World::new();
    let forged = assertion_of(APP, &Key::from_seed("ES256", 99));
    assert_eq!(world.judge(&forged).await, Err("assertion_signature"));
    assert_eq!(
        world.judge(&assertion_of(APP, &app_key())).await.as_deref(),
        Ok(APP)
    );
}
