//! Resources below the one of a guard: documents at their own paths, and challenges that lead there.

use http::{Method, Request};
use sender_constraint::metadata::ProtectedResource;
use sender_constraint::proof::Dpop;
use sender_constraint::require::Require;
use sender_constraint::{Anonymous, ConfigError, GuardBuilder};
use serde_json::Value;

use super::{WELL_KNOWN, fetch};
use crate::common::*;

fn resource(identifier: &str) -> ProtectedResource {
    ProtectedResource::new(identifier).unwrap()
}

fn a() -> ProtectedResource {
    resource("https://rs.example.com/a")
}

fn with_parts(builder: GuardBuilder) -> GuardBuilder {
    builder
        .protected_resource(resource("https://rs.example.com"))
        .also_protected_resource(resource("https://rs.example.com/a"))
        .also_protected_resource(
            resource("https://rs.example.com/a/b")
                .scopes(["b"])
                .unwrap(),
        )
}

fn get(uri: &str) -> Request<()> {
    Request::get(uri).body(()).unwrap()
}

async fn metadata_url(world: &World, uri: &str) -> String {
    let answer = world.send(get(uri)).await;
    let challenge = answer.challenges().concat();
    let (_, rest) = challenge.split_once("resource_metadata=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn prm_03_challenge_leads_to_the_document_of_the_longest_path() {
    let world = World::with(with_parts);
    for (uri, part) in [
        ("/", ""),
        ("/other", ""),
        ("/ab", ""),
        ("/A", ""),
        ("/a", "/a"),
        ("/a?b=c", "/a"),
        ("/a/", "/a"),
        ("/a/c", "/a"),
        ("/a/bc", "/a"),
        ("/a/b", "/a/b"),
        ("/%61/b", "/a/b"),
        ("/a/b/c", "/a/b"),
        ("/a/../a/b", ""),
    ] {
        let url = metadata_url(&world, uri).await;
        assert_eq!(url, format!("{ORIGIN}{WELL_KNOWN}{part}"), "{uri}");
        let path = url.strip_prefix(ORIGIN).unwrap();
        let document = fetch(&world, Method::GET, path).await.into_body();
        let document: Value = serde_json::from_str(&document).unwrap();
        assert_eq!(document["resource"], format!("{ORIGIN}{part}"), "{uri}");
    }
}

#[tokio::test]
async fn prm_03_refusals_of_routes_and_handlers_lead_there_too() {
    let world = World::with(with_parts);
    let layer = world.guard.layer().require(Require::scopes(["b"]));
    let world = world.behind(layer);
    let (token, proof) = world.token_and_proof();
    let answer = world.present(&token, &proof).await;
    answer.assert_refused("SCOPE(DPoP)", "requirement_scope");
    let expected = format!("resource_metadata=\"{ORIGIN}{WELL_KNOWN}/a\"");
    assert!(answer.challenges()[0].contains(&expected));
    let world = World::with(with_parts);
    let (token, proof) = world.token_and_proof();
    let answer = world.present(&token, &proof).await;
    let error = answer
        .access()
        .require(&Require::scopes(["b"]))
        .unwrap_err();
    let response = error.response::<()>();
    let challenge = response.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains(&expected), "{challenge}");
}

#[tokio::test]
async fn prm_03_challenge_to_an_anonymous_client_leads_there_too() {
    let world = World::with(|builder| with_parts(builder).allow_anonymous_requests());
    for (uri, part) in [("/other", ""), ("/a", "/a"), ("/a/b", "/a/b")] {
        let answer = world.send(get(uri)).await;
        answer.assert_passed();
        let anonymous = answer.0.extensions().get::<Anonymous>().unwrap();
        let (head, ()) = get(uri).into_parts();
        let response = anonymous.error_response::<()>(&head);
        let challenge = response.headers()["www-authenticate"].to_str().unwrap();
        let expected = format!("resource_metadata=\"{ORIGIN}{WELL_KNOWN}{part}\"");
        assert!(challenge.contains(&expected), "{challenge}");
    }
}

#[tokio::test]
async fn prm_03_prefix_that_a_gateway_strips_belongs_to_the_path() {
    let world = World::with_dpop(|dpop| dpop.path_prefix("/a").unwrap());
    let guard = with_parts(world.guard.to_builder());
    let world = World::around(world.issuer, world.clock, guard);
    let url = metadata_url(&world, "/b").await;
    assert_eq!(url, format!("{ORIGIN}{WELL_KNOWN}/a/b"));
}

#[tokio::test]
async fn prm_03_origins_have_their_own_parts() {
    let other = "https://rs.example.net";
    let world = World::with_dpop(|dpop: Dpop| dpop.also_origin(other).unwrap());
    let guard = world.guard.to_builder();
    let guard = guard
        .also_protected_resource(resource(ORIGIN))
        .also_protected_resource(resource(other));
    let world = World::around(world.issuer, world.clock, guard);
    assert_eq!(world.guard.metadata_document(), None);
    for origin in [ORIGIN, other] {
        let host = origin.strip_prefix("https://").unwrap();
        let request = |path: &str| Request::get(path).header("host", host).body(()).unwrap();
        let answer = world.send(request("/a")).await;
        let expected = format!("resource_metadata=\"{origin}{WELL_KNOWN}\"");
        assert!(answer.challenges()[0].contains(&expected), "{origin}");
        let (head, ()) = request(WELL_KNOWN).into_parts();
        let document = world.guard.metadata_document_at(&head).unwrap();
        let document: Value = serde_json::from_str(&document).unwrap();
        assert_eq!(document["resource"], origin);
    }
    let (head, ()) = get("https://rs.example.com/a").into_parts();
    assert_eq!(world.guard.metadata_document_at(&head), None);
}

#[tokio::test]
async fn prm_03_only_the_document_of_the_whole_is_served_at_other_origins() {
    let other = "https://rs.example.net";
    let at_other = |builder: fn(GuardBuilder) -> GuardBuilder| {
        let world = World::with_dpop(|dpop: Dpop| dpop.also_origin(other).unwrap());
        let guard = builder(world.guard.to_builder());
        let world = World::around(world.issuer, world.clock, guard);
        let path = format!("{WELL_KNOWN}/a");
        let request = Request::get(path).header("host", "rs.example.net");
        let (head, ()) = request.body(()).unwrap().into_parts();
        world.guard.metadata_document_at(&head)
    };
    let document = at_other(|builder| builder.protected_resource(a())).unwrap();
    let document: Value = serde_json::from_str(&document).unwrap();
    assert_eq!(document["resource"], "https://rs.example.com/a");
    let part = at_other(|builder| builder.also_protected_resource(a()));
    assert_eq!(part, None);
}

#[test]
fn prm_03_parts_are_limited_and_described_once() {
    let build = |parts: &[String]| {
        let builder = World::new().guard.to_builder();
        let add =
            |builder: GuardBuilder, part: &String| builder.also_protected_resource(resource(part));
        let builder = builder.protected_resource(resource(ORIGIN));
        parts.iter().fold(builder, add).build().map(drop)
    };
    let parts =
        |number: usize| -> Vec<_> { (0..number).map(|each| format!("{ORIGIN}/{each}")).collect() };
    assert_eq!(build(&parts(256)), Ok(()));
    let error = build(&parts(257)).unwrap_err();
    assert!(matches!(error, ConfigError::Size { value: 257, .. }));
    for twice in [
        format!("{ORIGIN}/"),
        "https://RS.example.com:443".to_owned(),
    ] {
        let error = build(&[twice]).unwrap_err();
        assert_eq!(error, ConfigError::DuplicateResource(format!("{ORIGIN}/")));
    }
}
