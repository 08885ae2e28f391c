//! What a response must state (RFC 7662 section 2.2).

use std::time::Duration;

use sender_constraint::require::Require;
use serde_json::{Value, json};

use super::*;
use crate::common::claims;

#[tokio::test]
async fn int_03_11_active_token_bound_to_the_proof_key_passes() {
    let asked = Asked::new();
    let passed = asked.present(TOKEN).await;
    passed.assert_passed();
    let access = passed.access();
    assert_eq!(access.subject(), Some("alice"));
    assert_eq!(access.claims().issuer(), ISSUER);
    assert!(access.has_scope("read"));
    assert_eq!(claims(access)["active"], true);
}

#[tokio::test]
async fn int_03_only_true_is_active() {
    for value in [
        json!("true"),
        json!(1),
        json!(null),
        json!([true]),
        json!({}),
    ] {
        let refused = Asked::new().answered(&with("active", value)).await;
        refused.assert_refused("INFRA", "unavailable_introspection");
    }
    let mut missing = answer(&client());
    missing.as_object_mut().unwrap().remove("active");
    let refused = Asked::new().answered(&missing).await;
    refused.assert_refused("INFRA", "unavailable_introspection");
}

#[tokio::test]
async fn int_04_inactive_token_is_refused_whatever_else_the_response_has() {
    for inactive in [
        json!({"active": false}),
        with("active", json!(false)),
        json!({"active": false, "exp": "never", "cnf": null, "aud": 7}),
    ] {
        let refused = Asked::new().answered(&inactive).await;
        refused.assert_refused("TOK(DPoP)", "token_inactive");
    }
}

#[tokio::test]
async fn int_05_response_that_is_unusable_is_an_outage() {
    let good = answer(&client()).to_string();
    let repeated = good.replacen('{', "{\"active\":false,", 1);
    let nested = good.replacen('{', "{\"x\":{\"y\":1,\"y\":2},", 1);
    for (status, content_type, body) in [
        (401, "application/json", good.as_str()),
        (403, "application/json", &good),
        (400, "application/json", &good),
        (404, "application/json", &good),
        (500, "application/json", &good),
        (503, "application/json", &good),
        (204, "application/json", ""),
        (302, "application/json", &good),
        (200, "", &good),
        (200, "text/html", &good),
        (200, "application/token-introspection+jwt", &good),
        (200, "application/json", ""),
        (200, "application/json", "true"),
        (200, "application/json", "[]"),
        (200, "application/json", "{\"active\":true"),
        (200, "application/json", &format!("{good}{good}")),
        (200, "application/json", &repeated),
        (200, "application/json", &nested),
    ] {
        let asked = Asked::new();
        asked.server.respond(status, content_type, body);
        let refused = asked.present(TOKEN).await;
        refused.assert_refused("INFRA", "unavailable_introspection");
        let reason = refused.rejection().to_string();
        assert!(reason.contains(ISSUER), "{reason}");
    }
    let asked = Asked::new();
    asked.server.disconnect();
    let refused = asked.present(TOKEN).await;
    refused.assert_refused("INFRA", "unavailable_introspection");
}

#[tokio::test]
async fn int_05_content_type_is_compared_without_parameters_and_case() {
    let asked = Asked::new();
    let body = answer(&client()).to_string();
    asked
        .server
        .respond(200, "Application/JSON; charset=UTF-8", &body);
    asked.present(TOKEN).await.assert_passed();
}

#[tokio::test]
async fn int_05_size_of_a_response_is_limited() {
    for (bytes, outcome) in [(64 * 1024, "OK"), (64 * 1024 + 1, "INFRA")] {
        let asked = Asked::new();
        let body = answer(&client()).to_string();
        let padding = " ".repeat(bytes - body.len());
        asked
            .server
            .respond(200, "application/json", &format!("{body}{padding}"));
        assert_eq!(asked.present(TOKEN).await.outcome(), outcome, "{bytes}");
    }
}

#[tokio::test]
async fn int_06_issuer_if_present_is_the_configured_one() {
    let refused = Asked::new();
    let refused = refused
        .answered(&with("iss", json!("https://other.example.com")))
        .await;
    refused.assert_refused("TOK(DPoP)", "token_issuer");
    let absent = Asked::new().answered(&without("iss")).await;
    absent.assert_passed();
    assert_eq!(absent.access().claims().issuer(), ISSUER);
}

#[tokio::test]
async fn int_06_audience_contains_this_server() {
    for good in [json!(AUDIENCE), json!(["x", AUDIENCE])] {
        let passed = Asked::new().answered(&with("aud", good)).await;
        passed.assert_passed();
    }
    for other in [json!("https://other.example.com"), json!([]), json!(["x"])] {
        let refused = Asked::new().answered(&with("aud", other)).await;
        refused.assert_refused("TOK(DPoP)", "token_audience");
    }
    let refused = Asked::new().answered(&without("aud")).await;
    refused.assert_refused("TOK(DPoP)", "token_audience_unknown");
}

#[tokio::test]
async fn int_06_missing_audience_is_accepted_by_its_option_only_when_missing() {
    let lenient = || Asked::with(|tokens| tokens.accept_tokens_without_audience());
    let passed = lenient().answered(&without("aud")).await;
    passed.assert_passed();
    let refused = lenient().answered(&with("aud", json!("other"))).await;
    refused.assert_refused("TOK(DPoP)", "token_audience");
    let second = Asked::with(|tokens| tokens.add_audience("second").unwrap());
    let passed = second.answered(&with("aud", json!("second"))).await;
    passed.assert_passed();
}

#[tokio::test]
async fn int_06_times_hold_by_this_clock() {
    for (name, value, kind) in [
        ("exp", NOW - 29, "OK"),
        ("exp", NOW - 30, "token_expired"),
        ("nbf", NOW + 30, "OK"),
        ("nbf", NOW + 31, "token_not_yet_valid"),
        ("iat", NOW + 60, "OK"),
        ("iat", NOW + 61, "token_issued_in_future"),
    ] {
        let answered = Asked::new().answered(&with(name, json!(value))).await;
        match kind {
            "OK" => answered.assert_passed(),
            kind => answered.assert_refused("TOK(DPoP)", kind),
        }
    }
    let strict = Asked::with(|tokens| tokens.leeway(Duration::ZERO).unwrap());
    let refused = strict.answered(&with("exp", json!(NOW))).await;
    refused.assert_refused("TOK(DPoP)", "token_expired");
    Asked::new().answered(&without("exp")).await.assert_passed();
}

#[tokio::test]
async fn int_11_dpop_70_confirmation_is_enforced() {
    let other = Key::from_seed("ES256", 9).thumbprint();
    let own = client().thumbprint();
    for (cnf, kind) in [
        (json!({"jkt": other}), "binding_key_mismatch"),
        (json!({"jkt": "short"}), "token_confirmation"),
        (json!({}), "token_confirmation"),
        (json!(null), "token_payload"),
        (json!("x"), "token_payload"),
        (
            json!({"jkt": own, "x5t#S256": other}),
            "binding_mtls_not_configured",
        ),
        (
            json!({"jkt": own, "kid": "1"}),
            "binding_unknown_confirmation",
        ),
    ] {
        let refused = Asked::new().answered(&with("cnf", cnf)).await;
        refused.assert_refused("TOK(DPoP)", kind);
    }
    let asked = Asked::new();
    asked.server.answer(&answer(&client()));
    let bearer = asked.world.present_bearer(TOKEN).await;
    bearer.assert_refused("TOK(Bearer)", "binding_bound_token_as_bearer");
}

#[tokio::test]
async fn int_11_response_without_confirmation_is_an_unbound_token() {
    let mut unbound = without("cnf");
    unbound["token_type"] = json!("Bearer");
    let refused = Asked::new().answered(&unbound).await;
    refused.assert_refused("TOK(DPoP)", "binding_unbound_token_as_dpop");
}

#[tokio::test]
async fn dpop_78_type_dpop_without_key_is_refused() {
    let thumbprint = client().thumbprint();
    let certificate = with("cnf", json!({"x5t#S256": thumbprint}));
    for answered in [without("cnf"), certificate] {
        let refused = Asked::new().answered(&answered).await;
        refused.assert_refused("TOK(DPoP)", "token_dpop_without_key");
    }
    for name in ["dpop", "Bearer", "bearer"] {
        let passed = Asked::new()
            .answered(&with("token_type", json!(name)))
            .await;
        passed.assert_passed();
    }
    Asked::new()
        .answered(&without("token_type"))
        .await
        .assert_passed();
}

#[tokio::test]
async fn int_06_other_kinds_of_tokens_are_refused() {
    for (name, value) in [
        ("token_type", "refresh_token"),
        ("token_type", "N_A"),
        ("token_type", ""),
        ("token_use", "refresh_token"),
        ("token_use", "id"),
    ] {
        let refused = Asked::new().answered(&with(name, json!(value))).await;
        refused.assert_refused("TOK(DPoP)", "token_reported_type");
    }
    let access = with("token_use", json!("access_token"));
    Asked::new().answered(&access).await.assert_passed();
}

fn with(name: &str, value: Value) -> Value {
    let mut answer = answer(&client());
    answer[name] = value;
    answer
}

fn without(name: &str) -> Value {
    let mut answer = answer(&client());
    answer.as_object_mut().unwrap().remove(name);
    answer
}

#[tokio::test]
async fn step_08_acr_and_auth_time_of_an_answer_count() {
    let require = Require::any_token()
        .acr(["high"])
        .max_age(Duration::from_secs(300));
    for (acr, auth_time, kind) in [
        ("high", NOW - 300, ""),
        ("low", NOW - 300, "requirement_acr"),
        ("high", NOW - 301, "requirement_auth_time"),
    ] {
        let mut asked = Asked::new();
        let layer = asked.world.guard.layer().require(require.clone());
        asked.world = asked.world.behind(layer);
        let mut answer = with("acr", json!(acr));
        answer["auth_time"] = json!(auth_time);
        let answer = asked.answered(&answer).await;
        if kind.is_empty() {
            answer.assert_passed();
        } else {
            answer.assert_refused("STEP(DPoP)", kind);
        }
    }
}

#[tokio::test]
async fn rar_01_details_of_an_answer_count() {
    let require = Require::any_token().authorization_details("payment", |_| true);
    let details = json!([{"type": "payment"}]);
    for (details, passes) in [(details, true), (json!({"type": "payment"}), false)] {
        let mut asked = Asked::new();
        let layer = asked.world.guard.layer().require(require.clone());
        asked.world = asked.world.behind(layer);
        let answer = asked
            .answered(&with("authorization_details", details))
            .await;
        assert_eq!(answer.status() == 200, passes);
    }
}
