//! What a deny-list denies: exactly what its entries name, from the next request on.

use sender_constraint::Digest;
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::revocation::{
    Denial, DenyList, Entry, Revocation, RevocationError, TokenUse,
};
use sender_constraint::time::Timestamp;
use sender_constraint::token::{Issuer, JwtVerifier};
use sender_constraint::{Guard, Unavailable};
use serde_json::{Value, json};

use crate::common::*;

#[tokio::test]
async fn ssf_11_each_kind_of_entry_denies_from_the_next_request_on() {
    for (entry, shown) in entries() {
        let (world, list) = world();
        let token = token(&world).sign();
        // From now on the token is in the cache.
        world.present_token(&token).await.assert_passed();
        list.deny(entry.clone()).unwrap();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "revocation_denied");
        let text = answer.rejection().to_string();
        assert!(text.contains(shown), "{text}");
        assert_eq!(answer.rejection().client_id(), Some("app"));
        assert!(list.lift(&entry));
        world.present_token(&token).await.assert_passed();
        assert_eq!(world.calls(), 2);
    }
}

#[tokio::test]
async fn ssf_11_entry_denies_nothing_else() {
    let (world, list) = world();
    let other = "https://other.example.com";
    let stranger = Digest::sha256(b"another key");
    for entry in [
        // The same names of another issuer.
        Entry::token(other, "the-token"),
        Entry::subject(other, "alice"),
        Entry::client(other, "app"),
        Entry::signing_key(other, "k1"),
        Entry::issuer(other),
        // Another spelling is another name.
        Entry::token(ISSUER, "The-token"),
        Entry::client(ISSUER, "APP"),
        Entry::client(ISSUER, "app "),
        Entry::subject(ISSUER, "alic\u{65}\u{301}"),
        Entry::issuer("https://as.example.com/"),
        // A name of another kind.
        Entry::token(ISSUER, "alice"),
        Entry::subject(ISSUER, "app"),
        Entry::client(ISSUER, "alice"),
        Entry::signing_key(ISSUER, "the-token"),
        Entry::key(stranger),
        Entry::certificate(client_key(&world)),
        Entry::client(ISSUER, "app").issued_before(at(-1)),
        Entry::subject(ISSUER, "alice").issued_before(at(-1)),
    ] {
        list.deny(entry).unwrap();
    }
    world
        .present_token(&token(&world).sign())
        .await
        .assert_passed();
    assert_eq!(list.len(), 18);
}

#[tokio::test]
async fn ssf_11_client_cannot_evade_an_entry_by_an_escaped_spelling() {
    let (world, list) = world();
    list.deny(Entry::client(ISSUER, "app")).unwrap();
    let token = token(&world);
    let claims = token
        .claims
        .to_string()
        .replace(r#""app""#, r#""\u0061pp""#);
    let token = token.sign_texts(&token.header.to_string(), &claims);
    world
        .present_token(&token)
        .await
        .assert_refused("TOK(DPoP)", "revocation_denied");
}

#[tokio::test]
async fn ssf_11_signing_key_is_denied_whatever_kid_the_token_names() {
    let (world, list) = world();
    list.deny(Entry::signing_key(ISSUER, "k1")).unwrap();
    let token = token(&world).header("kid", Value::Null).sign();
    world
        .present_token(&token)
        .await
        .assert_refused("TOK(DPoP)", "revocation_denied");
}

#[tokio::test]
async fn ssf_05_tokens_issued_up_to_the_second_are_denied_and_later_ones_are_not() {
    for entry in [
        Entry::subject(ISSUER, "alice"),
        Entry::client(ISSUER, "app"),
    ] {
        let (world, list) = world();
        list.deny(entry.issued_before(at(0))).unwrap();
        for (iat, is_denied) in [
            (json!(NOW - 1), true),
            (json!(NOW), true),
            (json!(NOW as f64 + 0.9), true),
            (json!(NOW + 1), false),
        ] {
            let token = token(&world).claim("iat", iat.clone()).sign();
            let answer = world.present_token(&token).await;
            if is_denied {
                answer.assert_refused("TOK(DPoP)", "revocation_denied");
            } else {
                answer.assert_passed();
            }
        }
    }
}

#[tokio::test]
async fn ssf_05_token_without_iat_counts_as_issued_before() {
    let (world, list) = lenient_world();
    let token = token(&world)
        .claim("iat", Value::Null)
        .header("typ", "JWT")
        .sign();
    world.present_token(&token).await.assert_passed();
    list.deny(Entry::subject(ISSUER, "alice").issued_before(at(-3600)))
        .unwrap();
    world
        .present_token(&token)
        .await
        .assert_refused("TOK(DPoP)", "revocation_denied");
}

#[tokio::test]
async fn ssf_11_token_without_the_claims_is_still_denied_by_the_others() {
    for entry in [
        Entry::issuer(ISSUER),
        Entry::signing_key(ISSUER, "k1"),
        Entry::key(client_key(&World::new())),
    ] {
        let (world, list) = lenient_world();
        let mut token = token(&world).header("typ", "JWT");
        for claim in ["jti", "sub", "client_id"] {
            token = token.claim(claim, Value::Null);
        }
        let token = token.sign();
        world.present_token(&token).await.assert_passed();
        list.deny(entry).unwrap();
        world
            .present_token(&token)
            .await
            .assert_refused("TOK(DPoP)", "revocation_denied");
    }
}

#[tokio::test]
async fn ssf_11_unbound_tokens_are_denied_too() {
    let list = DenyList::with_clock(TestClock::at(NOW));
    let world = World::of(Key::from_seed("ES256", 0), |tokens| {
        let builder = Guard::builder(tokens).allow_unbound_tokens();
        builder.deny_list(list.clone())
    });
    let token = Token::unbound(&world.issuer).sign();
    world.present_bearer(&token).await.assert_passed();
    list.deny(Entry::client(ISSUER, "app")).unwrap();
    world
        .present_bearer(&token)
        .await
        .assert_refused("TOK(Bearer)", "revocation_denied");
}

#[tokio::test]
async fn ssf_11_entry_comes_before_the_signature_of_the_proof() {
    let (world, list) = world();
    list.deny(Entry::client(ISSUER, "app")).unwrap();
    let token = token(&world).sign();
    let mut forged = world.proof(&token);
    forged.key = Key::from_seed("ES256", 9);
    world
        .present(&token, &forged.sign())
        .await
        .assert_refused("TOK(DPoP)", "revocation_denied");
}

#[tokio::test]
async fn tsl_01_expired_token_stays_expired() {
    let (world, list) = world();
    list.deny(Entry::client(ISSUER, "app")).unwrap();
    let token = token(&world).claim("exp", NOW - 60).sign();
    world
        .present_token(&token)
        .await
        .assert_refused("TOK(DPoP)", "token_expired");
}

#[tokio::test]
async fn resp_12_denied_token_is_an_invalid_token_like_any_other() {
    let (world, list) = world();
    list.deny(Entry::subject(ISSUER, "alice")).unwrap();
    let denied = world.present_token(&token(&world).sign()).await;
    let forged = token(&world).signed_by(&Key::from_seed("ES256", 7)).sign();
    let forged = world.present_token(&forged).await;
    assert_eq!(denied.status(), 401);
    assert_eq!(denied.challenges(), forged.challenges());
    let challenges = denied.challenges().join("\n");
    assert!(
        challenges.contains(r#"error_description="The access token is invalid""#),
        "{challenges}"
    );
}

#[tokio::test]
async fn ssf_11_guards_share_a_list_and_a_guard_has_several() {
    let (world, list) = world();
    let own = DenyList::with_clock(TestClock::at(NOW));
    let guard = world.guard.to_builder().deny_list(own.clone());
    let mut derived = World::new();
    derived.guard = guard.build().unwrap();
    let token = token(&world).sign();
    own.deny(Entry::client(ISSUER, "app")).unwrap();
    world.present_token(&token).await.assert_passed();
    derived
        .present_token(&token)
        .await
        .assert_refused("TOK(DPoP)", "revocation_denied");
    own.lift(&Entry::client(ISSUER, "app"));
    list.deny(Entry::client(ISSUER, "app")).unwrap();
    for world in [&world, &derived] {
        world
            .present_token(&token)
            .await
            .assert_refused("TOK(DPoP)", "revocation_denied");
    }
}

#[tokio::test]
async fn resp_32_unknown_revocation_status_is_our_trouble() {
    let world = World::with(|builder| builder.revocation(Unknown));
    let answer = world.send(world.good_request()).await;
    answer.assert_refused("INFRA", "unavailable_revocation");
    let text = answer.rejection().to_string();
    assert_eq!(
        text,
        "the revocation status is unavailable: not yet fetched"
    );
    assert_eq!(world.calls(), 0);
}

#[tokio::test]
async fn ssf_11_implementation_of_the_application_is_called_too() {
    let world = World::with(|builder| builder.revocation(Mallory));
    world.send(world.good_request()).await.assert_passed();
    let token = world.token().claim("sub", "mallory").sign();
    let answer = world.present_token(&token).await;
    answer.assert_refused("TOK(DPoP)", "revocation_denied");
    assert!(answer.rejection().to_string().contains("session ended"));
}

#[derive(Debug)]
struct Unknown;

impl Revocation for Unknown {
    fn check(&self, _: &TokenUse<'_>, _: Timestamp) -> Result<(), RevocationError> {
        Err(Unavailable::revocation("not yet fetched").into())
    }
}

#[derive(Debug)]
struct Mallory;

impl Revocation for Mallory {
    fn check(&self, token_use: &TokenUse<'_>, _: Timestamp) -> Result<(), RevocationError> {
        match token_use.token().claims().subject() {
            Some("mallory") => Err(Denial::new("session ended").into()),
            _ => Ok(()),
        }
    }
}

/// An entry of each kind that denies the token of [`token`], and what the log shows of it.
fn entries() -> Vec<(Entry, &'static str)> {
    let key = client_key(&World::new());
    vec![
        (
            Entry::token(ISSUER, "the-token"),
            "the token with `jti` \"the-token\"",
        ),
        (
            Entry::subject(ISSUER, "alice"),
            "an entry for subject \"alice\"",
        ),
        (Entry::client(ISSUER, "app"), "an entry for client \"app\""),
        (
            Entry::client(ISSUER, "app").issued_before(at(0)),
            "tokens issued before a time to client \"app\"",
        ),
        (
            Entry::subject(ISSUER, "alice").issued_before(at(0)),
            "tokens issued before a time to subject \"alice\"",
        ),
        (
            Entry::signing_key(ISSUER, "k1"),
            "the signing key with `kid` \"k1\"",
        ),
        (
            Entry::issuer(ISSUER),
            "an entry for issuer \"https://as.example.com\"",
        ),
        (Entry::key(key), "the key with `jkt`"),
    ]
}

fn client_key(world: &World) -> Digest {
    Digest::from_base64url(&world.client.thumbprint()).unwrap()
}

fn world() -> (World, DenyList) {
    let list = DenyList::with_clock(TestClock::at(NOW));
    (World::with(|builder| builder.deny_list(list.clone())), list)
}

/// Accepts tokens of another `typ`, which need fewer claims.
fn lenient_world() -> (World, DenyList) {
    let list = DenyList::with_clock(TestClock::at(NOW));
    let key = Key::from_seed("ES256", 0);
    let set = json!({"keys": [key.published("k1")]}).to_string();
    let issuer = Issuer::new(ISSUER, StaticKeys::from_json(&set).unwrap()).unwrap();
    let tokens = JwtVerifier::for_issuer(issuer.accept_untyped_tokens(), AUDIENCE).unwrap();
    let world = World::with_tokens(key, tokens, |tokens| {
        let builder = Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap());
        builder.deny_list(list.clone())
    });
    (world, list)
}

fn token(world: &World) -> Token {
    world.token().claim("jti", "the-token")
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(NOW.checked_add_signed(seconds).unwrap())
}
