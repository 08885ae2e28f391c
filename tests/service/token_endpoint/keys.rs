//! Whose keys verify an assertion.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sender_constraint::Unavailable;
use sender_constraint::future::MaybeReady;
use sender_constraint::keys::{KeyHint, KeySource, StaticKeys, VerificationKey};
use sender_constraint::time::Timestamp;
use sender_constraint::token_endpoint::{
    Client, ClientAuthenticator, ClientRegistry, RegistrationError, StaticClients,
};
use serde_json::{Value, json};

use super::world::{APP, World, app, app_key, assertion, assertion_of, form, head, keys_of, rules};
use crate::common::{Key, TestClock, keys_after};

/// Counts lookups, and may be down.
#[derive(Debug)]
struct Counted {
    keys: StaticKeys,
    lookups: Arc<AtomicUsize>,
    is_down: bool,
}

impl KeySource for Counted {
    fn find<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
        self.lookups.fetch_add(1, Ordering::SeqCst);
        if self.is_down {
            return MaybeReady::ready(Err(Unavailable::issuer_keys("it is down")));
        }
        self.keys.find(hint, now)
    }

    fn is_current(&self, key: &VerificationKey, now: Timestamp) -> bool {
        self.keys.is_current(key, now)
    }
}

fn counted(is_down: bool) -> (World, Arc<AtomicUsize>) {
    let lookups = Arc::new(AtomicUsize::new(0));
    let keys = Counted {
        keys: keys_of(&app_key()),
        lookups: Arc::clone(&lookups),
        is_down,
    };
    let client = Client::private_key_jwt(APP, keys).unwrap();
    (World::with(rules(), [client]), lookups)
}

#[tokio::test]
async fn cau_15_a_client_cannot_sign_for_another() {
    // Both publish their key under the `kid` k1.
    let other_key = Key::from_seed("ES256", 50);
    let other = Client::private_key_jwt("other", keys_of(&other_key)).unwrap();
    let world = World::with(rules(), [app(), other]);
    let forged = assertion().signed_by(&other_key);
    assert_eq!(world.judge(&forged).await, Err("assertion_signature"));
    let honest = assertion_of("other", &other_key);
    assert_eq!(world.judge(&honest).await.as_deref(), Ok("other"));
    assert_eq!(world.judge(&assertion()).await.as_deref(), Ok(APP));
}

#[tokio::test]
async fn cau_15_nothing_is_looked_up_for_unknown_clients_and_bad_claims() {
    let (world, lookups) = counted(false);
    for unknown in ["other", "APP", "app ", "\u{e4}pp", &"a".repeat(513)] {
        let body = form(&assertion_of(unknown, &app_key()).sign());
        let answer = world.send(&head(), &body).await.unwrap_err();
        assert_eq!(answer.kind(), "client_unknown_client", "{unknown}");
    }
    let expired = assertion().claim("exp", 1);
    assert_eq!(world.judge(&expired).await, Err("assertion_expired"));
    assert_eq!(lookups.load(Ordering::SeqCst), 0);
    assert_eq!(world.judge(&assertion()).await.as_deref(), Ok(APP));
    assert_eq!(lookups.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn cau_15_an_unknown_client_and_a_bad_signature_are_answered_alike() {
    let world = World::new();
    let unknown = form(&assertion_of("other", &app_key()).sign());
    let forged = form(&assertion().signed_by(&Key::from_seed("ES256", 99)).sign());
    let mut answers = Vec::new();
    for body in [unknown, forged] {
        let response = world.send(&head(), &body).await.unwrap_err().to_response();
        answers.push(format!("{response:?}"));
    }
    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].contains("401") && answers[0].contains("invalid_client"));
}

#[tokio::test]
async fn cau_15_old_and_new_key_overlap_while_both_are_published() {
    let (old, new) = (app_key(), Key::from_seed("ES256", 51));
    let jwks = json!({"keys": [old.published("k1"), new.published("k2")]});
    let both = StaticKeys::from_json(&jwks.to_string()).unwrap();
    let world = World::with(rules(), [Client::private_key_jwt(APP, both).unwrap()]);
    assert_eq!(world.judge(&assertion()).await.as_deref(), Ok(APP));
    let by_new = assertion_of(APP, &new)
        .header("kid", "k2")
        .claim("jti", "j2");
    assert_eq!(world.judge(&by_new).await.as_deref(), Ok(APP));
    let wrong_kid = assertion_of(APP, &new).claim("jti", "j3");
    assert_eq!(world.judge(&wrong_kid).await, Err("assertion_signature"));
}

#[tokio::test]
async fn jose_10_sixteen_keys_verify_an_assertion_without_kid() {
    let assertion = assertion().header("kid", Value::Null);
    for (others, last, verdict) in [
        (15, app_key().jwk(), Ok(APP)),
        (16, app_key().jwk(), Err("assertion_signature")),
        (16, app_key().published("k1"), Ok(APP)),
    ] {
        let client = Client::private_key_jwt(APP, keys_after(others, last)).unwrap();
        let judged = World::with(rules(), [client]).judge(&assertion).await;
        assert_eq!(judged.as_deref().map_err(|kind| *kind), verdict);
    }
}

#[tokio::test]
async fn cau_24_an_outage_of_the_keys_is_503() {
    let (world, _) = counted(true);
    let answer = world.send(&head(), &form(&assertion().sign())).await;
    let rejection = answer.unwrap_err();
    assert_eq!(rejection.kind(), "unavailable_issuer_keys");
    assert_eq!(rejection.status(), 503);
}

/// Takes two minutes to answer.
#[derive(Debug)]
struct Slow(StaticKeys, TestClock);

impl KeySource for Slow {
    fn find<'a>(
        &'a self,
        hint: &'a KeyHint<'a>,
        now: Timestamp,
    ) -> MaybeReady<'a, Result<Vec<Arc<VerificationKey>>, Unavailable>> {
        self.1.advance(120);
        self.0.find(hint, now)
    }

    fn is_current(&self, key: &VerificationKey, now: Timestamp) -> bool {
        self.0.is_current(key, now)
    }
}

#[tokio::test]
async fn cau_14_the_time_is_checked_again_after_waiting_for_keys() {
    let world = World::of(|clock| {
        let keys = Slow(keys_of(&app_key()), clock.clone());
        let client = Client::private_key_jwt(APP, keys).unwrap();
        let clients = StaticClients::new([client]).unwrap();
        ClientAuthenticator::new(rules(), clients).clock(clock)
    });
    assert_eq!(world.judge(&assertion()).await, Err("assertion_expired"));
}

#[cfg(feature = "reqwest")]
#[tokio::test]
async fn cau_15_keys_of_a_client_are_fetched_from_its_jwks_uri() {
    let server = sender_constraint_testing::IssuerServer::start()
        .await
        .unwrap();
    let issuer = server.issuer();
    let keys = sender_constraint::keys::RemoteKeys::discover(issuer.name()).await;
    let client = Client::private_key_jwt(APP, keys.unwrap()).unwrap();
    let world = World::with(rules(), [client]);
    let answer = world.judge(&assertion_of(APP, issuer.key())).await;
    assert_eq!(answer.as_deref(), Ok(APP));
    let forged = assertion().claim("jti", "j2");
    assert_eq!(world.judge(&forged).await, Err("assertion_signature"));
}

/// Returns what it has, whoever is asked for.
#[derive(Debug)]
struct Careless(Result<Option<Arc<Client>>, Unavailable>);

impl ClientRegistry for Careless {
    fn find<'a>(&'a self, _: &'a str) -> MaybeReady<'a, Result<Option<Arc<Client>>, Unavailable>> {
        MaybeReady::ready(self.0.clone())
    }
}

#[tokio::test]
async fn cau_15_a_registration_of_another_identifier_counts_as_none() {
    let wrong = Client::private_key_jwt("App", keys_of(&app_key())).unwrap();
    let registry = Careless(Ok(Some(Arc::new(wrong))));
    let world = World::of(|clock| ClientAuthenticator::new(rules(), registry).clock(clock));
    assert_eq!(
        world.judge(&assertion()).await,
        Err("client_unknown_client")
    );
}

#[tokio::test]
async fn cau_24_an_outage_of_the_registry_is_503() {
    let registry = Careless(Err(Unavailable::client_registry("it is down")));
    let world = World::of(|clock| ClientAuthenticator::new(rules(), registry).clock(clock));
    let rejection = world
        .send(&head(), &form(&assertion().sign()))
        .await
        .unwrap_err();
    assert_eq!(rejection.kind(), "unavailable_client_registry");
    assert_eq!(rejection.status(), 503);
    assert_eq!(
        rejection.to_string(),
        "the client registry is unavailable: it is down"
    );
}

#[test]
fn cau_15_registrations_are_checked() {
    let client = |id: &str| Client::private_key_jwt(id, keys_of(&app_key()));
    assert!(client(&"a".repeat(512)).is_ok());
    for id in ["", "a\nb", "a\u{e4}", "a\0", &"a".repeat(513)] {
        let refused = client(id).unwrap_err();
        assert_eq!(refused, RegistrationError::ClientId(id.to_owned()));
    }
    let twice = StaticClients::new([app(), app()]).unwrap_err();
    assert_eq!(twice, RegistrationError::Duplicate(APP.to_owned()));
}
