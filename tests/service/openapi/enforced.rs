//! The document against requests: who has what it names is served, and who has less is refused.

use sender_constraint::require::Require;

use super::{of_get_a, table};
use crate::common::*;

async fn is_served(world: &World, scopes: &[&str]) -> bool {
    let token = world.token().claim("scope", scopes.join(" ")).sign();
    world.present_token(&token).await.status() == 200
}

#[tokio::test]
async fn oas_02_scopes_of_the_document_are_those_that_requests_need() {
    for require in [
        Require::scopes(["a"]),
        Require::scopes(["a", "b"]),
        Require::scopes(["a"]).any_scope(["b", "c"]),
        Require::any_token()
            .any_scope(["a", "b"])
            .any_scope(["b", "c"]),
    ] {
        let world = World::new();
        let layer = world.guard.layer().requirements(table(&[("/a", require)]));
        let security = of_get_a(&layer.openapi()).unwrap();
        let world = world.behind(layer);
        for alternative in security.as_array().unwrap() {
            let scopes = alternative["dpop"].as_array().unwrap();
            let scopes: Vec<_> = scopes.iter().map(|each| each.as_str().unwrap()).collect();
            assert!(is_served(&world, &scopes).await, "{security} {scopes:?}");
        }
        assert!(!is_served(&world, &["other"]).await, "{security}");
        let all = ["a", "b", "c"];
        for without in 0..all.len() {
            let mut granted = all.to_vec();
            granted.remove(without);
            let is_documented = security.as_array().unwrap().iter().any(|alternative| {
                let scopes = alternative["dpop"].as_array().unwrap();
                scopes
                    .iter()
                    .all(|each| granted.contains(&each.as_str().unwrap()))
            });
            let served = is_served(&world, &granted).await;
            assert_eq!(served, is_documented, "{security} {granted:?}");
        }
    }
}
