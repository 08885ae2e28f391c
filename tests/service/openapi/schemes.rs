//! `components.securitySchemes`: what the guard accepts, and nothing else.

use sender_constraint::GuardBuilder;
use serde_json::json;

use super::{certificates_only, json, of_both_methods};
use crate::common::*;

fn schemes(world: &World) -> Vec<(String, String)> {
    let schemes = json(&world.guard.openapi().schemes());
    let schemes = schemes.as_object().unwrap().iter();
    let kind = |scheme: &serde_json::Value| match scheme["type"].as_str().unwrap() {
        "http" => format!("http {}", scheme["scheme"].as_str().unwrap()),
        other => other.to_owned(),
    };
    schemes
        .map(|(name, scheme)| (name.clone(), kind(scheme)))
        .collect()
}

#[test]
fn oas_01_schemes_are_those_that_the_guard_accepts() {
    let (dpop, bearer) = (("dpop", "http dpop"), ("bearer", "http bearer"));
    let mutual_tls = ("mutual_tls", "mutualTLS");
    let reported = World::with(GuardBuilder::allow_and_report_unbound_tokens);
    for (world, expected) in [
        (World::new(), vec![dpop]),
        (World::bearer_only(), vec![bearer]),
        (World::of_both_schemes(), vec![bearer, dpop]),
        (reported, vec![bearer, dpop]),
        (certificates_only(), vec![bearer, mutual_tls]),
        (of_both_methods(), vec![bearer, dpop, mutual_tls]),
    ] {
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
            .collect();
        assert_eq!(schemes(&world), expected);
    }
}

#[test]
fn oas_01_description_has_the_algorithms_that_are_accepted() {
    let world = World::with_dpop(|dpop| {
        dpop.algorithms([sender_constraint::jose::Algorithm::Es384])
            .unwrap()
    });
    let schemes = json(&world.guard.openapi().schemes());
    let text = schemes["dpop"]["description"].as_str().unwrap();
    assert!(text.ends_with("signed with one of ES384."), "{text}");
}

#[test]
fn oas_01_issuers_are_named_as_providers_on_demand() {
    let security = World::new().guard.openapi().open_id_connect();
    let url = format!(
        "{}/.well-known/openid-configuration",
        ISSUER.trim_end_matches('/')
    );
    let scheme = &json(&security.schemes())["openid_connect"];
    assert_eq!(scheme["type"], "openIdConnect");
    assert_eq!(scheme["openIdConnectUrl"], json!(url));
    let operation = security.operation(&http::Method::GET, "/a").unwrap();
    assert_eq!(
        json(&operation),
        json!([{"dpop": [], "openid_connect": []}])
    );
}
