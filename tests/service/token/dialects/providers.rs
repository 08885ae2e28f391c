//! The tokens of `vectors/dialects/`, as each provider documents them.

use sender_constraint::Digest;
use sender_constraint::token::Dialect;
use sender_constraint_testing::Issuer;
use serde_json::{Value, json};

use super::world::{guarded, present, present_on, roles, scopes};
use crate::common::{Answer, NOW, Token, World};

#[tokio::test]
async fn jwt_10_jwt_13_jwt_14_access_token_of_each_provider_is_read_in_one_vocabulary() {
    for vector in vectors() {
        let world = vector.world();
        for case in vector.cases("access_tokens") {
            let answer = vector.present(&world, &case).await;
            answer.assert_passed();
            let (access, expect) = (answer.access(), &case["expect"]);
            let name = format!("{}: {}", vector.0["dialect"], case["name"]);
            assert_eq!(json!(access.client_id()), expect["client_id"], "{name}");
            assert_eq!(json!(access.subject()), expect["subject"], "{name}");
            assert_eq!(json!(scopes(&answer)), expect["scopes"], "{name}");
            assert_eq!(json!(roles(&answer)), expect["roles"], "{name}");
            assert_eq!(
                json!(access.is_client_only()),
                expect["is_client_only"],
                "{name}"
            );
        }
    }
}

#[tokio::test]
async fn jwt_16_other_tokens_of_each_provider_are_refused() {
    for vector in vectors() {
        let world = vector.world();
        let good = &vector.cases("access_tokens")[0];
        vector.present(&world, good).await.assert_passed();
        for case in vector.cases("refused") {
            let answer = vector.present(&world, &case).await;
            let name = format!("{}: {}", vector.0["dialect"], case["name"]);
            assert_eq!(json!(answer.kind()), case["kind"], "{name}: {answer:?}");
        }
        assert_eq!(world.calls(), 1);
    }
}

#[tokio::test]
async fn jwt_16_refusal_names_the_dialect_and_the_setting() {
    for vector in vectors() {
        let world = vector.world();
        for case in vector.cases("refused") {
            let answer = vector.present(&world, &case).await;
            let text = answer.rejection().to_string();
            if ["token_marker", "token_claim_type"].contains(&answer.kind()) {
                let name = vector.0["dialect"].to_string();
                assert!(text.contains(&name), "{text}");
            }
            if ["token_marker", "token_claim_type", "token_type"].contains(&answer.kind()) {
                assert!(text.contains("Issuer::dialect"), "{text}");
            }
        }
    }
}

#[tokio::test]
async fn jwt_01_tokens_of_providers_are_refused_without_their_dialect() {
    for vector in vectors() {
        let (issuer, audience) = (vector.text("issuer"), vector.text("audience"));
        let world = guarded(issuer, audience, Dialect::rfc9068(), true);
        let cases = vector.cases("access_tokens");
        let case = cases.last().expect("a case");
        let answer = vector.present(&world, case).await;
        let expected = match vector.text("dialect") {
            "authlete" => "token_missing_claim",
            _ => "token_type",
        };
        assert_eq!(answer.kind(), expected, "{}", case["name"]);
    }
}

#[tokio::test]
async fn dpop_71_bound_token_of_a_provider_needs_its_key() {
    for vector in vectors().filter(|vector| vector.issues("dpop")) {
        let world = vector.world();
        let token = vector.token(&world, &vector.cases("access_tokens")[0]);
        let bound = token.clone().bound_to(&world.client);
        present(&world, &bound).await.assert_passed();
        let answer = present_on(&world, &bound, None).await;
        answer.assert_refused("TOK(Bearer)", "binding_bound_token_as_bearer");
        let answer = present_on(&world, &token, None).await;
        answer.assert_refused("TOK(Bearer)", "binding_unbound_token");
    }
}

#[tokio::test]
async fn mtls_01_bound_token_of_a_provider_needs_its_certificate() {
    for vector in vectors().filter(|vector| vector.issues("certificate")) {
        let world = vector.world();
        let token = vector.token(&world, &vector.cases("access_tokens")[0]);
        let x5t_s256 = Digest::sha256(CERTIFICATE).to_string();
        let bound = token.claim("cnf", json!({"x5t#S256": x5t_s256}));
        let answer = present_on(&world, &bound, Some(CERTIFICATE)).await;
        answer.assert_passed();
        let answer = present_on(&world, &bound, Some(b"another")).await;
        answer.assert_refused("TOK(Bearer)", "binding_certificate_mismatch");
    }
}

#[test]
fn each_ready_made_dialect_has_vectors() {
    for name in Dialect::NAMES {
        let has_vector = vectors().any(|vector| vector.text("dialect") == name);
        assert!(has_vector || name == "rfc9068", "{name}");
    }
}

/// A file of `vectors/dialects/`.
struct Vector(Value);

impl Vector {
    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().expect("text")
    }

    fn cases(&self, name: &str) -> Vec<Value> {
        self.0[name].as_array().expect("cases").clone()
    }

    /// Whether the provider binds tokens this way.
    fn issues(&self, binding: &str) -> bool {
        self.0["binding"]
            .as_array()
            .expect("bindings")
            .contains(&json!(binding))
    }

    fn world(&self) -> World {
        let dialect = self.text("dialect").parse().expect("a dialect");
        let allows_unbound = !self.issues("dpop");
        guarded(
            self.text("issuer"),
            self.text("audience"),
            dialect,
            allows_unbound,
        )
    }

    /// The token at `NOW`, signed by the issuer of the guard.
    fn token(&self, world: &World, case: &Value) -> Token {
        let mut claims = case["claims"].clone();
        for (name, value) in [
            ("iat", NOW),
            ("nbf", NOW),
            ("auth_time", NOW - 60),
            ("exp", NOW + 600),
        ] {
            if claims.get(name).is_some() {
                claims[name] = value.into();
            }
        }
        let issuer = Issuer::new(self.text("issuer")).with_key(world.issuer.clone());
        issuer.jwt(case["header"].clone(), claims)
    }

    /// Presents the token as its provider issues it: bound to a key, or unbound.
    async fn present(&self, world: &World, case: &Value) -> Answer {
        let token = self.token(world, case);
        if self.issues("dpop") {
            present(world, &token.bound_to(&world.client)).await
        } else {
            present_on(world, &token, None).await
        }
    }
}

fn vectors() -> impl Iterator<Item = Vector> {
    let texts = [
        include_str!("../../../vectors/dialects/auth0.json"),
        include_str!("../../../vectors/dialects/authlete.json"),
        include_str!("../../../vectors/dialects/cognito.json"),
        include_str!("../../../vectors/dialects/entra-id-v1.json"),
        include_str!("../../../vectors/dialects/entra-id.json"),
        include_str!("../../../vectors/dialects/keycloak.json"),
        include_str!("../../../vectors/dialects/okta.json"),
        include_str!("../../../vectors/dialects/ory.json"),
        include_str!("../../../vectors/dialects/zitadel.json"),
    ];
    texts
        .into_iter()
        .map(|text| Vector(serde_json::from_str(text).expect("JSON")))
}

/// Stands for a certificate: what it says does not matter to the binding.
const CERTIFICATE: &[u8] = b"certificate";
