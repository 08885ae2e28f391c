//! The members of `cnf`: all that are known must hold, and an unknown one cannot (RFC 7800 section 3; DPOP-80,
//! DPOP-82).

use crate::common::*;
use sender_constraint::error::{BindingError, RejectionReason};
use sender_constraint::future::MaybeReady;
use std::sync::Arc;

use sender_constraint::time::Timestamp;
use sender_constraint::token::{AccessToken, PresentedToken, TokenError, TokenVerifier};
use sender_constraint::{ConfigError, Guard};
use serde_json::{Value, json};

/// The certificate thumbprint of RFC 8705 appendix A.
const X5T: &str = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";

#[tokio::test]
async fn dpop_80_every_known_member_must_hold() {
    for world in worlds() {
        let jkt = world.client.thumbprint();
        dpop(&world, json!({"jkt": jkt})).await.assert_passed();
        // Without certificates configured, no request can show both or the second.
        let both = json!({"jkt": jkt, "x5t#S256": X5T});
        let answer = dpop(&world, both.clone()).await;
        answer.assert_refused("TOK(DPoP)", "binding_mtls_not_configured");
        let answer = bearer(&world, both).await;
        answer.assert_refused("TOK(Bearer)", "binding_bound_token_as_bearer");
        let certificate = json!({"x5t#S256": X5T});
        let answer = dpop(&world, certificate.clone()).await;
        answer.assert_refused("TOK(DPoP)", "binding_unbound_token_as_dpop");
        let answer = bearer(&world, certificate).await;
        answer.assert_refused("TOK(Bearer)", "binding_mtls_not_configured");
    }
}

#[tokio::test]
async fn dpop_80_dpop_82_refuses_unknown_members() {
    for world in worlds() {
        let jkt = world.client.thumbprint();
        for (name, value) in [
            ("kid", json!("x")),
            ("jwk", world.client.jwk()),
            ("jku", json!("https://as.example.com/keys")),
            ("jkt#S384", json!("x")),
            ("JKT", json!(jkt)),
            ("jkt ", json!(jkt)),
            ("x5t#S512", json!("x")),
            ("", json!(null)),
        ] {
            for beside_jkt in [true, false] {
                let mut cnf = json!({ name: value });
                if beside_jkt {
                    cnf["jkt"] = jkt.clone().into();
                }
                let answer = dpop(&world, cnf.clone()).await;
                answer.assert_refused("TOK(DPoP)", "binding_unknown_confirmation");
                assert_eq!(unknown(&answer), format!("{name:?}"));
                let answer = bearer(&world, cnf).await;
                answer.assert_refused("TOK(Bearer)", "binding_unknown_confirmation");
            }
        }
    }
}

#[tokio::test]
async fn c_03_named_member_is_ignored_beside_a_proof_only() {
    let world = World::with(|guard| {
        guard
            .allow_unbound_tokens()
            .ignore_confirmation_member("kid")
    });
    let jkt = world.client.thumbprint();
    dpop(&world, json!({"jkt": jkt, "kid": "x"}))
        .await
        .assert_passed();
    let answer = dpop(&world, json!({"jkt": jkt, "kid": "x", "foo": 1})).await;
    answer.assert_refused("TOK(DPoP)", "binding_unknown_confirmation");
    assert_eq!(unknown(&answer), "\"foo\"");
    // It does not stand in for one.
    let answer = dpop(&world, json!({"kid": "x"})).await;
    answer.assert_refused("TOK(DPoP)", "binding_unknown_confirmation");
    let answer = bearer(&world, json!({"kid": "x"})).await;
    answer.assert_refused("TOK(Bearer)", "binding_unknown_confirmation");
    let answer = bearer(&world, json!({"jkt": jkt, "kid": "x"})).await;
    answer.assert_refused("TOK(Bearer)", "binding_bound_token_as_bearer");
    assert_eq!(world.calls(), 1);
}

#[test]
fn c_03_known_members_cannot_be_ignored() {
    for name in ["jkt", "x5t#S256"] {
        let guard = Guard::builder(Anything)
            .allow_unbound_tokens()
            .ignore_confirmation_member("kid")
            .ignore_confirmation_member(name);
        assert_eq!(
            guard.build().err(),
            Some(ConfigError::KnownConfirmationMember(name))
        );
    }
}

#[tokio::test]
async fn cnf_that_names_nothing_is_not_unbound() {
    for world in worlds() {
        for (cnf, kind) in [
            (json!({}), "token_confirmation"),
            (json!(null), "token_payload"),
            (json!(""), "token_payload"),
            (json!([]), "token_payload"),
            (json!(false), "token_payload"),
            (json!({"jkt": null}), "token_payload"),
        ] {
            let answer = bearer(&world, cnf.clone()).await;
            answer.assert_refused("TOK(Bearer)", kind);
            dpop(&world, cnf).await.assert_refused("TOK(DPoP)", kind);
        }
    }
}

#[tokio::test]
async fn dpop_71_refuses_malformed_digests() {
    let world = World::with(|guard| guard.allow_unbound_tokens());
    let jkt = world.client.thumbprint();
    dpop(&world, json!({"jkt": jkt})).await.assert_passed();
    for digest in [
        String::new(),
        jkt[..42].to_owned(),
        format!("{jkt}A"),
        format!("{jkt}="),
        format!(" {jkt}"),
        with_trailing_bits(&jkt),
        "ab".repeat(32),
    ] {
        for member in ["jkt", "x5t#S256"] {
            let answer = dpop(&world, json!({ member: digest })).await;
            answer.assert_refused("TOK(DPoP)", "token_confirmation");
            let answer = bearer(&world, json!({ member: digest })).await;
            answer.assert_refused("TOK(Bearer)", "token_confirmation");
        }
    }
    for digest in [json!(7), json!([jkt]), json!({"S256": jkt})] {
        let answer = dpop(&world, json!({ "jkt": digest })).await;
        answer.assert_refused("TOK(DPoP)", "token_payload");
    }
}

#[tokio::test]
async fn cnf_has_a_bounded_number_of_members() {
    let world = World::new();
    for (count, kind) in [
        (8, "binding_unknown_confirmation"),
        (9, "token_confirmation"),
    ] {
        let members = (0..count).map(|number| (format!("m{number}"), json!(1)));
        let mut cnf = Value::Object(members.collect());
        cnf["jkt"] = world.client.thumbprint().into();
        dpop(&world, cnf).await.assert_refused("TOK(DPoP)", kind);
    }
}

/// A guard that demands binding, and one that does not.
fn worlds() -> [World; 2] {
    [
        World::new(),
        World::with(|guard| guard.allow_unbound_tokens()),
    ]
}

/// A token with this `cnf`, which may be null.
fn token(world: &World, cnf: Value) -> String {
    let mut token = world.token();
    token.claims["cnf"] = cnf;
    token.sign()
}

async fn dpop(world: &World, cnf: Value) -> Answer {
    let token = token(world, cnf);
    world.present(&token, &world.proof(&token).sign()).await
}

async fn bearer(world: &World, cnf: Value) -> Answer {
    world.present_bearer(&token(world, cnf)).await
}

/// The members that were in the way.
fn unknown(answer: &Answer) -> String {
    match answer.rejection().reason() {
        RejectionReason::Binding(BindingError::UnknownConfirmation { members }) => {
            members.to_string()
        }
        _ => String::new(),
    }
}

/// The same digest under a lenient decoder: 43 characters leave two unused bits.
fn with_trailing_bits(digest: &str) -> String {
    let (kept, last) = digest.split_at(42);
    // The last character stands for a multiple of four; the next one in ASCII stands for one more.
    format!("{kept}{}", char::from(last.as_bytes()[0] + 1))
}

/// A verifier that no test asks.
#[derive(Debug)]
struct Anything;

impl TokenVerifier for Anything {
    fn verify<'a>(
        &'a self,
        _: PresentedToken<'a>,
        _: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        MaybeReady::ready(Err(TokenError::NotAJws))
    }
}
