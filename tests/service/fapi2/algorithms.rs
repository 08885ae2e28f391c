//! Algorithms and keys of proofs and tokens (FAPI 2.0 section 5.4.1).

use sender_constraint::keys::StaticKeys;
use sender_constraint::token::JwtVerifier;
use serde_json::json;

use super::*;

#[tokio::test]
async fn fapi_07_proofs_are_of_three_algorithms() {
    for (alg, is_accepted) in [
        ("ES256", true),
        ("EdDSA", true),
        ("Ed25519", true),
        ("PS256", true),
        ("ES384", false),
        ("ES512", false),
        ("RS256", false),
        ("PS384", false),
    ] {
        let mut world = world();
        world.client = Key::from_seed(alg, 1);
        let answer = world.send(world.good_request()).await;
        if is_accepted {
            answer.assert_passed();
        } else {
            answer.assert_refused("PROOF", "proof_algorithm");
        }
    }
    let answer = world().send(request("", "")).await;
    assert_eq!(
        answer.challenges(),
        ["DPoP algs=\"ES256 EdDSA Ed25519 PS256\""]
    );
}

#[tokio::test]
async fn fapi_07_tokens_are_of_three_algorithms() {
    for (alg, is_accepted) in [
        ("ES256", true),
        ("EdDSA", true),
        ("PS256", true),
        ("ES384", false),
        ("RS256", false),
    ] {
        let world = world_of(Key::from_seed(alg, 0), |builder| builder);
        let answer = world.send(world.good_request()).await;
        if is_accepted {
            answer.assert_passed();
        } else {
            answer.assert_refused("TOK(DPoP)", "token_algorithm_not_in_profile");
            let reason = answer.rejection().to_string();
            assert!(
                reason.contains(alg) && reason.contains("`Guard::fapi2`"),
                "{reason}"
            );
        }
    }
    let world = world();
    let token = world.token().header("alg", "none").sign();
    let answer = world.present_token(&token).await;
    answer.assert_refused("TOK(DPoP)", "token_algorithm");
}

#[tokio::test]
async fn fapi_07_token_that_another_guard_has_cached_is_refused() {
    let issuer = Key::from_seed("RS256", 0);
    let keys = StaticKeys::from_json(&json!({"keys": [issuer.published("k1")]}).to_string());
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys.unwrap()).unwrap();
    let shared = tokens.clone();
    let usual = World::with_tokens(issuer.clone(), shared, |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    });
    let fapi = World::with_tokens(issuer, tokens, |tokens| {
        Guard::fapi2(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    });
    let token = usual.token().sign();
    usual.present_token(&token).await.assert_passed();
    let answer = fapi.present_token(&token).await;
    answer.assert_refused("TOK(DPoP)", "token_algorithm_not_in_profile");
}

#[tokio::test]
async fn fapi_08_short_rsa_key_is_refused() {
    let mut world = world();
    world.client = Key::from_seed("PS256", 1);
    let (token, _) = world.token_and_proof();
    let short = json!({"kty": "RSA", "n": encode([0xff; 128]), "e": "AQAB"});
    let proof = world.proof(&token).header("jwk", short).sign();
    let answer = world.present(&token, &proof).await;
    answer.assert_refused("PROOF", "proof_key");
}

#[tokio::test]
async fn fapi_09_keys_with_the_same_kid_are_told_apart() {
    let (first, second) = (Key::from_seed("PS256", 0), Key::from_seed("ES256", 0));
    let set = json!({"keys": [first.published("k1"), second.published("k1")]});
    for issuer in [first, second] {
        let keys = StaticKeys::from_json(&set.to_string()).unwrap();
        let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys).unwrap();
        let world = World::with_tokens(issuer, tokens, |tokens| {
            Guard::fapi2(tokens).dpop(Dpop::new(ORIGIN).unwrap())
        });
        world.send(world.good_request()).await.assert_passed();
    }
}
