//! Step-up authentication (RFC 9470).

use std::time::Duration;

use http::StatusCode;
use sender_constraint::require::Require;
use serde_json::json;

use super::{ask, lenient};
use crate::common::*;

fn five_minutes() -> Require {
    Require::any_token().max_age(Duration::from_secs(300))
}

#[tokio::test]
async fn step_01_other_acr_is_401_in_the_scheme_that_was_used() {
    let world = lenient();
    let require = Require::any_token().acr(["high"]);
    let bound = world.token();
    ask(&world, &bound.clone().claim("acr", "high"), &require)
        .await
        .assert_passed();
    let unbound = Token::unbound(&world.issuer);
    for (token, scheme) in [(bound, "DPoP"), (unbound, "Bearer")] {
        for acr in [json!("low"), json!("HIGH"), json!("high+"), json!(null)] {
            let answer = ask(&world, &token.clone().claim("acr", acr), &require).await;
            answer.assert_refused(&format!("STEP({scheme})"), "requirement_acr");
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        }
    }
}

#[tokio::test]
async fn resp_31_challenge_names_acr_values_and_max_age() {
    let world = World::new();
    let require = five_minutes().acr(["phr", "mfa"]);
    let answer = ask(&world, &world.token(), &require).await;
    let expected = "DPoP algs=\"ES256 ES384 EdDSA Ed25519 PS256\", error=\"insufficient_user_authentication\", \
        error_description=\"A different authentication level is required\", acr_values=\"phr mfa\", max_age=\"300\"";
    assert_eq!(answer.challenges(), [expected]);
    assert_eq!(answer.rejection().required_acr_values(), Some("phr mfa"));
    assert_eq!(answer.rejection().required_max_age(), Some(300));
}

#[tokio::test]
async fn step_02_one_of_the_acr_values_suffices() {
    let world = World::new();
    let require = Require::any_token().acr(["phr", "mfa"]);
    for acr in ["phr", "mfa"] {
        let token = world.token().claim("acr", acr);
        ask(&world, &token, &require).await.assert_passed();
    }
}

#[tokio::test]
async fn step_03_authentication_is_at_most_max_age_old() {
    let world = World::new();
    let aged = |seconds: u64| world.token().claim("auth_time", NOW - seconds);
    for age in [0, 299, 300] {
        ask(&world, &aged(age), &five_minutes())
            .await
            .assert_passed();
    }
    let answer = ask(&world, &aged(301), &five_minutes()).await;
    answer.assert_refused("STEP(DPoP)", "requirement_auth_time");
    assert!(answer.challenges()[0].ends_with("max_age=\"300\""));
    let skewed = five_minutes().clock_skew(Duration::from_secs(10));
    ask(&world, &aged(310), &skewed).await.assert_passed();
    let answer = ask(&world, &aged(311), &skewed).await;
    answer.assert_refused("STEP(DPoP)", "requirement_auth_time");
    // What the client must achieve does not include the difference of clocks.
    assert!(answer.challenges()[0].ends_with("max_age=\"300\""));
}

#[tokio::test]
async fn step_03_token_without_auth_time_is_not_recent() {
    let world = World::new();
    let answer = ask(&world, &world.token(), &five_minutes()).await;
    answer.assert_refused("STEP(DPoP)", "requirement_auth_time_missing");
}

#[tokio::test]
async fn step_03_authentication_in_the_future_is_not_recent() {
    let world = World::new();
    let ahead = |seconds: u64| world.token().claim("auth_time", NOW + seconds);
    ask(&world, &ahead(60), &five_minutes())
        .await
        .assert_passed();
    let in_milliseconds = world.token().claim("auth_time", NOW * 1000);
    for token in [ahead(61), in_milliseconds] {
        let answer = ask(&world, &token, &five_minutes()).await;
        answer.assert_refused("STEP(DPoP)", "requirement_auth_time_in_future");
    }
    let skewed = five_minutes().clock_skew(Duration::from_secs(90));
    ask(&world, &ahead(90), &skewed).await.assert_passed();
    let answer = ask(&world, &ahead(91), &skewed).await;
    answer.assert_refused("STEP(DPoP)", "requirement_auth_time_in_future");
}

#[tokio::test]
async fn step_04_combined_needs_are_one_401_with_scope() {
    let world = World::new();
    let require = Require::scopes(["read", "pay"])
        .acr(["mfa"])
        .max_age(Duration::ZERO);
    let answer = ask(&world, &world.token().claim("scope", "read"), &require).await;
    answer.assert_refused("STEP(DPoP)", "requirement_acr");
    let needs = "scope=\"read pay\", acr_values=\"mfa\", max_age=\"0\"";
    assert!(
        answer.challenges()[0].ends_with(needs),
        "{:?}",
        answer.challenges()
    );
    assert_eq!(answer.challenges().len(), 1);
    // Scopes are named only if they are missing.
    let answer = ask(&world, &world.token().claim("scope", "read pay"), &require).await;
    assert!(!answer.challenges()[0].contains("scope="));
    let stepped_up = world.token().claim("acr", "mfa").claim("auth_time", NOW);
    let answer = ask(&world, &stepped_up.clone().claim("scope", "read"), &require).await;
    answer.assert_refused("SCOPE(DPoP)", "requirement_scope");
    ask(&world, &stepped_up.claim("scope", "pay read"), &require)
        .await
        .assert_passed();
}

#[tokio::test]
async fn step_05_invalid_token_does_not_learn_what_the_route_requires() {
    let world = World::new();
    let require = five_minutes().acr(["high"]);
    let layer = world.guard.layer().require(require).scope_in_challenges();
    let world = world.behind(layer);
    let token = world.token().claim("exp", NOW - 3600).sign();
    let answer = world.present(&token, &world.proof(&token).sign()).await;
    answer.assert_refused("TOK(DPoP)", "token_expired");
    for challenge in answer.challenges() {
        assert!(!challenge.contains("acr_values") && !challenge.contains("max_age"));
    }
}

#[tokio::test]
async fn step_07_acr_values_have_no_order() {
    let world = World::new();
    let require = Require::any_token().acr(["2"]);
    for acr in ["1", "3", "22", "2 3"] {
        let answer = ask(&world, &world.token().claim("acr", acr), &require).await;
        answer.assert_refused("STEP(DPoP)", "requirement_acr");
    }
    // The application's order, if it has one.
    let at_least_2 = Require::any_token().predicate("acr of at least 2", |access| {
        let level: Option<u32> = access.acr().and_then(|acr| acr.parse().ok());
        level.is_some_and(|level| level >= 2)
    });
    let token = world.token().claim("acr", "3");
    ask(&world, &token, &at_least_2).await.assert_passed();
}
