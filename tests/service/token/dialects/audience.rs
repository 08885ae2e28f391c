//! The audience, where a dialect allows another claim instead of `aud`.

use sender_constraint::token::{Dialect, Marker};
use serde_json::{Value, json};

use super::world::{present, untyped, with_dialect};
use crate::common::AUDIENCE;

#[tokio::test]
async fn jwt_04_other_claim_counts_only_without_aud() {
    let dialect = Dialect::custom("mine", Marker::claim_present(["jti"]));
    let world = with_dialect(dialect.accept_audience_in("client_id"));
    let without = untyped(&world).claim("aud", Value::Null);
    let ours = without.clone().claim("client_id", AUDIENCE);
    present(&world, &ours).await.assert_passed();
    let answer = present(&world, &without).await;
    answer.assert_refused("TOK(DPoP)", "token_audience");
    for aud in [json!("https://other.example.com"), json!([]), json!("")] {
        let answer = present(&world, &ours.clone().claim("aud", aud)).await;
        answer.assert_refused("TOK(DPoP)", "token_audience");
    }
    let mut null = ours.clone();
    null.claims["aud"] = Value::Null;
    let answer = present(&world, &null).await;
    answer.assert_refused("TOK(DPoP)", "token_payload");
}

#[tokio::test]
async fn jwt_04_other_claim_must_be_a_string() {
    let dialect = Dialect::custom("mine", Marker::claim_present(["jti"]));
    let world = with_dialect(dialect.accept_audience_in("resource"));
    let token = untyped(&world).claim("aud", Value::Null);
    present(&world, &token.clone().claim("resource", AUDIENCE))
        .await
        .assert_passed();
    for resource in [json!([AUDIENCE]), json!({AUDIENCE: 1}), json!(5)] {
        let answer = present(&world, &token.clone().claim("resource", resource)).await;
        answer.assert_refused("TOK(DPoP)", "token_claim_type");
    }
    for resource in [json!(null), json!("")] {
        let answer = present(&world, &token.clone().claim("resource", resource)).await;
        answer.assert_refused("TOK(DPoP)", "token_missing_claim");
    }
}

#[tokio::test]
async fn jwt_04_no_other_dialect_does_without_aud() {
    for name in Dialect::NAMES.into_iter().filter(|name| *name != "cognito") {
        let world = with_dialect(Dialect::from_name(name).unwrap());
        let token = all_claims(world.token());
        present(&world, &token).await.assert_passed();
        let token = token.claim("aud", Value::Null);
        let answer = present(&world, &token).await;
        answer.assert_refused("TOK(DPoP)", "token_missing_claim");
    }
}

/// The client under all names.
fn all_claims(token: crate::common::Token) -> crate::common::Token {
    ["azp", "appid", "cid", "client_id"]
        .into_iter()
        .fold(token, |token, claim| token.claim(claim, AUDIENCE))
}
