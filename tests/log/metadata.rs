//! What the operator reads of metadata that leads clients to another origin.

use sender_constraint::metadata::ProtectedResource;
use sender_constraint::token::Issuer;
use sender_constraint::{Guard, GuardBuilder};
use tracing::Level;

use crate::common::*;
use crate::events::Log;

fn resource(identifier: &str) -> ProtectedResource {
    ProtectedResource::new(identifier).unwrap()
}

#[test]
fn prm_02_resource_of_an_origin_without_proofs_is_a_warning() {
    for (identifier, is_elsewhere) in [
        ("https://rs.example.com/a", false),
        ("https://rs.example.net/a", false),
        ("https://api.example.com/a", true),
        ("https://rs.example.com:8443", true),
    ] {
        let describe: [fn(GuardBuilder, ProtectedResource) -> GuardBuilder; 2] = [
            GuardBuilder::protected_resource,
            GuardBuilder::also_protected_resource,
        ];
        for describe in describe {
            let dpop = World::with_dpop(|dpop| dpop.also_origin("https://rs.example.net").unwrap());
            let log = Log::listen();
            let builder = describe(dpop.guard.to_builder(), resource(identifier));
            drop(builder.build().unwrap());
            if !is_elsewhere {
                assert!(log.events().is_empty(), "{identifier}");
                continue;
            }
            let event = log.only_event();
            assert_eq!(event.level, Level::WARN);
            assert!(event.text("resource").starts_with(identifier));
            assert!(event.text("message").contains("`Dpop::also_origin`"));
        }
    }
    let derived = World::new().guard.to_builder();
    let normalized = resource("HTTPS://RS.example.com:443/a");
    let log = Log::listen();
    drop(derived.protected_resource(normalized).build().unwrap());
    assert_eq!(log.only_event().text("write"), "https://rs.example.com/a");
    let log = Log::listen();
    let bearer_only = World::bearer_only().guard.to_builder();
    let elsewhere = resource("https://api.example.com");
    drop(bearer_only.protected_resource(elsewhere).build().unwrap());
    assert!(log.events().is_empty(), "no proof is for an origin");
}

/// Clients compare the identifier with the URL of their request (RFC 9728 section 3.3), as URL parsers write it.
#[test]
fn prm_02_spelling_that_clients_refuse_is_a_warning_with_the_usual_one() {
    for (identifier, usual) in [
        ("https://rs.example.com", None),
        ("https://rs.example.com/", None),
        ("https://rs.example.com/mcp", None),
        ("https://rs.example.com/mcp/", None),
        ("https://rs.example.com:8443/mcp", None),
        ("https://RS.example.com", Some("https://rs.example.com")),
        ("HTTPS://RS.example.com/", Some("https://rs.example.com")),
        (
            "https://rs.example.com:443/mcp",
            Some("https://rs.example.com/mcp"),
        ),
        (
            "https://RS.Example.com/Mcp/",
            Some("https://rs.example.com/Mcp/"),
        ),
    ] {
        let keys = sender_constraint_testing::Issuer::new(ISSUER).keys();
        let issuer = Issuer::new(ISSUER, keys).unwrap();
        let log = Log::listen();
        drop(Guard::mcp(identifier, issuer).unwrap().build().unwrap());
        let events = log.events();
        let write: Vec<_> = events.iter().map(|event| event.text("write")).collect();
        assert_eq!(write, Vec::from_iter(usual), "{identifier}");
        for event in &events {
            assert_eq!(event.level, Level::WARN);
            assert_eq!(event.text("resource"), identifier);
        }
    }
}
