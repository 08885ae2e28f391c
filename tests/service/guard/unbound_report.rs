//! A migration: unbound tokens are accepted, and the operator sees whose they are.

use sender_constraint::Guard;
use sender_constraint::exceptions::{Exception, Exceptions};
use sender_constraint::proof::Dpop;
use sender_constraint::time::Timestamp;
use serde_json::json;

use crate::common::*;

#[tokio::test]
async fn unbound_tokens_are_accepted_and_counted_by_client() {
    let world = world();
    assert_eq!(world.guard.unbound_report(), Default::default());
    for (client, count) in [("app", 1), ("batch", 3)] {
        for number in 0..count {
            world.clock.set(NOW + number);
            present(&world, client).await.assert_passed();
        }
    }
    let report = world.guard.clone().unbound_report();
    let seen: Vec<_> = report
        .clients
        .iter()
        .map(|each| {
            let client_id = each.client_id.as_deref();
            assert_eq!(each.issuer, ISSUER);
            (client_id, each.requests, each.last_seen.as_unix_seconds())
        })
        .collect();
    let now = NOW as i64;
    assert_eq!(seen, [(Some("batch"), 3, now + 2), (Some("app"), 1, now)]);
    assert_eq!(report.other_requests, 0);
}

#[tokio::test]
async fn bound_tokens_are_enforced_as_ever_and_not_counted() {
    let world = world();
    world.send(world.good_request()).await.assert_passed();
    let answer = world.present_bearer(&world.token().sign()).await;
    answer.assert_refused("TOK(Bearer)", "binding_bound_token_as_bearer");
    let cnf = json!({"x5t#S256": world.client.thumbprint()});
    let token = Token::unbound(&world.issuer).claim("cnf", cnf).sign();
    let answer = world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "binding_mtls_not_configured");
    let answer = world.send(request("", "")).await;
    assert_eq!(answer.challenges().len(), 2, "both schemes are offered");
    assert!(world.guard.unbound_report().clients.is_empty());
}

#[tokio::test]
async fn only_accepted_tokens_without_exception_are_counted() {
    let exceptions = Exceptions::with_clock(TestClock::at(NOW));
    let end = Timestamp::from_unix_seconds(NOW + 60);
    let app = Exception::new(ISSUER, "app", end);
    exceptions
        .add(app.with_owner("o").with_reason("r"))
        .unwrap();
    let world = World::with(|builder| {
        let builder = builder.allow_and_report_unbound_tokens();
        builder.exceptions(exceptions).refuse_stray_proofs()
    });
    let answer = present(&world, "app").await;
    answer.assert_passed();
    assert!(answer.access().exception().is_some());
    let token = Token::unbound(&world.issuer)
        .claim("client_id", "batch")
        .sign();
    let proof = world.proof(&token).sign();
    let answer = world
        .send(request(&format!("Bearer {token}"), &proof))
        .await;
    answer.assert_refused("REQ", "binding_stray_proof");
    assert!(world.guard.unbound_report().clients.is_empty());
}

#[tokio::test]
async fn report_has_at_most_1000_clients_with_names_of_at_most_1000_bytes() {
    let world = world();
    present(&world, &"c".repeat(1000)).await.assert_passed();
    present(&world, &"c".repeat(1001)).await.assert_passed();
    let report = world.guard.unbound_report();
    let named = report.clients[0].client_id.as_deref();
    assert_eq!(named.map(str::len), Some(1000));
    assert_eq!(report.other_requests, 1);
    for number in 1..=1000 {
        present(&world, &number.to_string()).await.assert_passed();
    }
    let report = world.guard.unbound_report();
    assert_eq!(report.clients.len(), 1000);
    assert_eq!(report.other_requests, 2);
    present(&world, "7").await.assert_passed();
    let report = world.guard.unbound_report();
    assert_eq!(report.clients[0].client_id.as_deref(), Some("7"));
}

#[tokio::test]
async fn setting_without_report_counts_nothing() {
    let world = World::with(|builder| builder.allow_unbound_tokens());
    present(&world, "app").await.assert_passed();
    assert!(world.guard.unbound_report().clients.is_empty());
}

#[tokio::test]
async fn report_is_a_way_to_accept_requests() {
    let key = Key::from_seed("ES256", 0);
    let world = World::of(key.clone(), |tokens| {
        Guard::builder(tokens).allow_and_report_unbound_tokens()
    });
    present(&world, "app").await.assert_passed();
    // Guards with one set of counts.
    let dpop = Dpop::new(ORIGIN).unwrap();
    let derived = world.guard.to_builder().dpop(dpop).build().unwrap();
    assert_eq!(derived.unbound_report().clients.len(), 1);
}

fn world() -> World {
    World::with(|builder| builder.allow_and_report_unbound_tokens())
}

async fn present(world: &World, client: &str) -> Answer {
    let token = Token::unbound(&world.issuer).claim("client_id", client);
    world.present_bearer(&token.sign()).await
}
