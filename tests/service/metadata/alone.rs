//! One resource of a guard as a whole, or none: parts alone.

use http::Request;
use sender_constraint::metadata::ProtectedResource;
use sender_constraint::{ConfigError, GuardBuilder};
use serde_json::Value;

use super::WELL_KNOWN;
use crate::common::*;

const OTHER: &str = "https://rs.example.net";

fn resource(identifier: &str) -> ProtectedResource {
    ProtectedResource::new(identifier).unwrap()
}

#[test]
fn prm_03_a_guard_as_a_whole_is_one_resource() {
    let described = |builder: GuardBuilder| builder.protected_resource(resource(ORIGIN));
    let guard = described(World::new().guard.to_builder()).build().unwrap();
    let again = described(described(World::new().guard.to_builder()));
    for twice in [again, described(guard.to_builder())] {
        let error = twice.build().unwrap_err();
        assert_eq!(error, ConfigError::Repeated("protected_resource"));
    }
    let mcp = guard.to_builder().mcp(resource(ORIGIN)).build();
    assert_eq!(
        mcp.unwrap_err(),
        ConfigError::Repeated("protected_resource")
    );
}

/// Two parts at the first origin, and nothing at the second.
fn parts_alone() -> World {
    let world = World::with_dpop(|dpop| dpop.also_origin(OTHER).unwrap());
    let guard = world.guard.to_builder();
    let guard = guard
        .also_protected_resource(resource("https://rs.example.com/a"))
        .also_protected_resource(resource("https://rs.example.com/b"));
    World::around(world.issuer, world.clock, guard)
}

#[tokio::test]
async fn prm_03_requests_for_none_of_the_parts_are_led_nowhere() {
    let world = parts_alone();
    let request = |origin: &str, path: &str| {
        let host = origin.strip_prefix("https://").unwrap();
        Request::get(path).header("host", host).body(()).unwrap()
    };
    assert_eq!(world.guard.metadata_document(), None);
    assert!(world.guard.metadata_layer().is_some());
    for (origin, path, part) in [
        (ORIGIN, "/a/c", Some("/a")),
        (ORIGIN, "/b", Some("/b")),
        (ORIGIN, "/", None),
        (ORIGIN, "/other", None),
        (OTHER, "/a", None),
    ] {
        let challenges = world
            .send(request(origin, path))
            .await
            .challenges()
            .concat();
        match part {
            None => assert!(!challenges.contains("resource_metadata"), "{challenges}"),
            Some(part) => {
                let expected = format!("resource_metadata=\"{ORIGIN}{WELL_KNOWN}{part}\"");
                assert!(challenges.contains(&expected), "{challenges}");
            }
        }
    }
    let document = |origin: &str, path: &str| {
        let (head, ()) = request(origin, path).into_parts();
        let document = world.guard.metadata_document_at(&head)?;
        let document: Value = serde_json::from_str(&document).unwrap();
        Some(document["resource"].as_str().unwrap().to_owned())
    };
    let first = Some(format!("{ORIGIN}/a"));
    assert_eq!(document(ORIGIN, &format!("{WELL_KNOWN}/a")), first);
    assert_eq!(document(ORIGIN, WELL_KNOWN), first, "the first part");
    assert_eq!(document(OTHER, WELL_KNOWN), None, "none of this origin");
    assert_eq!(document(OTHER, &format!("{WELL_KNOWN}/a")), None);
}
