//! JOSE headers: `kid`, `zip`, the senders that are kept by their header; and the clock.

use sender_constraint::Guard;
use sender_constraint::keys::{KeySet, StaticKeys};
use sender_constraint::proof::Dpop;
use sender_constraint::token::{Issuer, JwtVerifier};
use serde_json::{Value, json};

use crate::common::{
    AUDIENCE, ISSUER, Key, MintProof as _, MintToken as _, NOW, ORIGIN, Proof, Token, World,
};

#[tokio::test]
async fn d7_kid_of_a_proof_is_ignored_whatever_it_is() {
    let world = World::new();
    let token = world.token().sign();
    for kid in [
        json!("k"),
        json!(1),
        json!(null),
        json!(["k"]),
        json!({"k": 1}),
    ] {
        let mut proof = world.proof(&token);
        proof.header["kid"] = kid.clone();
        world.present(&token, &proof.sign()).await.assert_passed();
        let mut proof = world.proof(&token);
        proof.header["jwk"]["kid"] = kid;
        world.present(&token, &proof.sign()).await.assert_passed();
    }
    let proof = world.proof(&token);
    let header = proof.header.to_string();
    let twice = header.replace(r#""kty""#, r#""kid":1,"kid":2,"kty""#);
    let answer = world
        .present(&token, &proof.sign_texts(&twice, &proof.claims.to_string()))
        .await;
    answer.assert_refused("PROOF", "proof_header");
}

#[tokio::test]
async fn d7_kid_that_is_compared_must_be_a_text() {
    let world = World::new();
    for kid in [json!(1), json!(null), json!(["k1"]), json!({"k1": 1})] {
        let mut token = world.token();
        token.header["kid"] = kid.clone();
        let answer = world.present_token(&token.sign()).await;
        answer.assert_refused("TOK(DPoP)", "token_header");
        let mut jwk = world.issuer.published("k1");
        jwk["kid"] = kid;
        let set = json!({"keys": [jwk, world.issuer.published("k1")]}).to_string();
        let set = KeySet::from_json(set.as_bytes()).unwrap();
        assert_eq!((set.len(), set.skipped().len()), (1, 1));
    }
}

#[tokio::test]
async fn d7_compressed_jws_is_refused() {
    let world = World::new();
    for zip in [
        json!("DEF"),
        json!(""),
        json!(null),
        json!(false),
        json!([]),
    ] {
        let mut token = world.token();
        token.header["zip"] = zip.clone();
        let answer = world.present_token(&token.sign()).await;
        answer.assert_refused("TOK(DPoP)", "token_critical");
        let shown = answer.rejection().to_string();
        assert!(shown.contains("`zip`"), "{shown}");

        let token = world.token().sign();
        let mut proof = world.proof(&token);
        proof.header["zip"] = zip;
        let answer = world.present(&token, &proof.sign()).await;
        answer.assert_refused("PROOF", "proof_critical");
        let shown = answer.rejection().to_string();
        assert!(shown.contains("`zip`"), "{shown}");
    }
}

#[tokio::test]
async fn n5_sender_is_kept_once_however_it_spells_its_header() {
    let dpop = Dpop::new(ORIGIN).unwrap();
    let world = World::with_dpop(|_| dpop.clone());
    let kept = || format!("{dpop:?}");
    let token = world.token().sign();
    assert!(kept().contains("ProofKeyCache(0 entries)"), "{}", kept());
    for spelling in [0, 1, 2, 3, 3, 1, 0] {
        let proof = world.proof(&token).header("spelling", spelling);
        let answer = world.present(&token, &proof.sign()).await;
        answer.assert_passed();
        assert!(kept().contains("ProofKeyCache(1 entries)"), "{}", kept());
    }
    // Another client has an entry of its own.
    let other = Key::from_seed("ES256", 7);
    let token = Token::bound(&world.issuer, &other).sign();
    let proof = Proof::new(&other, &token).sign();
    world.present(&token, &proof).await.assert_passed();
    assert!(kept().contains("ProofKeyCache(2 entries)"), "{}", kept());
}

#[tokio::test]
async fn n7_at_the_epoch_only_tokens_without_times_are_accepted() {
    let key = Key::from_seed("ES256", 0);
    let keys = StaticKeys::from_json(&json!({"keys": [key.published("k1")]}).to_string()).unwrap();
    let issuer = Issuer::new(ISSUER, keys).unwrap().accept_untyped_tokens();
    let tokens = JwtVerifier::for_issuer(issuer, AUDIENCE).unwrap();
    let world = World::with_tokens(key.clone(), tokens, |tokens| {
        let guard = Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap());
        guard.allow_unbound_tokens()
    });
    world.clock.set(0);
    let (with_iat, without) = (
        Token::unbound(&key),
        Token::unbound(&key).claim("iat", Value::Null),
    );
    let answer = world.present_bearer(&with_iat.sign()).await;
    answer.assert_refused("TOK(Bearer)", "token_issued_in_future");
    let nbf = without.clone().claim("nbf", NOW);
    let answer = world.present_bearer(&nbf.sign()).await;
    answer.assert_refused("TOK(Bearer)", "token_not_yet_valid");
    world.present_bearer(&without.sign()).await.assert_passed();

    let bound = world.token().claim("iat", Value::Null);
    let answer = world.present_token(&bound.sign()).await;
    answer.assert_refused("PROOF", "proof_issued_in_future");
}
