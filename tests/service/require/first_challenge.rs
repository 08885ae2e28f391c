//! The challenge for a client without credentials can name the scopes of the route (RFC 6750 section 3).

use http::Method;
use sender_constraint::GuardBuilder;
use sender_constraint::require::{Require, RouteRequirements};

use crate::common::*;

fn require() -> Require {
    Require::scopes(["accounts:read"])
        .any_scope(["a", "b"])
        .acr(["high"])
}

#[tokio::test]
async fn http_18_first_401_names_the_scopes_of_its_route_on_demand() {
    let world = World::with(GuardBuilder::allow_unbound_tokens);
    let layer = world.guard.layer().require(require());
    let quiet = World::with(GuardBuilder::allow_unbound_tokens).behind(layer.clone());
    let answer = quiet.send(request("", "")).await;
    answer.assert_refused("NOCRED", "credentials_missing");
    assert!(
        answer
            .challenges()
            .iter()
            .all(|each| !each.contains("scope"))
    );

    let world = world.behind(layer.scope_in_challenges());
    for authorization in ["", "Basic dTpw"] {
        let answer = world.send(request(authorization, "")).await;
        assert_eq!(answer.outcome(), "NOCRED");
        assert_eq!(answer.challenges().len(), 2);
        for challenge in answer.challenges() {
            assert!(
                challenge.ends_with(", scope=\"accounts:read a\""),
                "{challenge}"
            );
        }
    }
}

#[tokio::test]
async fn step_06_first_401_names_no_acr_values() {
    let world = World::new();
    let layer = world.guard.layer().require(require()).scope_in_challenges();
    let answer = world.behind(layer).send(request("", "")).await;
    answer.assert_refused("NOCRED", "credentials_missing");
    assert!(!answer.challenges()[0].contains("acr_values"));
}

#[tokio::test]
async fn http_18_first_401_names_the_scopes_of_the_route_in_a_table() {
    let world = World::new();
    let requirements = RouteRequirements::default()
        .method(Method::GET, "/a", Require::scopes(["read"]))
        .and_then(|requirements| requirements.route("/any", Require::any_token()));
    let layer = world.guard.layer().requirements(requirements.unwrap());
    let world = world.behind(layer.scope_in_challenges());
    for (path, expected) in [("/a", true), ("/any", false), ("/other", false)] {
        let request = http::Request::get(path).body(()).unwrap();
        let answer = world.send(request).await;
        answer.assert_refused("NOCRED", "credentials_missing");
        let names_scope = answer.challenges()[0].ends_with(", scope=\"read\"");
        assert_eq!(names_scope, expected, "{path}");
    }
}

#[tokio::test]
async fn other_refusals_do_not_name_the_scopes() {
    let world = World::new();
    let layer = world.guard.layer().require(require()).scope_in_challenges();
    let world = world.behind(layer);
    let answer = world.present("garbage", "").await;
    assert_eq!(answer.kind(), "proof_missing");
    assert!(!answer.challenges()[0].contains("scope="));
}

#[tokio::test]
async fn anonymous_request_does_not_meet_a_requirement() {
    let world = World::with(GuardBuilder::allow_anonymous_requests);
    let layer = world.guard.layer().require(Require::any_token());
    let world = world.behind(layer);
    let answer = world.send(request("", "")).await;
    answer.assert_refused("NOCRED", "credentials_missing");
    assert_eq!(world.calls(), 0);
    world.send(world.good_request()).await.assert_passed();
}
