//! Names that anyone can write: what they cost, and that they displace nobody.

use std::sync::Arc;
use std::time::Duration;

use sender_constraint::token::{IssuerPattern, TenantIssuers};

use super::world::*;
use crate::common::*;

#[tokio::test]
async fn ten_02_equal_issuers_at_once_make_one_call() {
    let rule = Rule::allowing(&[ACME]);
    let world = Arc::new(world(&TenantIssuers::new(rule.clone())));
    rule.hold();
    let requests: Vec<_> = (0..20)
        .map(|nth| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { send(&world, ACME, nth).await })
        })
        .collect();
    until(|| rule.calls() == 1).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    rule.release(1);
    for request in requests {
        request.await.unwrap().assert_passed();
    }
    assert_eq!(rule.calls(), 1);
}

/// The client that caused the call disconnects: the others are not left without an answer.
#[tokio::test]
async fn ten_02_call_does_not_end_with_one_client() {
    let rule = Rule::allowing(&[ACME]);
    let world = Arc::new(world(&TenantIssuers::new(rule.clone())));
    send(&world, ACME, 0).await.assert_passed();
    world.clock.set(NOW + 300);
    rule.hold();
    let request = |nth| {
        let world = Arc::clone(&world);
        tokio::spawn(async move { send(&world, ACME, nth).await })
    };
    let (first, second) = (request(1), request(2));
    until(|| rule.calls() == 2).await;
    first.abort();
    rule.release(2);
    second.await.unwrap().assert_passed();
}

#[tokio::test]
async fn ten_04_refused_names_displace_no_tenant() {
    let rule = Rule::allowing(&[ACME]);
    let tenants = TenantIssuers::new(rule.clone()).capacity(1).unwrap();
    let world = world(&tenants);
    send(&world, ACME, 0).await.assert_passed();
    for nth in 0..300 {
        let name = format!("https://login.example.com/{nth}");
        let answer = send(&world, &name, nth).await;
        answer.assert_refused("TOK(Bearer)", "token_issuer");
    }
    let calls = rule.calls();
    send(&world, ACME, 0).await.assert_passed();
    send(&world, ACME, 1).await.assert_passed();
    assert_eq!(rule.calls(), calls);
}

/// Nobody who cannot sign for a tenant takes a place of those who can.
#[tokio::test]
async fn ten_04_names_that_match_a_pattern_displace_no_tenant() {
    let pattern = IssuerPattern::new("https://login.example.com/{tenant}").unwrap();
    let calls = Arc::new(std::sync::Mutex::new(Vec::new()));
    let seen = Arc::clone(&calls);
    let tenants = TenantIssuers::matching(pattern, move |tenant, issuer| {
        seen.lock().unwrap().push(tenant.to_owned());
        Ok(Some(configured(issuer)))
    });
    let world = world(&tenants.capacity(2).unwrap());
    send(&world, ACME, 0).await.assert_passed();
    send(&world, BETA, 0).await.assert_passed();
    let forger = Key::from_seed("ES256", 9);
    for nth in 0..600 {
        let name = format!("https://login.example.com/{nth}");
        let forged = Token::unbound(&forger).claim("iss", name).sign();
        let answer = world.present_bearer(&forged).await;
        answer.assert_refused("TOK(Bearer)", "token_signature");
    }
    for nth in 0..3 {
        send(&world, ACME, nth).await.assert_passed();
        send(&world, BETA, nth).await.assert_passed();
    }
    assert_eq!(calls.lock().unwrap().len(), 602);
    let debug = format!("{tenants:?}", tenants = world.guard);
    assert!(debug.contains("proven: 2, unproven: 256"), "{debug}");
}

#[tokio::test]
async fn ten_04_least_recently_used_tenant_makes_room() {
    let names: Vec<_> = (0..3).map(|nth| format!("{ACME}{nth}")).collect();
    let rule = Rule::allowing(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let world = world(&TenantIssuers::new(rule.clone()).capacity(2).unwrap());
    let [first, second, third] = &names[..] else {
        panic!("{names:?}");
    };
    send(&world, first, 0).await.assert_passed();
    send(&world, second, 0).await.assert_passed();
    // From the cache of tokens: it counts as a use.
    send(&world, first, 0).await.assert_passed();
    send(&world, third, 0).await.assert_passed();
    assert_eq!(rule.calls(), 3);
    send(&world, first, 0).await.assert_passed();
    send(&world, third, 0).await.assert_passed();
    assert_eq!(rule.calls(), 3);
    // Its cached token ended with it.
    rule.withdraw(second);
    let answer = send(&world, second, 0).await;
    answer.assert_refused("TOK(Bearer)", "token_issuer");
    assert_eq!(rule.calls(), 4);
}

#[tokio::test]
async fn ten_05_calls_and_waiting_requests_are_limited() {
    let rule = Rule::allowing(&[]);
    let tenants = TenantIssuers::new(rule.clone());
    let tenants = tenants.concurrent_calls(2).unwrap();
    let world = Arc::new(world(&tenants.waiting_requests(4).unwrap()));
    rule.hold();
    let requests: Vec<_> = (0..4)
        .map(|nth| {
            let world = Arc::clone(&world);
            let name = format!("https://login.example.com/{nth}");
            tokio::spawn(async move { send(&world, &name, nth).await })
        })
        .collect();
    until(|| rule.calls() == 2).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    let beyond = send(&world, "https://login.example.com/5", 5).await;
    beyond.assert_refused("INFRA", "unavailable_issuer_resolver");
    let text = beyond.rejection().to_string();
    assert!(text.contains("`TenantIssuers::waiting_requests`"), "{text}");
    assert_eq!(rule.calls(), 2);
    rule.release(4);
    for request in requests {
        let answer = request.await.unwrap();
        answer.assert_refused("TOK(Bearer)", "token_issuer");
    }
    assert_eq!((rule.calls(), rule.most_running()), (4, 2));
}

#[tokio::test(start_paused = true)]
async fn ten_05_request_does_not_wait_for_ever_for_its_turn() {
    let rule = Rule::allowing(&[]);
    let tenants = TenantIssuers::new(rule.clone());
    let tenants = tenants.concurrent_calls(1).unwrap();
    let world = Arc::new(world(&tenants.timeout(Duration::from_secs(3)).unwrap()));
    rule.hold();
    let first = {
        let world = Arc::clone(&world);
        tokio::spawn(async move { send(&world, ACME, 0).await })
    };
    until(|| rule.calls() == 1).await;
    tokio::time::advance(Duration::from_secs(1)).await;
    // It gets the place that the first one leaves, or none in time.
    let second = send(&world, BETA, 0).await;
    second.assert_refused("INFRA", "unavailable_issuer_resolver");
    let first = first.await.unwrap();
    first.assert_refused("INFRA", "unavailable_issuer_resolver");
}

#[tokio::test]
async fn ten_05_new_names_do_not_delay_known_tenants() {
    let rule = Rule::allowing(&[ACME]);
    let tenants = TenantIssuers::new(rule.clone());
    let tenants = tenants.concurrent_calls(1).unwrap();
    let world = Arc::new(world(&tenants.waiting_requests(1).unwrap()));
    send(&world, ACME, 0).await.assert_passed();
    world.clock.set(NOW + 300);
    rule.hold();
    let flood = {
        let world = Arc::clone(&world);
        tokio::spawn(async move { send(&world, BETA, 0).await })
    };
    until(|| rule.calls() == 2).await;
    let known = {
        let world = Arc::clone(&world);
        tokio::spawn(async move { send(&world, ACME, 1).await })
    };
    until(|| rule.calls() == 3).await;
    rule.release(2);
    known.await.unwrap().assert_passed();
    let answer = flood.await.unwrap();
    answer.assert_refused("TOK(Bearer)", "token_issuer");
}

/// Nobody without a key makes this server call another one.
#[tokio::test]
async fn ten_06_rule_is_called_after_the_signature_of_the_proof_was_verified() {
    let rule = Rule::allowing(&[ACME]);
    let world = world(&TenantIssuers::new(rule.clone()));
    let token = world.token().claim("iss", ACME).sign();
    let good = world.proof(&token).sign();
    let (input, _) = good.rsplit_once('.').unwrap();
    let (_, foreign) = token.rsplit_once('.').unwrap();
    let answer = world.present(&token, &format!("{input}.{foreign}")).await;
    answer.assert_refused("PROOF", "proof_signature");
    assert_eq!(rule.calls(), 0);
    world.present(&token, &good).await.assert_passed();
    assert_eq!(rule.calls(), 1);
}
