//! Missing scopes (RFC 6750 section 3.1).

use http::StatusCode;
use sender_constraint::require::Require;

use super::{ask, lenient};
use crate::common::*;

#[tokio::test]
async fn scp_01_missing_scope_is_403_with_the_scopes_of_the_route() {
    let world = World::new();
    let require = Require::scopes(["accounts:read"]);
    let good = world.token().claim("scope", "openid accounts:read");
    ask(&world, &good, &require).await.assert_passed();
    for scope in [
        "openid",
        "accounts:rea",
        "accounts:read2",
        "ACCOUNTS:READ",
        "",
    ] {
        let answer = ask(&world, &world.token().claim("scope", scope), &require).await;
        answer.assert_refused("SCOPE(DPoP)", "requirement_scope");
    }
    let none = world.token().claim("scope", serde_json::Value::Null);
    let answer = ask(&world, &none, &require).await;
    answer.assert_refused("SCOPE(DPoP)", "requirement_scope");
}

#[tokio::test]
async fn resp_29_challenge_is_of_the_scheme_that_was_used() {
    let world = lenient();
    let require = Require::scopes(["accounts:read"]);
    let description = "error=\"insufficient_scope\", error_description=\"The access token lacks a required scope\"";
    let answer = ask(&world, &world.token(), &require).await;
    let algs = "DPoP algs=\"ES256 ES384 EdDSA Ed25519 PS256\"";
    let expected = format!("{algs}, {description}, scope=\"accounts:read\"");
    assert_eq!(answer.challenges(), [expected]);
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    let answer = ask(&world, &Token::unbound(&world.issuer), &require).await;
    let expected = format!("Bearer realm=\"api\", {description}, scope=\"accounts:read\"");
    assert_eq!(answer.challenges(), [expected]);
    answer.assert_refused("SCOPE(Bearer)", "requirement_scope");
}

#[tokio::test]
async fn http_18_scope_is_the_full_set_of_the_route_not_the_difference() {
    let world = World::new();
    let require = Require::scopes(["read", "accounts:read", "accounts:write", "read"]);
    let partly = world.token().claim("scope", "read accounts:write");
    let answer = ask(&world, &partly, &require).await;
    let challenge = answer.challenges()[0];
    assert!(
        challenge.ends_with("scope=\"read accounts:read accounts:write\""),
        "{challenge}"
    );
    assert_eq!(
        answer.rejection().required_scope(),
        Some("read accounts:read accounts:write")
    );
    let text = answer.rejection().to_string();
    assert!(
        text.starts_with("the token lacks the scope \"accounts:read\"; it has"),
        "{text}"
    );
}

#[tokio::test]
async fn scp_01_of_alternatives_the_challenge_names_the_one_that_the_token_has() {
    let world = World::new();
    let require = Require::scopes(["base"]).any_scope(["files:read", "files:all"]);
    let with = |scope: &str| world.token().claim("scope", scope);
    for scope in ["base files:read", "files:all base"] {
        ask(&world, &with(scope), &require).await.assert_passed();
    }
    for (scope, expected) in [
        ("base", "scope=\"base files:read\""),
        ("files:all", "scope=\"base files:all\""),
        ("other", "scope=\"base files:read\""),
    ] {
        let answer = ask(&world, &with(scope), &require).await;
        answer.assert_refused("SCOPE(DPoP)", "requirement_scope");
        assert!(answer.challenges()[0].ends_with(expected), "{scope}");
    }
}

#[tokio::test]
async fn prm_07_metadata_of_the_resource_is_in_the_challenge() {
    let url = "https://rs.example.com/.well-known/oauth-protected-resource";
    let world = World::with(|builder| builder.resource_metadata(url));
    let answer = ask(&world, &world.token(), &Require::scopes(["admin"])).await;
    let expected = format!("resource_metadata=\"{url}\"");
    assert!(answer.challenges()[0].contains(&expected));
    let answer = ask(&world, &world.token(), &Require::any_token().acr(["phr"])).await;
    assert!(answer.challenges()[0].contains(&expected));
}

#[tokio::test]
async fn any_token_requires_nothing_more() {
    let world = lenient();
    for token in [world.token(), Token::unbound(&world.issuer)] {
        ask(&world, &token, &Require::any_token())
            .await
            .assert_passed();
    }
}
