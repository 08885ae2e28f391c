//! Signed responses (RFC 9701).

use http::header::ACCEPT;
use sender_constraint::jose::Algorithm;
use sender_constraint::keys::StaticKeys;
use serde_json::{Value, json};

use super::*;
use crate::common::{MintToken as _, Token, keys_after, sign};

const MEDIA_TYPE: &str = "application/token-introspection+jwt";

/// A signed response before it is signed.
struct Signed {
    header: Value,
    claims: Value,
    key: Key,
}

impl Signed {
    fn good() -> Self {
        Self {
            header: json!({"typ": "token-introspection+jwt", "alg": "ES256", "kid": "k1"}),
            claims: json!({
                "iss": ISSUER,
                "aud": CLIENT_ID,
                "iat": NOW,
                "token_introspection": answer(&client()),
            }),
            key: Key::from_seed("ES256", 0),
        }
    }

    fn claim(mut self, name: &str, value: Value) -> Self {
        self.claims[name] = value;
        self
    }

    fn header(mut self, name: &str, value: Value) -> Self {
        self.header[name] = value;
        self
    }

    fn jwt(&self) -> String {
        sign(
            &self.key,
            &self.header.to_string(),
            &self.claims.to_string(),
        )
    }

    async fn presented(&self) -> Answer {
        self.presented_to(keys()).await
    }

    async fn presented_to(&self, keys: StaticKeys) -> Answer {
        let asked = signed_by_one_of(keys);
        asked.server.respond(200, MEDIA_TYPE, &self.jwt());
        asked.present(TOKEN).await
    }
}

fn signed() -> Asked {
    signed_by_one_of(keys())
}

fn signed_by_one_of(keys: StaticKeys) -> Asked {
    Asked::with(|tokens| tokens.require_signed_responses(keys).unwrap())
}

fn keys() -> StaticKeys {
    let set = json!({"keys": [Key::from_seed("ES256", 0).published("k1")]});
    StaticKeys::from_json(&set.to_string()).unwrap()
}

#[tokio::test]
async fn int_13_14_signed_response_passes() {
    let asked = signed();
    asked.server.respond(200, MEDIA_TYPE, &Signed::good().jwt());
    let passed = asked.present(TOKEN).await;
    passed.assert_passed();
    assert_eq!(passed.access().subject(), Some("alice"));
    assert_eq!(asked.server.last_call().headers[ACCEPT], MEDIA_TYPE);
    for (name, value) in [
        ("aud", json!(["x", CLIENT_ID])),
        ("iat", json!(NOW - 60)),
        ("iat", json!(NOW + 60)),
    ] {
        let good = Signed::good().claim(name, value);
        good.presented().await.assert_passed();
    }
    let typ = json!("Application/Token-Introspection+JWT");
    Signed::good()
        .header("typ", typ)
        .presented()
        .await
        .assert_passed();
}

#[tokio::test]
async fn int_13_plain_response_is_no_substitute() {
    let jwt = Signed::good().jwt();
    let plain = answer(&client()).to_string();
    for (content_type, body) in [
        ("application/json", &plain),
        (MEDIA_TYPE, &plain),
        ("application/json", &jwt),
        ("application/jwt", &jwt),
        ("", &jwt),
    ] {
        let asked = signed();
        asked.server.respond(200, content_type, body);
        let refused = asked.present(TOKEN).await;
        refused.assert_refused("INFRA", "unavailable_introspection");
    }
}

#[tokio::test]
async fn int_14_each_claim_and_header_member_is_checked() {
    let good = Signed::good;
    for (fault, changed) in [
        ("typ", good().header("typ", json!("at+jwt"))),
        ("typ", good().header("typ", json!("JWT"))),
        ("typ", good().header("typ", json!(null))),
        ("alg", good().header("alg", json!("none"))),
        ("alg", good().header("alg", json!("HS256"))),
        ("crit", good().header("crit", json!(["x"]))),
        ("signature", good().header("alg", json!("RS256"))),
        ("signature", good().header("kid", json!("k2"))),
        (
            "iss",
            good().claim("iss", json!("https://evil.example.com")),
        ),
        ("iss", without(good(), "iss")),
        ("aud", good().claim("aud", json!("another client"))),
        ("aud", good().claim("aud", json!([]))),
        ("aud", without(good(), "aud")),
        ("iat", good().claim("iat", json!(NOW - 61))),
        ("iat", good().claim("iat", json!(NOW + 61))),
        ("iat", without(good(), "iat")),
        ("active", without(good(), "token_introspection")),
        ("object", good().claim("token_introspection", json!("{}"))),
        ("object", good().claim("token_introspection", json!(null))),
        ("active", good().claim("token_introspection", json!({}))),
    ] {
        let refused = changed.presented().await;
        refused.assert_refused("INFRA", "unavailable_introspection");
        let reason = refused.rejection().to_string();
        assert!(reason.contains(fault), "{fault}: {reason}");
    }
}

#[tokio::test]
async fn int_14_signature_is_that_of_the_issuer() {
    let forged = Signed {
        key: Key::from_seed("ES256", 7),
        ..Signed::good()
    };
    let forged = forged.presented().await;
    forged.assert_refused("INFRA", "unavailable_introspection");
    for broken in ["a.b", "a.b.c.d.e", "", "..", "a.b.c"] {
        let asked = signed();
        asked.server.respond(200, MEDIA_TYPE, broken);
        let refused = asked.present(TOKEN).await;
        refused.assert_refused("INFRA", "unavailable_introspection");
    }
}

#[tokio::test]
async fn jose_10_sixteen_keys_verify_a_response_without_kid() {
    let key = Key::from_seed("ES256", 0);
    let signed = without_kid(Signed::good());
    for (others, last, passes) in [
        (15, key.jwk(), true),
        (16, key.jwk(), false),
        (16, key.published("k1"), true),
    ] {
        let presented = signed.presented_to(keys_after(others, last)).await;
        if passes {
            presented.assert_passed();
        } else {
            presented.assert_refused("INFRA", "unavailable_introspection");
            let reason = presented.rejection().to_string();
            assert!(reason.contains("signature"), "{reason}");
        }
    }
}

#[tokio::test]
async fn jose_01_algorithms_of_responses_are_a_list_of_their_own() {
    let asked = Asked::with(|tokens| {
        let tokens = tokens.response_algorithms([Algorithm::Ps256]).unwrap();
        tokens.require_signed_responses(keys()).unwrap()
    });
    asked.server.respond(200, MEDIA_TYPE, &Signed::good().jwt());
    let refused = asked.present(TOKEN).await;
    refused.assert_refused("INFRA", "unavailable_introspection");
    let reason = refused.rejection().to_string();
    assert!(reason.contains("response_algorithms"), "{reason}");
}

#[tokio::test]
async fn int_15_only_the_inner_members_are_used() {
    // Outer members that would make another token of it.
    let outer = Signed::good()
        .claim("sub", json!("mallory"))
        .claim("active", json!(true))
        .claim(
            "cnf",
            json!({"jkt": Key::from_seed("ES256", 9).thumbprint()}),
        )
        .claim("exp", json!(1));
    let passed = outer.presented().await;
    passed.assert_passed();
    assert_eq!(passed.access().subject(), Some("alice"));
    let inactive = Signed::good()
        .claim("active", json!(true))
        .claim("token_introspection", json!({"active": false}));
    let refused = inactive.presented().await;
    refused.assert_refused("TOK(DPoP)", "token_inactive");
}

#[tokio::test]
async fn int_15_signed_response_is_no_access_token() {
    let world = World::new();
    let jwt = Signed::good().claim("exp", json!(NOW + 60)).jwt();
    let proof = world.proof(&jwt).sign();
    let refused = world.present(&jwt, &proof).await;
    refused.assert_refused("TOK(DPoP)", "token_type");
    // Even if its claims were those of one.
    let token = Token::bound(&world.issuer, &world.client).header("typ", "token-introspection+jwt");
    let token = token.sign();
    let proof = world.proof(&token).sign();
    let refused = world.present(&token, &proof).await;
    refused.assert_refused("TOK(DPoP)", "token_type");
}

fn without(mut signed: Signed, name: &str) -> Signed {
    signed.claims.as_object_mut().unwrap().remove(name);
    signed
}

fn without_kid(mut signed: Signed) -> Signed {
    signed.header.as_object_mut().unwrap().remove("kid");
    signed
}
