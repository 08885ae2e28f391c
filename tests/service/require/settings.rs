//! Requirements with a mistake are met by no request.

use std::time::Duration;

use sender_constraint::ConfigError;
use sender_constraint::require::{Require, SenderConstraint};

use super::ask;
use crate::common::*;

const NONE: [&str; 0] = [];

fn mistakes() -> Vec<Require> {
    let any = Require::any_token;
    vec![
        Require::scopes(NONE),
        Require::scopes(["a b"]),
        Require::scopes([""]),
        Require::scopes(["a\""]),
        any().any_scope(NONE),
        any().any_scope(["a\\"]),
        any().acr(NONE),
        any().acr(["a b"]),
        any().acr(["a"]).acr(["b"]),
        any().max_age(Duration::MAX),
        any().max_age(Duration::ZERO).max_age(Duration::ZERO),
        any().clock_skew(Duration::from_secs(301)),
        any().user().client(),
        any()
            .bound_by(SenderConstraint::Any)
            .bound_by(SenderConstraint::Dpop),
        any().locations(NONE),
    ]
}

#[tokio::test]
async fn requirement_with_a_mistake_refuses_every_request() {
    let world = World::new();
    for require in mistakes() {
        let mistake = require.validate().unwrap_err();
        let answer = ask(&world, &world.token(), &require).await;
        answer.assert_refused("500", "requirement_invalid");
        assert!(answer.challenges().is_empty());
        assert!(
            answer
                .rejection()
                .to_string()
                .contains(&mistake.to_string())
        );
    }
}

#[test]
fn needs_are_limited() {
    let scopes = |number: usize| (0..number).map(|each| format!("s{each}"));
    assert!(Require::scopes(scopes(64)).validate().is_ok());
    let error = Require::scopes(scopes(65)).validate().unwrap_err();
    assert!(matches!(
        error,
        ConfigError::Size {
            value: 65,
            most: 64,
            ..
        }
    ));
    assert!(
        Require::scopes(scopes(64))
            .any_scope(["a"])
            .validate()
            .is_err()
    );
    assert!(Require::any_token().acr(scopes(65)).validate().is_err());
    assert!(
        Require::any_token()
            .locations(scopes(65))
            .validate()
            .is_err()
    );
    let predicates = |number: usize| {
        (0..number).fold(Require::any_token(), |require, _| {
            require.predicate("p", |_| true)
        })
    };
    assert!(predicates(64).validate().is_ok());
    assert!(predicates(65).validate().is_err());
    let details = |number: usize| {
        (0..number).fold(Require::any_token(), |require, _| {
            require.authorization_details("t", |_| true)
        })
    };
    assert!(details(64).validate().is_ok());
    assert!(details(65).validate().is_err());
    let long = "a".repeat(256);
    assert!(Require::scopes([&long]).validate().is_ok());
    assert!(Require::scopes([format!("{long}a")]).validate().is_err());
    let years = Duration::from_secs(10 * 366 * 24 * 3600);
    assert!(Require::any_token().max_age(years).validate().is_ok());
    assert!(
        Require::any_token()
            .max_age(years + Duration::from_secs(1))
            .validate()
            .is_err()
    );
    assert!(
        Require::any_token()
            .clock_skew(Duration::from_secs(300))
            .validate()
            .is_ok()
    );
}

#[test]
fn requirement_is_one_line_for_people() {
    let require = Require::scopes(["a", "b"])
        .any_scope(["c", "d"])
        .acr(["mfa"])
        .max_age(Duration::from_secs(300))
        .user()
        .bound_by(SenderConstraint::Dpop)
        .authorization_details("payment", |_| true)
        .predicate("staff", |_| true);
    assert_eq!(
        require.to_string(),
        "scope a; scope b; scope c or d; acr mfa; max_age 300; a user's token; a DPoP proof; \
         authorization_details payment; staff"
    );
    assert_eq!(Require::any_token().to_string(), "any token");
}
