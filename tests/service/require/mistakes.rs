//! What errors say of a mistake in a requirement, or in the route that has it.

use sender_constraint::ConfigError;
use sender_constraint::require::{Require, RouteRequirements};

use crate::common::*;

#[test]
fn scp_01_error_of_a_number_says_of_what() {
    let none: [&str; 0] = [];
    for (require, expected) in [
        (
            Require::scopes(none),
            "the number of scopes in `Require::scopes` is 0, but must be from 1 to 64",
        ),
        (
            Require::any_token().any_scope(none),
            "the number of scopes in `Require::any_scope` is 0, ",
        ),
        (
            Require::any_token().acr(none),
            "the number of values in `Require::acr` is 0, ",
        ),
    ] {
        let error = require.validate().unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn scp_01_scopes_in_one_text_are_named_as_such() {
    let error = Require::scopes(["read write"]).validate().unwrap_err();
    let text = error.to_string();
    assert!(text.ends_with(": each element is one scope"), "{text}");
    let error = Require::scopes(["a\"b"]).validate().unwrap_err();
    let text = error.to_string();
    assert!(text.ends_with("in a challenge"), "{text}");
}

#[test]
fn route_that_matches_nothing_is_refused() {
    let add = |route: &str| RouteRequirements::default().route(route, Require::any_token());
    for refused in [
        "/a{id", "/a/{id", "/a/id}", "/a/{}", "/a/{{id}", "/a/{i{d}", "/a b", "/a?b", "/a#b", "a",
    ] {
        let error = add(refused).map(drop).unwrap_err();
        assert_eq!(error, ConfigError::Route(refused.to_owned()));
    }
    for accepted in [
        "/",
        "/a/{id}",
        "/a/{id}.json",
        "/{*rest}",
        "/a/{{id}}",
        "/p.S/M",
    ] {
        assert!(add(accepted).is_ok(), "{accepted}");
    }
}

#[tokio::test]
async fn requirement_of_a_handler_names_the_handler() {
    let world = World::new();
    let from_body = "delete all";
    let layer = world.guard.layer().require(Require::scopes([from_body]));
    let world = world.behind(layer);
    let token = world.token().sign();
    let answer = world.present_token(&token).await;
    let text = answer.rejection().to_string();
    assert!(text.contains("of the route or the handler"), "{text}");
    assert!(!text.contains("every request"), "{text}");
}
