//! The claims that RFC 9068 section 2.2 names besides those that it requires.

use sender_constraint::time::Timestamp;
use sender_constraint::token::{AccessToken, Dialect, TokenError};
use serde_json::{Value, json};

use super::world::{present, roles, with_dialect};
use crate::common::{ISSUER, NOW};

#[tokio::test]
async fn jwt_12_authentication_is_read_for_step_up() {
    let world = with_dialect(Dialect::rfc9068());
    let answer = present(&world, &world.token()).await;
    let access = answer.access();
    assert_eq!((access.auth_time(), access.acr()), (None, None));
    assert_eq!(access.amr().count(), 0);
    let token = world
        .token()
        .claim("auth_time", NOW - 60)
        .claim("acr", "urn:mace:incommon:iap:silver")
        .claim("amr", json!(["pwd", "otp"]));
    let answer = present(&world, &token).await;
    let access = answer.access();
    let auth_time = Timestamp::from_unix_seconds(NOW - 60);
    assert_eq!(access.auth_time(), Some(auth_time));
    assert_eq!(access.acr(), Some("urn:mace:incommon:iap:silver"));
    assert_eq!(access.amr().collect::<Vec<_>>(), ["pwd", "otp"]);
}

#[tokio::test]
async fn jwt_12_authentication_claims_of_another_type_are_refused() {
    let world = with_dialect(Dialect::rfc9068());
    present(&world, &world.token()).await.assert_passed();
    for (claim, value) in [
        ("auth_time", json!("1767225600")),
        ("auth_time", json!([1])),
        ("acr", json!(1)),
        ("acr", json!(["1"])),
        ("amr", json!({"pwd": 1})),
        ("amr", json!([1])),
    ] {
        let answer = present(&world, &world.token().claim(claim, value)).await;
        answer.assert_refused("TOK(DPoP)", "token_payload");
    }
}

#[tokio::test]
async fn jwt_12_authentication_claims_are_not_repeated() {
    let world = with_dialect(Dialect::rfc9068());
    let token = world.token();
    for member in [
        r#""auth_time":1"#,
        r#""acr":"1""#,
        r#""amr":["pwd"]"#,
        r#""act":{"sub":"a"}"#,
        r#""roles":["a"]"#,
        r#""scp":["a"]"#,
    ] {
        let claims = token.claims.to_string();
        let once = claims.replacen('{', &format!("{{{member},"), 1);
        let twice = once.replacen('{', &format!("{{{member},"), 1);
        let header = token.header.to_string();
        for (claims, passes) in [(once, true), (twice, false)] {
            let text = token.sign_texts(&header, &claims);
            let proof = world.proof(&text).sign();
            let mut request = crate::common::request(&format!("DPoP {text}"), &proof);
            let peer = sender_constraint::cert::Peer::tcp("192.0.2.7:1".parse().unwrap());
            request.extensions_mut().insert(peer);
            let answer = world.send(request).await;
            if passes {
                answer.assert_passed();
            } else {
                answer.assert_refused("TOK(DPoP)", "token_payload");
            }
        }
    }
}

#[tokio::test]
async fn roles_of_rfc_9068_are_an_array_of_strings() {
    let world = with_dialect(Dialect::rfc9068());
    let token = world.token().claim("roles", json!(["admin", "a b"]));
    let answer = present(&world, &token).await;
    assert_eq!(roles(&answer), ["admin", "a b"]);
    assert!(answer.access().has_role("admin"));
    for other in ["Admin", "adm", "a", ""] {
        assert!(!answer.access().has_role(other), "{other}");
    }
    // RFC 7643 has other forms, which grant nothing here.
    for value in [
        Value::Null,
        json!("admin"),
        json!([{"value": "admin"}]),
        json!(["admin", 5]),
        json!({"admin": 1}),
    ] {
        let answer = present(&world, &world.token().claim("roles", value)).await;
        answer.assert_passed();
        assert!(roles(&answer).is_empty());
    }
}

#[test]
fn verified_claims_are_read_in_a_dialect() {
    let claims = json!({"iss": ISSUER, "sub": "u", "cid": "c", "client_id": "other", "scp": ["a"], "scope": "b"});
    let claims = claims.to_string();
    let token = AccessToken::from_verified_claims(claims.as_bytes()).unwrap();
    assert_eq!(token.claims().client_id(), Some("other"));
    assert_eq!(token.claims().scopes().collect::<Vec<_>>(), ["b"]);
    let token = AccessToken::from_verified_claims_in(&Dialect::okta(), claims.as_bytes()).unwrap();
    assert_eq!(token.claims().client_id(), Some("c"));
    assert_eq!(token.claims().scopes().collect::<Vec<_>>(), ["a"]);
    // It states no kind, and none is required of claims that were verified elsewhere.
    let bare = json!({"iss": ISSUER}).to_string();
    let token =
        AccessToken::from_verified_claims_in(&Dialect::keycloak(), bare.as_bytes()).unwrap();
    assert_eq!(token.claims().client_id(), None);
    let odd = json!({"iss": ISSUER, "cid": 5}).to_string();
    let error = AccessToken::from_verified_claims_in(&Dialect::okta(), odd.as_bytes()).unwrap_err();
    assert!(matches!(error, TokenError::ClaimType { .. }), "{error}");
    let odd = json!({"iss": ISSUER, "act": 5}).to_string();
    let error = AccessToken::from_verified_claims(odd.as_bytes()).unwrap_err();
    assert!(matches!(error, TokenError::ClaimType { .. }), "{error}");
}
