//! Which requests join a call of the rule in progress, after clients that disconnect and purges.

use std::sync::Arc;

use sender_constraint::token::TenantIssuers;
use tokio::task::JoinHandle;

use super::world::*;
use crate::common::*;

/// A tenant that is known, and whose answer has ended: its requests call the rule themselves.
async fn known_tenant(rule: &Rule) -> (Arc<World>, TenantIssuers) {
    let tenants = TenantIssuers::new(rule.clone());
    let world = Arc::new(world(&tenants));
    send(&world, ACME, 0).await.assert_passed();
    world.clock.set(NOW + 300);
    rule.hold();
    (world, tenants)
}

fn request(world: &Arc<World>, nth: usize) -> JoinHandle<Answer> {
    let world = Arc::clone(world);
    tokio::spawn(async move { send(&world, ACME, nth).await })
}

async fn disconnect(request: JoinHandle<Answer>) {
    request.abort();
    assert!(request.await.is_err_and(|error| error.is_cancelled()));
}

/// Lets all requests run until they wait.
async fn until_all_wait() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn ten_02_call_can_be_joined_after_a_client_that_waits_disconnected() {
    let rule = Rule::allowing(&[ACME]);
    let (world, _) = known_tenant(&rule).await;
    let first = request(&world, 1);
    until(|| rule.calls() == 2).await;
    let gone = request(&world, 2);
    until_all_wait().await;
    disconnect(gone).await;
    let joining = request(&world, 3);
    until_all_wait().await;
    assert_eq!(rule.calls(), 2);
    rule.release(1);
    first.await.unwrap().assert_passed();
    joining.await.unwrap().assert_passed();
}

#[tokio::test]
async fn ten_07_call_from_before_a_purge_ends_and_the_later_one_can_be_joined() {
    let rule = Rule::allowing(&[ACME]);
    let (world, tenants) = known_tenant(&rule).await;
    let earlier = request(&world, 1);
    until(|| rule.calls() == 2).await;
    tenants.purge(ACME);
    let later = request(&world, 2);
    until(|| rule.calls() == 3).await;
    disconnect(earlier).await;
    let joining = request(&world, 3);
    until_all_wait().await;
    assert_eq!(rule.calls(), 3);
    rule.release(1);
    later.await.unwrap().assert_passed();
    joining.await.unwrap().assert_passed();
}
