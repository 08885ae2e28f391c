//! `authorization_details` (RFC 9396).

use sender_constraint::require::Require;
use sender_constraint::token::AuthorizationDetail;
use serde_json::{Value, json};

use super::ask;
use crate::common::*;

fn payments() -> Require {
    let may_pay =
        |detail: &AuthorizationDetail| detail.get("amount").and_then(Value::as_str) == Some("1.00");
    Require::any_token().authorization_details("payment", may_pay)
}

async fn outcome(details: Value, require: &Require) -> (String, String) {
    let world = World::new();
    let token = world.token().claim("authorization_details", details);
    let answer = ask(&world, &token, require).await;
    let rejection = answer.0.extensions().get::<sender_constraint::Rejection>();
    let kind = rejection.map_or("", sender_constraint::Rejection::kind);
    (answer.outcome(), kind.to_owned())
}

#[track_caller]
fn assert_refused(outcome: &(String, String)) {
    assert_eq!(outcome.0, "SCOPE(DPoP)");
    assert_eq!(outcome.1, "requirement_authorization_details");
}

#[tokio::test]
async fn rar_01_details_are_an_array_of_objects_with_a_type() {
    let good = json!({"type": "payment", "amount": "1.00"});
    assert_eq!(outcome(json!([good]), &payments()).await.0, "OK");
    let other = json!({"type": "account"});
    assert_eq!(outcome(json!([other, good]), &payments()).await.0, "OK");
    for malformed in [
        good.clone(),
        json!(null),
        json!("payment"),
        json!([]),
        json!([{"amount": "1.00"}]),
        json!([good, {"amount": "1.00"}]),
        json!([good, "payment"]),
        json!([{"type": ["payment"], "amount": "1.00"}]),
        json!([[good]]),
    ] {
        assert_refused(&outcome(malformed, &payments()).await);
    }
}

#[tokio::test]
async fn rar_01_number_of_details_is_limited() {
    let good = json!({"type": "payment", "amount": "1.00"});
    for (number, passes) in [(64, true), (65, false)] {
        let details = vec![good.clone(); number];
        let outcome = outcome(details.into(), &payments()).await;
        assert_eq!(outcome.0 == "OK", passes, "{number}");
    }
}

#[tokio::test]
async fn rar_02_other_types_grant_nothing() {
    for detail_type in ["account", "Payment", "payment2", "", "payment "] {
        let details = json!([{"type": detail_type, "amount": "1.00"}]);
        assert_refused(&outcome(details, &payments()).await);
    }
}

#[tokio::test]
async fn rar_03_predicate_decides() {
    let details = json!([{"type": "payment", "amount": "2.00"}]);
    assert_refused(&outcome(details, &payments()).await);
    // One object must satisfy it as a whole.
    let split = json!([{"type": "payment"}, {"type": "account", "amount": "1.00"}]);
    assert_refused(&outcome(split, &payments()).await);
}

#[tokio::test]
async fn resp_30_challenge_is_insufficient_scope_without_scope() {
    let world = World::new();
    let answer = ask(&world, &world.token(), &payments()).await;
    let expected = "DPoP algs=\"ES256 ES384 EdDSA Ed25519 PS256\", error=\"insufficient_scope\", \
        error_description=\"The access token lacks required authorization details\"";
    assert_eq!(answer.challenges(), [expected]);
    assert_eq!(answer.status(), 403);
}

#[tokio::test]
async fn rar_04_detail_for_other_servers_grants_nothing() {
    let with =
        |locations: Value| json!([{"type": "payment", "amount": "1.00", "locations": locations}]);
    let here = payments().locations([ORIGIN, "https://rs.example.com/payments"]);
    for locations in [
        json!([ORIGIN]),
        json!(["https://other.example.com", ORIGIN]),
    ] {
        assert_eq!(outcome(with(locations), &here).await.0, "OK");
    }
    for locations in [
        json!(["https://other.example.com"]),
        json!([]),
        json!(ORIGIN),
        json!(null),
        json!([ORIGIN, 1]),
    ] {
        assert_refused(&outcome(with(locations), &here).await);
    }
    // A route that does not say where it is.
    assert_refused(&outcome(with(json!([ORIGIN])), &payments()).await);
    let everywhere = json!([{"type": "payment", "amount": "1.00"}]);
    assert_eq!(outcome(everywhere, &here).await.0, "OK");
}

#[tokio::test]
async fn rar_04_operator_learns_how_many_details_are_for_other_servers() {
    let world = World::new();
    let other = "https://other.example.com";
    let detail =
        |detail_type: &str, location: &str| json!({"type": detail_type, "locations": [location]});
    let details = json!([
        detail("payment", ORIGIN),
        detail("payment", other),
        {"type": "payment", "locations": []},
        detail("account", other),
    ]);
    let token = world.token().claim("authorization_details", details);
    let answer = ask(&world, &token, &payments().locations([ORIGIN])).await;
    let text = answer.rejection().to_string();
    let all = "none of the token's 4 authorization details grants the type \"payment\"";
    assert!(text.starts_with(all), "{text}");
    let others = "; 2 of that type name other locations";
    assert!(text.contains(others), "{text}");
}

#[tokio::test]
async fn rar_05_strings_are_compared_by_code_points() {
    let here = payments().locations([ORIGIN]);
    for location in [
        "https://rs.example.com/",
        "HTTPS://rs.example.com",
        "https://rs.example.com:443",
    ] {
        let details = json!([{"type": "payment", "amount": "1.00", "locations": [location]}]);
        assert_refused(&outcome(details, &here).await);
    }
    // A composed and a decomposed letter.
    let require = Require::any_token().authorization_details("caf\u{e9}", |_| true);
    let details = json!([{"type": "cafe\u{301}"}]);
    assert_refused(&outcome(details, &require).await);
}

#[test]
fn rar_01_details_are_read_as_types_of_the_application() {
    #[derive(serde::Deserialize)]
    struct Payment {
        amount: String,
    }
    let access = sender_constraint_testing::access(json!({
        "iss": ISSUER,
        "authorization_details": [{"type": "payment", "amount": "1.00", "locations": ["a"]}],
    }));
    let details: Vec<_> = access.authorization_details().collect();
    assert_eq!(details.len(), 1);
    assert_eq!(details[0].detail_type(), "payment");
    assert_eq!(details[0].locations().unwrap().collect::<Vec<_>>(), ["a"]);
    let payment: Payment = details[0].deserialize().unwrap();
    assert_eq!(payment.amount, "1.00");
    assert!(!format!("{:?}", details[0]).contains("1.00"));
}
