//! The confirmation in the token, not the header that the client chose, says what must be proven (RFC 9449
//! sections 6 and 7).

use sender_constraint::future::MaybeReady;
use std::sync::Arc;

use crate::common::*;
use sender_constraint::proof::Dpop;
use sender_constraint::time::Timestamp;
use sender_constraint::token::{AccessToken, PresentedToken, TokenError, TokenVerifier};
use sender_constraint::{Digest, Guard, Sender};
use serde_json::json;

#[tokio::test]
async fn dpop_71_refuses_proof_of_another_key() {
    let world = World::new();
    let token = world.token().sign();
    let thief = Key::from_seed("ES256", 2);
    let answer = world
        .present(&token, &Proof::new(&thief, &token).sign())
        .await;
    answer.assert_refused("TOK(DPoP)", "binding_key_mismatch");
    assert_eq!(world.calls(), 0);
    world
        .present(&token, &world.proof(&token).sign())
        .await
        .assert_passed();
}

#[tokio::test]
async fn dpop_72_scheme_demands_a_proof() {
    let world = both();
    let token = world.token().sign();
    world
        .present(&token, "")
        .await
        .assert_refused("PROOF", "proof_missing");
    let unbound = Token::unbound(&world.issuer).sign();
    world
        .present(&unbound, "")
        .await
        .assert_refused("PROOF", "proof_missing");
    world
        .present(&token, &world.proof(&token).sign())
        .await
        .assert_passed();
}

#[tokio::test]
async fn dpop_73_refuses_unbound_token_under_dpop() {
    for world in [World::new(), both()] {
        let token = Token::unbound(&world.issuer).sign();
        let answer = world.present(&token, &world.proof(&token).sign()).await;
        answer.assert_refused("TOK(DPoP)", "binding_unbound_token_as_dpop");
        world.send(world.good_request()).await.assert_passed();
    }
}

#[tokio::test]
async fn dpop_74_refuses_bound_token_under_bearer() {
    for world in [World::new(), both()] {
        let token = world.token().sign();
        let answer = world.present_bearer(&token).await;
        answer.assert_refused("TOK(Bearer)", "binding_bound_token_as_bearer");
        assert!(
            answer.challenges()[0].starts_with("DPoP algs="),
            "the client can switch"
        );
        let proof = world.proof(&token).sign();
        let answer = world
            .send(request(&format!("Bearer {token}"), &proof))
            .await;
        answer.assert_refused("TOK(Bearer)", "binding_bound_token_as_bearer");
        // And that proof was not used up by it.
        world.present(&token, &proof).await.assert_passed();
    }
}

#[tokio::test]
async fn dpop_75_refuses_bound_token_where_all_are_bearers() {
    let world = World::bearer_only();
    let answer = world.present_bearer(&world.token().sign()).await;
    answer.assert_refused("TOK(Bearer)", "binding_bound_token_as_bearer");
    world
        .present_bearer(&Token::unbound(&world.issuer).sign())
        .await
        .assert_passed();
}

#[tokio::test]
async fn http_27_refuses_unbound_token_unless_told() {
    let world = World::new();
    let token = Token::unbound(&world.issuer).sign();
    let answer = world.present_bearer(&token).await;
    answer.assert_refused("TOK(Bearer)", "binding_unbound_token");
    let answer = both().present_bearer(&token).await;
    answer.assert_passed();
    assert_eq!(answer.access().sender(), &Sender::default());
}

#[tokio::test]
async fn dpop_81_identity_is_the_tokens() {
    let world = World::new();
    let token = world.token().sign();
    let proof = world
        .proof(&token)
        .claim("sub", "mallory")
        .claim("iss", "mallory");
    let answer = world
        .present(&token, &proof.claim("client_id", "mallory").sign())
        .await;
    answer.assert_passed();
    let access = answer.access();
    let jkt = Digest::from_base64url(&world.client.thumbprint()).unwrap();
    assert_eq!(access.sender().jkt(), Some(&jkt));
    assert_eq!(
        (access.issuer(), access.subject(), access.client_id()),
        (ISSUER, Some("alice"), Some("app"))
    );
}

#[tokio::test]
async fn c_15_stray_proof_beside_bearer_is_ignored_unless_told() {
    let token = Token::unbound(&both().issuer).sign();
    let header = format!("Bearer {token}");
    let strict = World::with(|guard| guard.allow_unbound_tokens().refuse_stray_proofs());
    for proof in ["a.b.c".to_owned(), strict.proof(&token).sign()] {
        both().send(request(&header, &proof)).await.assert_passed();
        let answer = strict.send(request(&header, &proof)).await;
        answer.assert_refused("REQ", "binding_stray_proof");
    }
    strict.present_bearer(&token).await.assert_passed();
    strict.send(strict.good_request()).await.assert_passed();
}

#[tokio::test]
async fn dpop_70_opaque_token_is_held_to_its_key_like_a_jwt() {
    let mut world = World::new();
    let dpop = Dpop::new(ORIGIN).unwrap();
    let tokens = Opaque {
        jkt: world.client.thumbprint(),
    };
    let guard = Guard::builder(tokens).dpop(dpop).allow_unbound_tokens();
    world.guard = guard.clock(world.clock.clone()).build().unwrap();
    world
        .present("bound", &world.proof("bound").sign())
        .await
        .assert_passed();
    world.present_bearer("unbound").await.assert_passed();
    let thief = Proof::new(&Key::from_seed("ES256", 2), "bound").sign();
    world
        .present("bound", &thief)
        .await
        .assert_refused("TOK(DPoP)", "binding_key_mismatch");
    world
        .present("bound", "")
        .await
        .assert_refused("PROOF", "proof_missing");
    let answer = world.present_bearer("bound").await;
    answer.assert_refused("TOK(Bearer)", "binding_bound_token_as_bearer");
    let answer = world
        .present("unbound", &world.proof("unbound").sign())
        .await;
    answer.assert_refused("TOK(DPoP)", "binding_unbound_token_as_dpop");
    world
        .present_bearer("other")
        .await
        .assert_refused("TOK(Bearer)", "token_not_a_jws");
}

/// A guard of both schemes.
fn both() -> World {
    World::with(|guard| guard.allow_unbound_tokens())
}

/// Knows two tokens by their text.
#[derive(Debug)]
struct Opaque {
    jkt: String,
}

impl TokenVerifier for Opaque {
    fn verify<'a>(
        &'a self,
        token: PresentedToken<'a>,
        _now: Timestamp,
    ) -> MaybeReady<'a, Result<Arc<AccessToken>, TokenError>> {
        let claims = match token.expose_secret() {
            "bound" => json!({"iss": ISSUER, "exp": NOW + 60, "cnf": {"jkt": self.jkt}}),
            "unbound" => json!({"iss": ISSUER, "exp": NOW + 60}),
            _ => return MaybeReady::ready(Err(TokenError::NotAJws)),
        };
        let claims = claims.to_string();
        MaybeReady::ready(AccessToken::from_verified_claims(claims.as_bytes()).map(Arc::new))
    }
}
