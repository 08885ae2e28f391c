//! Dialects of one's own.

use sender_constraint::token::{Dialect, Marker, Roles};
use serde_json::{Value, json};

use super::world::{present, roles, scopes, untyped, with_dialect};

#[tokio::test]
async fn jwt_01_marker_with_a_value_tells_access_tokens_from_others() {
    let marker = Marker::claim_value("kind", ["access", "delegated"]);
    let world = with_dialect(Dialect::custom("mine", marker));
    let token = untyped(&world);
    for good in ["access", "delegated"] {
        let answer = present(&world, &token.clone().claim("kind", good)).await;
        answer.assert_passed();
    }
    for bad in [
        Value::Null,
        json!(""),
        json!("Access"),
        json!("access "),
        json!("id"),
        json!(["access"]),
        json!({"access": 1}),
        json!(true),
    ] {
        let answer = present(&world, &token.clone().claim("kind", bad)).await;
        answer.assert_refused("TOK(DPoP)", "token_marker");
    }
}

#[tokio::test]
async fn jwt_01_marker_of_a_present_claim_needs_a_value() {
    let marker = Marker::claim_present(["rights", "grants"]);
    let world = with_dialect(Dialect::custom("mine", marker));
    let token = untyped(&world);
    for good in [json!("x"), json!([]), json!({}), json!(0), json!(false)] {
        for claim in ["rights", "grants"] {
            let answer = present(&world, &token.clone().claim(claim, good.clone())).await;
            answer.assert_passed();
        }
    }
    present(&world, &token)
        .await
        .assert_refused("TOK(DPoP)", "token_marker");
    for bad in [json!(null), json!("")] {
        let mut token = token.clone();
        token.claims["rights"] = bad;
        let answer = present(&world, &token).await;
        answer.assert_refused("TOK(DPoP)", "token_marker");
    }
}

#[tokio::test]
async fn jwt_01_all_markers_must_hold() {
    let dialect = Dialect::custom("mine", Marker::claim_value("a", ["1"]))
        .require(Marker::claim_value("b", ["2"]))
        .refuse_claim("c");
    let world = with_dialect(dialect);
    let token = untyped(&world).claim("a", "1").claim("b", "2");
    present(&world, &token).await.assert_passed();
    for (claim, value) in [
        ("a", json!(null)),
        ("b", json!("1")),
        ("c", json!("x")),
        ("c", json!(false)),
    ] {
        let answer = present(&world, &token.clone().claim(claim, value)).await;
        answer.assert_refused("TOK(DPoP)", "token_marker");
    }
    let mut null = token.clone();
    null.claims["c"] = Value::Null;
    let answer = present(&world, &null).await;
    answer.assert_refused("TOK(DPoP)", "token_marker");
}

#[tokio::test]
async fn jwt_01_marker_without_any_choice_accepts_nothing() {
    let nothing: [&str; 0] = [];
    for marker in [
        Marker::claim_present(nothing),
        Marker::claim_value("kind", nothing),
    ] {
        let world = with_dialect(Dialect::custom("mine", marker));
        let answer = present(&world, &untyped(&world).claim("kind", "x")).await;
        answer.assert_refused("TOK(DPoP)", "token_marker");
    }
}

#[tokio::test]
async fn jwt_01_header_type_is_a_marker() {
    let world = with_dialect(Dialect::custom("mine", Marker::header_type()));
    present(&world, &world.token()).await.assert_passed();
    for typ in [Value::Null, "JWT".into()] {
        let answer = present(&world, &world.token().header("typ", typ)).await;
        answer.assert_refused("TOK(DPoP)", "token_type");
    }
}

#[tokio::test]
async fn jwt_01_typ_of_access_tokens_needs_no_marker() {
    let marker = Marker::claim_value("kind", ["access"]);
    let dialect = Dialect::custom("mine", marker).refuse_claim("auth_time");
    let world = with_dialect(dialect);
    let token = world
        .token()
        .claim("auth_time", 1)
        .claim("nonce", "typed tokens may carry it");
    present(&world, &token).await.assert_passed();
    for typ in ["dpop+jwt", "logout+jwt", "id_token+jwt", "secevent+jwt"] {
        let token = world.token().header("typ", typ).claim("kind", "access");
        let answer = present(&world, &token).await;
        answer.assert_refused("TOK(DPoP)", "token_type");
    }
}

#[tokio::test]
async fn jwt_16_claims_of_other_kinds_are_refused_unless_accepted() {
    let marker = || Marker::claim_value("kind", ["access"]);
    let strict = with_dialect(Dialect::custom("mine", marker()));
    let accepting = with_dialect(Dialect::custom("mine", marker()).accept_foreign_claim("nonce"));
    for world in [&strict, &accepting] {
        let token = untyped(world).claim("kind", "access");
        present(world, &token).await.assert_passed();
        for claim in ["at_hash", "c_hash", "s_hash", "events", "htm", "htu"] {
            let answer = present(world, &token.clone().claim(claim, "x")).await;
            answer.assert_refused("TOK(DPoP)", "token_unexpected_claim");
        }
    }
    let token = untyped(&strict).claim("kind", "access").claim("nonce", "n");
    let answer = present(&strict, &token).await;
    answer.assert_refused("TOK(DPoP)", "token_unexpected_claim");
    present(&accepting, &token).await.assert_passed();
    // With both, the accepted one does not hide the other.
    let answer = present(&accepting, &token.claim("at_hash", "x")).await;
    answer.assert_refused("TOK(DPoP)", "token_unexpected_claim");
}

#[tokio::test]
async fn jwt_16_dialect_without_a_marker_refuses_what_shows_another_kind() {
    let world = with_dialect(Dialect::custom_accepting_any_jwt("mine"));
    present(&world, &untyped(&world)).await.assert_passed();
    let answer = present(&world, &untyped(&world).claim("nonce", "n")).await;
    answer.assert_refused("TOK(DPoP)", "token_unexpected_claim");
    let answer = present(&world, &untyped(&world).claim("client_id", Value::Null)).await;
    answer.assert_refused("TOK(DPoP)", "token_marker");
    for claim in ["iss", "aud", "exp"] {
        let answer = present(&world, &untyped(&world).claim(claim, Value::Null)).await;
        answer.assert_refused("TOK(DPoP)", "token_missing_claim");
    }
}

#[tokio::test]
async fn jwt_10_first_scope_claim_that_is_there_counts() {
    let dialect = Dialect::custom("mine", Marker::claim_present(["scp", "scope"]));
    let world = with_dialect(dialect.scopes(["scp", "scope"]));
    let token = untyped(&world).claim("scope", "a b");
    assert_eq!(scopes(&present(&world, &token).await), ["a", "b"]);
    for (scp, expected) in [
        (json!("c  d"), &["c", "d"][..]),
        (json!(["c", "d"]), &["c", "d"]),
        (json!([]), &[]),
    ] {
        let answer = present(&world, &token.clone().claim("scp", scp)).await;
        assert_eq!(scopes(&answer), expected);
    }
    for scp in [
        json!(5),
        json!({"c": 1}),
        json!(["c", 5]),
        json!(["c d"]),
        json!([""]),
        json!([["c"]]),
    ] {
        let answer = present(&world, &token.clone().claim("scp", scp)).await;
        answer.assert_refused("TOK(DPoP)", "token_claim_type");
    }
}

#[tokio::test]
async fn jwt_14_client_claims_must_agree() {
    let marker = Marker::claim_value("kind", ["access"]);
    let dialect = Dialect::custom("mine", marker).clients(["app", "azp"]);
    let world = with_dialect(dialect);
    let token = untyped(&world).claim("kind", "access");
    let answer = present(&world, &token).await;
    answer.assert_refused("TOK(DPoP)", "token_marker");
    for claim in ["app", "azp"] {
        let answer = present(&world, &token.clone().claim(claim, "c1")).await;
        assert_eq!(answer.access().client_id(), Some("c1"));
    }
    let both = token.clone().claim("app", "c1");
    present(&world, &both.clone().claim("azp", "c1"))
        .await
        .assert_passed();
    for other in [json!("c2"), json!(["c1"]), json!(1)] {
        let answer = present(&world, &both.clone().claim("azp", other)).await;
        answer.assert_refused("TOK(DPoP)", "token_claim_type");
    }
}

#[tokio::test]
async fn jwt_13_clients_are_known_by_suffix_or_by_a_missing_claim() {
    let marker = || Marker::claim_present(["jti"]);
    let suffix = Dialect::custom("mine", marker()).client_subject_suffix("@clients");
    let world = with_dialect(suffix);
    for (subject, expected) in [
        ("app@clients", true),
        ("app", true),
        ("other@clients", false),
        ("app@clients2", false),
        ("alice", false),
    ] {
        let answer = present(&world, &untyped(&world).claim("sub", subject)).await;
        assert_eq!(answer.access().is_client_only(), expected, "{subject}");
    }
    let without = Dialect::custom("mine", marker()).client_subject_without("scope");
    let world = with_dialect(without);
    let answer = present(&world, &untyped(&world)).await;
    assert!(!answer.access().is_client_only());
    let answer = present(&world, &untyped(&world).claim("scope", Value::Null)).await;
    assert!(answer.access().is_client_only());
}

#[tokio::test]
async fn roles_are_read_by_path_and_form() {
    let dialect = Dialect::custom("mine", Marker::claim_present(["jti"]))
        .add_roles(Roles::list(["a.b", "c"]))
        .add_roles(Roles::keys(["urn:x:roles"]));
    let world = with_dialect(dialect);
    let token = untyped(&world).claim("a", json!({"b": {"c": ["wrong path"]}}));
    assert!(roles(&present(&world, &token).await).is_empty());
    let token = token
        .claim("a.b", json!({"c": ["r 1", "r2"], "d": ["other"]}))
        .claim("urn:x:roles", json!({"r3": {"org": "x"}}));
    let answer = present(&world, &token).await;
    assert_eq!(roles(&answer), ["r 1", "r2", "r3"]);
    assert!(answer.access().has_role("r2") && !answer.access().has_role("r"));
    for (claim, value) in [
        ("a.b", json!({"c": "r1"})),
        ("a.b", json!({"c": [1]})),
        ("a.b", json!(["r1"])),
        ("urn:x:roles", json!(["r3"])),
    ] {
        let answer = present(&world, &token.clone().claim(claim, value)).await;
        answer.assert_refused("TOK(DPoP)", "token_claim_type");
    }
}

#[tokio::test]
async fn jwt_07_rfc_9068_with_other_roles_is_as_strict() {
    let dialect = Dialect::rfc9068().add_roles(Roles::list(["groups"]));
    assert_eq!(dialect.name(), "rfc9068");
    let world = with_dialect(dialect);
    let token = world.token().claim("groups", json!(["staff"]));
    assert_eq!(roles(&present(&world, &token).await), ["staff"]);
    for claim in ["iss", "exp", "aud", "sub", "iat", "jti"] {
        let answer = present(&world, &token.clone().claim(claim, Value::Null)).await;
        answer.assert_refused("TOK(DPoP)", "token_missing_claim");
    }
    let answer = present(&world, &token.clone().header("typ", "JWT")).await;
    answer.assert_refused("TOK(DPoP)", "token_type");
}
