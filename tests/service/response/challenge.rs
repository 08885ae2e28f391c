//! The exact challenges for requests without usable credentials, and what stands on every challenge (RESP-01 to
//! RESP-08).

use crate::common::*;
use http::{HeaderValue, Method};

const DPOP: &str = r#"DPoP algs="ES256 ES384 EdDSA Ed25519 PS256""#;
const BEARER: &str = r#"Bearer realm="api""#;
const INVALID: &str = r#"error="invalid_token", error_description="The access token is invalid""#;
const METADATA: &str = "https://rs.example.com/.well-known/oauth-protected-resource";

#[tokio::test]
async fn resp_01_02_03_no_credentials() {
    let send = async |world: World| world.send(request("", "")).await;
    send(World::new()).await.assert_challenges(401, &[DPOP]);
    send(both()).await.assert_challenges(401, &[DPOP, BEARER]);
    send(World::bearer_only())
        .await
        .assert_challenges(401, &[BEARER]);
}

#[tokio::test]
async fn resp_04_unsupported_scheme() {
    let send = async |world: World, value: &str| world.send(request(value, "")).await;
    for value in ["Basic eDp5", "Negotiate YQ=="] {
        send(World::new(), value)
            .await
            .assert_challenges(401, &[DPOP]);
        send(both(), value)
            .await
            .assert_challenges(401, &[DPOP, BEARER]);
        send(World::bearer_only(), value)
            .await
            .assert_challenges(401, &[BEARER]);
    }
    send(World::bearer_only(), "DPoP a.b.c")
        .await
        .assert_challenges(401, &[BEARER]);
}

#[tokio::test]
async fn resp_05_token_in_the_query() {
    let mut queried = request("", "");
    *queried.uri_mut() = "/a?access_token=a".parse().unwrap();
    both()
        .send(queried.clone())
        .await
        .assert_challenges(401, &[DPOP, BEARER]);
    let strict = World::with(|guard| guard.refuse_query_tokens());
    let bearer = format!(r#"{BEARER}, error="invalid_request""#);
    strict
        .send(queried)
        .await
        .assert_challenges(400, &[DPOP, &bearer]);
}

#[tokio::test]
async fn resp_06_07_two_authorization_lines() {
    let error = r#"error="invalid_request", error_description="Multiple methods used to include access token""#;
    let (dpop, bearer) = (format!("{DPOP}, {error}"), format!("{BEARER}, {error}"));
    for (lines, expected) in [
        (["Bearer a", "DPoP b"], [&dpop[..], &bearer]),
        (["DPoP b", "Bearer a"], [&dpop, &bearer]),
        (["Bearer a", "Bearer a"], [DPOP, &bearer]),
        (["DPoP a", "DPoP b"], [&dpop, BEARER]),
    ] {
        let mut request = request("", "");
        for line in lines {
            request
                .headers_mut()
                .append("authorization", HeaderValue::from_static(line));
        }
        both().send(request).await.assert_challenges(400, &expected);
    }
}

#[tokio::test]
async fn resp_08_malformed_credentials() {
    let error = r#"error="invalid_request""#;
    let (dpop, bearer) = (format!("{DPOP}, {error}"), format!("{BEARER}, {error}"));
    let send = async |world: World, value: &str| world.send(request(value, "")).await;
    send(both(), "Bearer")
        .await
        .assert_challenges(400, &[DPOP, &bearer]);
    send(both(), "DPoP a b")
        .await
        .assert_challenges(400, &[&dpop, BEARER]);
    send(World::new(), "DPoP a b")
        .await
        .assert_challenges(400, &[&dpop]);
    // Bearer is not offered here, but the error must stand somewhere.
    send(World::new(), "Bearer")
        .await
        .assert_challenges(400, &[DPOP, &bearer]);
}

#[tokio::test]
async fn malformed_request_is_told_to_dpop_clients() {
    let world = both();
    let mut request = world.good_request();
    *request.uri_mut() = "/b/../a".parse().unwrap();
    let answer = world.send(request).await;
    answer.assert_challenges(
        400,
        &[&format!(r#"{DPOP}, error="invalid_request""#), BEARER],
    );
}

#[tokio::test]
async fn realm_and_metadata_stand_on_every_challenge() {
    let metadata = format!(r#"resource_metadata="{METADATA}""#);
    let told = World::with(|guard| {
        guard
            .allow_unbound_tokens()
            .realm("rs")
            .resource_metadata(METADATA)
    });
    let answer = told.send(request("", "")).await;
    let dpop = format!(r#"{DPOP}, realm="rs", {metadata}"#);
    let bearer = format!(r#"Bearer realm="rs", {metadata}"#);
    answer.assert_challenges(401, &[&dpop, &bearer]);
    let answer = told.present_bearer("a").await;
    answer.assert_challenges(401, &[&dpop, &format!("{bearer}, {INVALID}")]);
    let answer = told.present("a", &told.proof("a").sign()).await;
    let dpop = format!(r#"{DPOP}, {INVALID}, realm="rs", {metadata}"#);
    answer.assert_challenges(401, &[&dpop, &bearer]);
}

#[tokio::test]
async fn http_11_bearer_is_never_bare() {
    // One parameter is enough, and the default realm makes way for either.
    let metadata = World::with(|guard| guard.allow_unbound_tokens().resource_metadata(METADATA));
    let answer = metadata.send(request("", "")).await;
    let text = format!(r#"resource_metadata="{METADATA}""#);
    answer.assert_challenges(
        401,
        &[&format!("{DPOP}, {text}"), &format!("Bearer {text}")],
    );
    let realm = World::with(|guard| guard.allow_unbound_tokens().realm("rs"));
    let answer = realm.send(request("", "")).await;
    answer.assert_challenges(
        401,
        &[&format!(r#"{DPOP}, realm="rs""#), r#"Bearer realm="rs""#],
    );
}

#[tokio::test]
async fn resp_42_head_is_told_the_same() {
    let mut head = request("", "");
    *head.method_mut() = Method::HEAD;
    both()
        .send(head)
        .await
        .assert_challenges(401, &[DPOP, BEARER]);
}

/// A guard of both schemes.
fn both() -> World {
    World::with(|guard| guard.allow_unbound_tokens())
}

trait Told {
    fn assert_challenges(&self, status: u16, lines: &[&str]);
}

impl Told for Answer {
    /// This status and exactly these lines.
    #[track_caller]
    fn assert_challenges(&self, status: u16, lines: &[&str]) {
        assert_eq!(self.challenges(), lines, "{}", self.rejection());
        assert_eq!(self.status(), status);
        assert_eq!(self.header("cache-control"), Some("no-store"));
        assert_eq!(self.0.body(), "");
    }
}
