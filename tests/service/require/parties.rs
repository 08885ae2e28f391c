//! To whom the token was issued, how its sender is constrained, and conditions of the application.

use http::StatusCode;
use sender_constraint::require::{Require, SenderConstraint};
use serde_json::Value;

use super::{ask, lenient};
use crate::common::*;

#[tokio::test]
async fn scp_03_token_of_a_client_is_refused_where_a_user_is_required() {
    let world = World::new();
    let client = world.token().claim("sub", "app");
    let users = Require::any_token().user();
    ask(&world, &world.token(), &users).await.assert_passed();
    let answer = ask(&world, &client, &users).await;
    answer.assert_refused("SCOPE(DPoP)", "requirement_client_token");
    assert!(!answer.challenges()[0].contains(", scope="));

    let clients = Require::any_token().client();
    ask(&world, &client, &clients).await.assert_passed();
    let answer = ask(&world, &world.token(), &clients).await;
    answer.assert_refused("SCOPE(DPoP)", "requirement_user_token");
}

#[test]
fn jwt_13_token_without_subject_is_not_that_of_a_user() {
    let claims = serde_json::json!({"iss": ISSUER, "scope": "read"});
    let access = sender_constraint_testing::access(claims);
    assert!(!access.satisfies(&Require::any_token().user()));
    assert!(!access.satisfies(&Require::any_token().client()));
}

/// A step-up would not make a user of it.
#[tokio::test]
async fn scp_03_client_is_not_sent_to_authenticate() {
    let world = World::new();
    let require = Require::scopes(["admin"]).acr(["high"]).user();
    let answer = ask(&world, &world.token().claim("sub", "app"), &require).await;
    answer.assert_refused("SCOPE(DPoP)", "requirement_client_token");
}

#[tokio::test]
async fn resp_25_token_that_is_not_bound_as_required_is_invalid_there() {
    let world = lenient();
    let unbound = Token::unbound(&world.issuer);
    for method in [SenderConstraint::Any, SenderConstraint::Dpop] {
        let require = Require::any_token().bound_by(method);
        ask(&world, &world.token(), &require).await.assert_passed();
        let answer = ask(&world, &unbound, &require).await;
        answer.assert_refused("TOK(Bearer)", "requirement_sender_constraint");
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        // The scheme that the client should use is offered.
        assert!(answer.challenges()[0].starts_with("DPoP algs="));
    }
    let certificates = Require::any_token().bound_by(SenderConstraint::Mtls);
    let answer = ask(&world, &world.token(), &certificates).await;
    answer.assert_refused("TOK(DPoP)", "requirement_sender_constraint");
    let text = answer.rejection().to_string();
    assert!(
        text.contains("with a DPoP proof, but the route requires a client certificate"),
        "{text}"
    );
}

#[tokio::test]
async fn predicate_that_does_not_hold_is_403_without_its_name() {
    let world = World::new();
    let require =
        Require::any_token().predicate("auditors only", |access| access.has_role("auditor"));
    let auditor = world.token().claim("roles", vec!["auditor"]);
    ask(&world, &auditor, &require).await.assert_passed();
    let answer = ask(&world, &world.token(), &require).await;
    answer.assert_refused("SCOPE(DPoP)", "requirement_predicate");
    assert!(!answer.challenges()[0].contains("auditors"));
    assert!(answer.rejection().to_string().contains("auditors only"));
}

/// A condition sees only what meets the other needs.
#[tokio::test]
async fn predicate_is_checked_last() {
    let world = World::new();
    let require = Require::scopes(["admin"]).predicate("never", |_| panic!("checked too early"));
    let answer = ask(&world, &world.token(), &require).await;
    answer.assert_refused("SCOPE(DPoP)", "requirement_scope");
}

#[tokio::test]
async fn rejection_names_client_and_scheme() {
    let world = World::new();
    let answer = ask(&world, &world.token(), &Require::scopes(["admin"])).await;
    assert_eq!(answer.rejection().client_id(), Some("app"));
    let scheme = sender_constraint::Scheme::Dpop;
    assert_eq!(answer.rejection().scheme(), Some(scheme));
    let no_client = world.token().claim("client_id", Value::Null);
    assert!(no_client.claims.get("client_id").is_none());
}
