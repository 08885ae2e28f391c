//! What the rule's answer means, and for how long.

use std::time::Duration;

use sender_constraint::ConfigError;
use sender_constraint::Unavailable;
use sender_constraint::future::MaybeReady;
use sender_constraint::token::{Issuer, IssuerResolver, JwtVerifier, TenantIssuers};

use super::world::*;
use crate::common::*;

const REFUSED: (&str, &str) = ("TOK(Bearer)", "token_issuer");

#[tokio::test]
async fn ten_01_rule_decides_which_issuers_are_accepted() {
    let rule = Rule::allowing(&[ACME]);
    let world = world(&TenantIssuers::new(rule.clone()));
    let answer = send(&world, ACME, 0).await;
    answer.assert_passed();
    assert_eq!(answer.access().issuer(), ACME);
    for other in [
        BETA,
        "https://login.example.com/acme/",
        "https://login.example.com/ACME",
    ] {
        send(&world, other, 0)
            .await
            .assert_refused(REFUSED.0, REFUSED.1);
    }
    assert_eq!(rule.calls(), 4);
}

#[tokio::test]
async fn ten_01_rule_sees_only_issuer_identifiers_of_bounded_length() {
    let rule = Rule::allowing(&[ACME]);
    let world = world(&TenantIssuers::new(rule.clone()));
    let long = |length: usize| format!("https://login.example.com/{}", "a".repeat(length - 26));
    for name in [
        "",
        "acme",
        "https://",
        "ftp://login.example.com/acme",
        "https://login.example.com/acme?x",
        "https://login.example.com/acme#x",
        "https://user@login.example.com/acme",
        " https://login.example.com/acme",
        &long(513),
    ] {
        send(&world, name, 0)
            .await
            .assert_refused(REFUSED.0, REFUSED.1);
    }
    assert_eq!(rule.calls(), 0);
    send(&world, &long(512), 0)
        .await
        .assert_refused(REFUSED.0, REFUSED.1);
    assert_eq!(rule.calls(), 1);
}

#[tokio::test]
async fn ten_01_token_must_be_signed_by_the_keys_of_the_answer() {
    let world = world(&TenantIssuers::new(Rule::allowing(&[ACME])));
    send(&world, ACME, 0).await.assert_passed();
    let forged = Token::unbound(&Key::from_seed("ES256", 9)).claim("iss", ACME);
    let answer = world.present_bearer(&forged.sign()).await;
    answer.assert_refused("TOK(Bearer)", "token_signature");
}

#[tokio::test]
async fn ten_01_configured_issuers_need_no_rule() {
    let rule = Rule::allowing(&[ACME]);
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys()).unwrap();
    let tokens = tokens
        .add_tenants(TenantIssuers::new(rule.clone()))
        .unwrap();
    let world = world_of(tokens.clone());
    send(&world, ISSUER, 0).await.assert_passed();
    assert_eq!(rule.calls(), 0);
    send(&world, ACME, 0).await.assert_passed();
    assert_eq!(rule.calls(), 1);
    let twice = tokens.add_tenants(TenantIssuers::new(rule));
    assert_eq!(twice.unwrap_err(), ConfigError::Repeated("add_tenants"));
}

#[tokio::test]
async fn ten_02_allowed_issuer_is_asked_for_once_in_its_time() {
    let rule = Rule::allowing(&[ACME]);
    let world = world(&TenantIssuers::new(rule.clone()));
    for nth in 0..3 {
        send(&world, ACME, nth).await.assert_passed();
    }
    assert_eq!(rule.calls(), 1);
    assert_eq!(rule.last_call(), (ACME.to_owned(), false));
    world.clock.set(NOW + 299);
    send(&world, ACME, 0).await.assert_passed();
    assert_eq!(rule.calls(), 1);
    world.clock.set(NOW + 300);
    send(&world, ACME, 0).await.assert_passed();
    assert_eq!(rule.calls(), 2);
    assert_eq!(rule.last_call(), (ACME.to_owned(), true));
}

#[tokio::test]
async fn ten_02_issuer_that_is_no_longer_allowed_is_refused_with_its_cached_tokens() {
    let rule = Rule::allowing(&[ACME]);
    let world = world(&TenantIssuers::new(rule.clone()));
    send(&world, ACME, 0).await.assert_passed();
    rule.withdraw(ACME);
    world.clock.set(NOW + 299);
    send(&world, ACME, 0).await.assert_passed();
    world.clock.set(NOW + 300);
    send(&world, ACME, 0)
        .await
        .assert_refused(REFUSED.0, REFUSED.1);
    send(&world, ACME, 1)
        .await
        .assert_refused(REFUSED.0, REFUSED.1);
    assert_eq!(rule.calls(), 2);
}

#[tokio::test]
async fn ten_02_clock_that_was_set_back_prolongs_no_answer() {
    let rule = Rule::allowing(&[ACME]);
    let world = world(&TenantIssuers::new(rule.clone()));
    send(&world, ACME, 0).await.assert_passed();
    rule.withdraw(ACME);
    world.clock.set(NOW - 20);
    send(&world, ACME, 0)
        .await
        .assert_refused(REFUSED.0, REFUSED.1);
}

#[tokio::test]
async fn ten_02_refused_issuer_stays_refused_for_a_short_time() {
    let rule = Rule::allowing(&[]);
    let world = world(&TenantIssuers::new(rule.clone()));
    send(&world, ACME, 0)
        .await
        .assert_refused(REFUSED.0, REFUSED.1);
    rule.allow(ACME);
    world.clock.set(NOW + 9);
    send(&world, ACME, 1)
        .await
        .assert_refused(REFUSED.0, REFUSED.1);
    assert_eq!(rule.calls(), 1);
    world.clock.set(NOW + 10);
    send(&world, ACME, 2).await.assert_passed();
}

#[tokio::test]
async fn ten_03_rule_that_fails_is_an_outage_and_is_called_again() {
    let rule = Rule::allowing(&[ACME]);
    let world = world(&TenantIssuers::new(rule.clone()));
    rule.set_away(true);
    let answer = send(&world, ACME, 0).await;
    answer.assert_refused("INFRA", "unavailable_issuer_resolver");
    rule.set_away(false);
    send(&world, ACME, 0).await.assert_passed();
    // A tenant that is known is not accepted during an outage either.
    rule.set_away(true);
    world.clock.set(NOW + 300);
    let answer = send(&world, ACME, 0).await;
    answer.assert_refused("INFRA", "unavailable_issuer_resolver");
    rule.set_away(false);
    send(&world, ACME, 0).await.assert_passed();
}

#[tokio::test(start_paused = true)]
async fn ten_03_rule_that_does_not_answer_is_an_outage() {
    let rule = Rule::allowing(&[ACME]);
    let tenants = TenantIssuers::new(rule.clone());
    let world = world(&tenants.timeout(Duration::from_secs(1)).unwrap());
    rule.hold();
    let answer = send(&world, ACME, 0).await;
    answer.assert_refused("INFRA", "unavailable_issuer_resolver");
    let text = answer.rejection().to_string();
    assert!(text.contains("`TenantIssuers::timeout`"), "{text}");
}

#[derive(Debug)]
struct Confused;

impl IssuerResolver for Confused {
    fn resolve<'a>(
        &'a self,
        _: &'a str,
        _: Option<&'a Issuer>,
    ) -> MaybeReady<'a, Result<Option<Issuer>, Unavailable>> {
        MaybeReady::ready(Ok(Some(configured(BETA))))
    }
}

#[tokio::test]
async fn ten_03_answer_for_another_issuer_is_not_used() {
    let world = world(&TenantIssuers::new(Confused));
    send(&world, BETA, 0).await.assert_passed();
    let answer = send(&world, ACME, 0).await;
    answer.assert_refused("INFRA", "unavailable_issuer_resolver");
    let text = answer.rejection().to_string();
    assert!(text.contains(BETA), "{text}");
}

#[tokio::test]
async fn ten_07_purged_issuer_is_asked_for_again_at_once() {
    let rule = Rule::allowing(&[ACME, BETA]);
    let tenants = TenantIssuers::new(rule.clone());
    let world = world(&tenants);
    send(&world, ACME, 0).await.assert_passed();
    send(&world, BETA, 0).await.assert_passed();
    rule.withdraw(ACME);
    rule.withdraw(BETA);
    tenants.purge(ACME);
    send(&world, ACME, 0)
        .await
        .assert_refused(REFUSED.0, REFUSED.1);
    send(&world, BETA, 0).await.assert_passed();
    rule.allow(ACME);
    tenants.purge(ACME);
    send(&world, ACME, 0).await.assert_passed();
    assert_eq!(rule.last_call(), (ACME.to_owned(), false));
    assert_eq!(rule.calls(), 4);
}

/// The answer that a purge overtakes serves the request that waited for it, and no later one: neither from the cache nor
/// from the call in progress.
#[tokio::test]
async fn ten_07_purge_during_a_call_discards_its_answer() {
    let rule = Rule::allowing(&[ACME]);
    let tenants = TenantIssuers::new(rule.clone());
    let world = world(&tenants);
    rule.hold();
    let first = send(&world, ACME, 0);
    let meanwhile = async {
        while rule.calls() < 1 {
            tokio::task::yield_now().await;
        }
        tenants.purge(ACME);
        let release = async {
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
            assert_eq!(rule.calls(), 2);
            rule.release(3);
        };
        tokio::join!(send(&world, ACME, 0), release).0
    };
    let (first, later) = tokio::join!(first, meanwhile);
    first.assert_passed();
    later.assert_passed();
    tenants.purge(ACME);
    rule.withdraw(ACME);
    send(&world, ACME, 0)
        .await
        .assert_refused(REFUSED.0, REFUSED.1);
}

#[tokio::test]
async fn ten_09_audience_of_an_issuer_replaces_those_of_the_verifier() {
    let own = "https://acme.example.com";
    let acme = configured(ACME).audience(own).unwrap();
    let tokens = JwtVerifier::for_issuer(acme, AUDIENCE).unwrap();
    let world = world_of(tokens.add_issuer(configured(BETA)).unwrap());
    let answer = async |issuer: &str, audience: &str| {
        let token = Token::unbound(&world.issuer).claim("iss", issuer);
        world
            .present_bearer(&token.claim("aud", audience).sign())
            .await
    };
    answer(ACME, own).await.assert_passed();
    answer(BETA, AUDIENCE).await.assert_passed();
    for (issuer, audience) in [(ACME, AUDIENCE), (BETA, own)] {
        let refused = answer(issuer, audience).await;
        refused.assert_refused("TOK(Bearer)", "token_audience");
    }
    let second = configured(ACME)
        .audience(own)
        .unwrap()
        .audience("b")
        .unwrap();
    let world = world_of(JwtVerifier::for_issuer(second, AUDIENCE).unwrap());
    let token = Token::unbound(&world.issuer)
        .claim("iss", ACME)
        .claim("aud", "b");
    world.present_bearer(&token.sign()).await.assert_passed();
    for unusable in ["", " a", "a "] {
        let error = configured(ACME).audience(unusable).unwrap_err();
        assert_eq!(error, ConfigError::Audience(unusable.to_owned()));
    }
}
