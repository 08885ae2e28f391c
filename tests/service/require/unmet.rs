//! Several needs that are not met: one response, and a text for the operator that names all of them.

use std::time::Duration;

use sender_constraint::error::RequirementError;
use sender_constraint::require::{Require, SenderConstraint};

use super::{ask, lenient};
use crate::common::*;

fn kinds(errors: &[RequirementError]) -> Vec<&'static str> {
    errors.iter().map(Into::into).collect()
}

#[tokio::test]
async fn scp_04_all_unmet_needs_are_named_to_the_operator() {
    let world = lenient();
    let require = Require::scopes(["read", "pay"])
        .bound_by(SenderConstraint::Dpop)
        .client()
        .acr(["mfa"])
        .max_age(Duration::from_secs(300))
        .authorization_details("payment", |_| true)
        .predicate("auditor", |_| panic!("the other needs are not met"));
    let token = Token::unbound(&world.issuer).claim("scope", "read");
    let answer = ask(&world, &token, &require).await;
    answer.assert_refused("TOK(Bearer)", "requirement_sender_constraint");
    let rejection = answer.rejection();
    assert_eq!(
        kinds(rejection.also_unmet()),
        [
            "requirement_user_token",
            "requirement_acr",
            "requirement_auth_time_missing",
            "requirement_scope",
            "requirement_authorization_details",
        ]
    );
    let text = rejection.to_string();
    for setting in [
        "`Require::bound_by`",
        "`Require::client`",
        "`Require::acr`",
        "`Require::max_age`",
        "`Require::scopes`",
        "`Require::authorization_details`",
    ] {
        assert_eq!(text.matches(setting).count(), 1, "{setting}: {text}");
    }
    assert!(!answer.challenges().concat().contains("mfa"));
}

#[tokio::test]
async fn scp_04_one_unmet_need_is_named_alone() {
    let world = World::new();
    let require = Require::scopes(["pay"]).acr(["mfa"]);
    let token = world.token().claim("acr", "mfa");
    let answer = ask(&world, &token, &require).await;
    answer.assert_refused("SCOPE(DPoP)", "requirement_scope");
    assert!(answer.rejection().also_unmet().is_empty());
    assert!(!answer.rejection().to_string().contains("also"));
    let conditions = Require::any_token()
        .predicate("first", |_| true)
        .predicate("second", |_| false)
        .predicate("third", |_| panic!("relies on the second"));
    let answer = ask(&world, &world.token(), &conditions).await;
    answer.assert_refused("SCOPE(DPoP)", "requirement_predicate");
    assert!(answer.rejection().to_string().contains("\"second\""));
}
