//! Keys of tenants: fetched from where the answer says, and from nowhere else.

use sender_constraint::keys::RemoteKeys;
use sender_constraint::token::{Issuer, IssuerPattern, TenantIssuers};
use serde_json::json;

use super::world::*;
use crate::common::*;
use crate::remote::Net;

const METADATA: &str = "https://login.example.com/.well-known/oauth-authorization-server/acme";
const JWKS: &str = "https://login.example.com/acme/jwks";

fn tenants(net: &Net, clock: &TestClock) -> TenantIssuers {
    let pattern = IssuerPattern::new("https://login.example.com/{tenant}").unwrap();
    let (net, clock) = (net.clone(), clock.clone());
    TenantIssuers::matching(pattern, move |tenant, issuer| {
        if tenant == "blocked" {
            return Ok(None);
        }
        let keys = RemoteKeys::for_issuer(issuer, net.clone());
        Issuer::new(issuer, keys.clock(clock.clone()).lazy()?).map(Some)
    })
}

fn net() -> Net {
    let net = Net::empty();
    net.put(METADATA, &json!({"issuer": ACME, "jwks_uri": JWKS}));
    net.put(
        JWKS,
        &json!({"keys": [Key::from_seed("ES256", 0).published("k1")]}),
    );
    net
}

#[tokio::test]
async fn ten_08_nothing_is_fetched_for_an_issuer_that_is_not_allowed() {
    let (net, clock) = (net(), TestClock::at(NOW));
    let world = world(&tenants(&net, &clock));
    for name in [
        "https://evil.test/acme",
        "https://login.example.com.evil.test/acme",
        "https://login.example.com/blocked",
        "https://login.example.com/a/b",
        "https://login.example.com/..",
        "https://login.example.com/%61cme",
        "https://169.254.169.254/acme",
    ] {
        let answer = send(&world, name, 0).await;
        answer.assert_refused("TOK(Bearer)", "token_issuer");
    }
    assert!(net.requests().is_empty(), "{:?}", net.requests());
    send(&world, ACME, 0).await.assert_passed();
    let urls: Vec<_> = net.requests().into_iter().map(|(url, _)| url).collect();
    assert_eq!(urls, [METADATA, JWKS]);
}

#[tokio::test]
async fn ten_08_keys_outlive_the_answer_and_are_fetched_again_after_a_purge() {
    let (net, clock) = (net(), TestClock::at(NOW));
    let tenants = tenants(&net, &clock);
    let world = world(&tenants);
    send(&world, ACME, 0).await.assert_passed();
    assert_eq!(net.requests().len(), 2);
    world.clock.set(NOW + 300);
    clock.set(NOW + 300);
    send(&world, ACME, 1).await.assert_passed();
    assert_eq!(net.requests().len(), 2);
    tenants.purge(ACME);
    send(&world, ACME, 2).await.assert_passed();
    assert_eq!(net.requests().len(), 4);
}

#[tokio::test]
async fn jose_11_refusal_says_why_the_key_of_a_tenant_is_not_used() {
    let net = net();
    let signer = Key::from_seed("ES256", 5);
    let mut private = signer.published("k2");
    private["d"] = json!("AQ");
    let good = Key::from_seed("ES256", 0).published("k1");
    net.put(JWKS, &json!({"keys": [good, private]}));
    let world = world(&tenants(&net, &TestClock::at(NOW)));
    let token = Token::unbound(&signer).claim("iss", ACME);
    let answer = world
        .present_bearer(&token.header("kid", "k2").sign())
        .await;
    answer.assert_refused("TOK(Bearer)", "token_unknown_key");
    let text = answer.rejection().to_string();
    assert!(text.contains("is not used: it is a private key"), "{text}");
}

/// Requests for names of a pattern are limited, also if the clients that cause them disconnect.
#[tokio::test]
async fn ten_05_fetches_for_new_issuers_are_limited() {
    let (net, clock) = (net(), TestClock::at(NOW));
    net.hold();
    let tenants = tenants(&net, &clock).concurrent_calls(3).unwrap();
    let world = std::sync::Arc::new(world(&tenants));
    for nth in 0..20 {
        let world = std::sync::Arc::clone(&world);
        let name = format!("https://login.example.com/{nth}");
        let request = tokio::spawn(async move { send(&world, &name, nth).await });
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
        request.abort();
    }
    assert_eq!(net.requests().len(), 3);
}

/// An issuer whose keys verified nothing yet is fetched again within the same limits.
#[tokio::test]
async fn ten_05_fetches_for_unproven_issuers_are_limited() {
    let (net, clock) = (net(), TestClock::at(NOW));
    let tenants = tenants(&net, &clock).concurrent_calls(1).unwrap();
    let world = std::sync::Arc::new(world(&tenants));
    let answer = send(&world, BETA, 0).await;
    answer.assert_refused("INFRA", "unavailable_issuer_keys");
    world.clock.set(NOW + 100);
    clock.set(NOW + 100);
    net.hold();
    let mut requests = Vec::new();
    for name in [ACME, BETA] {
        let world = std::sync::Arc::clone(&world);
        requests.push(tokio::spawn(async move { send(&world, name, 1).await }));
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }
    let urls: Vec<_> = net.requests().into_iter().map(|(url, _)| url).collect();
    assert_eq!(urls.last().map(String::as_str), Some(METADATA), "{urls:?}");
    net.release();
    requests.remove(0).await.unwrap().assert_passed();
}
