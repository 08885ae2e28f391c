//! Each need is evaluated once for a request, and the application's own code only when everything before it is met.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use sender_constraint::require::Require;
use sender_constraint::time::{Clock, Timestamp};
use serde_json::{Value, json};

use super::{ask, served_by_layer};
use crate::common::*;

/// Advances by a millisecond at each reading.
#[derive(Debug, Default)]
struct Advancing(AtomicU64);

impl Clock for Advancing {
    fn now(&self) -> Timestamp {
        let readings = self.0.fetch_add(1, Ordering::Relaxed);
        Timestamp::from_unix_seconds(NOW).saturating_add(Duration::from_millis(readings))
    }
}

#[tokio::test]
async fn scp_04_need_is_named_once_although_the_clock_advances() {
    let mut world = World::new();
    let guard = world.guard.to_builder().clock(Advancing::default());
    world.guard = guard.build().unwrap();
    let require = Require::scopes(["pay"]).max_age(Duration::from_secs(300));
    let token = world.token().claim("auth_time", NOW - 900);
    let answer = ask(&world, &token, &require).await;
    answer.assert_refused("STEP(DPoP)", "requirement_auth_time");
    let rejection = answer.rejection();
    let others: Vec<&str> = rejection.also_unmet().iter().map(Into::into).collect();
    assert_eq!(others, ["requirement_scope"]);
    let text = rejection.to_string();
    assert_eq!(text.matches("`Require::max_age`").count(), 1, "{text}");
}

/// A requirement of a detail of this type, for which nothing holds, and how often it was decided.
fn counted(require: Require, detail_type: &str) -> (Require, Arc<AtomicUsize>) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&runs);
    let require = require.authorization_details(detail_type, move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
        false
    });
    (require, runs)
}

async fn refused(require: &Require, details: Value) -> Vec<String> {
    let world = World::new();
    let token = world.token().claim("authorization_details", details);
    let answer = served_by_layer(&world, &token, require).await;
    let rejection = answer.rejection();
    let others = rejection.also_unmet().iter().map(Into::<&str>::into);
    let all = std::iter::once(rejection.kind()).chain(others);
    all.map(str::to_owned).collect()
}

#[tokio::test]
async fn rar_03_predicate_runs_once_for_each_object_of_a_refused_request() {
    let (require, payments) = counted(Require::any_token(), "payment");
    let (require, accounts) = counted(require, "account");
    let require = require.predicate("role", |_| panic!("the details are not met"));
    let details = json!([{"type": "payment"}, {"type": "payment"}, {"type": "account"}]);
    let unmet = refused(&require, details).await;
    assert_eq!(unmet, ["requirement_authorization_details"; 2]);
    assert_eq!(payments.load(Ordering::Relaxed), 2);
    assert_eq!(accounts.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn rar_03_predicate_does_not_run_if_another_need_is_not_met() {
    let details = json!([{"type": "payment"}]);
    let (require, runs) = counted(Require::scopes(["pay"]), "payment");
    assert_eq!(
        refused(&require, details.clone()).await,
        ["requirement_scope"]
    );
    let (require, _) = counted(require, "account");
    let unmet = refused(&require, details).await;
    assert_eq!(
        unmet,
        ["requirement_scope", "requirement_authorization_details"]
    );
    assert_eq!(runs.load(Ordering::Relaxed), 0);
}
