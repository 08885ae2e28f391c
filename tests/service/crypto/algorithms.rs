//! Which algorithms prove a sender: those configured, each with its own kind of key (DPOP-07, DPOP-10, JOSE-01
//! to JOSE-04).

use crate::common::*;
use sender_constraint::jose::Algorithm;
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::token::{Issuer, JwtVerifier};
use sender_constraint::{ConfigError, Guard};
use serde_json::json;

/// Every algorithm by name, and the kind of key that it goes with.
const ALGORITHMS: [(&str, &str); 11] = [
    ("ES256", "P-256"),
    ("ES384", "P-384"),
    ("ES512", "P-521"),
    ("EdDSA", "Ed25519"),
    ("Ed25519", "Ed25519"),
    ("PS256", "RSA"),
    ("PS384", "RSA"),
    ("PS512", "RSA"),
    ("RS256", "RSA"),
    ("RS384", "RSA"),
    ("RS512", "RSA"),
];

#[test]
fn every_algorithm_is_in_the_table() {
    let names = ALGORITHMS.map(|(name, _)| Algorithm::from_name(name).unwrap());
    assert_eq!(names, Algorithm::ALL);
}

#[tokio::test]
async fn dpop_07_takes_every_algorithm_that_is_configured() {
    for (name, _) in ALGORITHMS {
        let world = world_of(name, [algorithm(name)]);
        world.send(world.good_request()).await.assert_passed();
        assert_eq!(algs(&world).await, name);
    }
}

#[tokio::test]
async fn dpop_07_refuses_every_algorithm_that_is_not_configured() {
    for (name, _) in ALGORITHMS {
        let others = Algorithm::ALL
            .into_iter()
            .filter(|other| other.name() != name);
        let world = world_of(name, others);
        world
            .send(world.good_request())
            .await
            .assert_refused("PROOF", "proof_algorithm");
        let world = world_of(name, Algorithm::ALL);
        world.send(world.good_request()).await.assert_passed();
    }
}

#[tokio::test]
async fn jose_02_default_list_of_proofs() {
    let accepted = ["ES256", "ES384", "EdDSA", "Ed25519", "PS256"];
    for (name, _) in ALGORITHMS {
        let mut world = World::new();
        world.client = Key::from_seed(name, 1);
        let answer = world.send(world.good_request()).await;
        match accepted.contains(&name) {
            true => answer.assert_passed(),
            false => answer.assert_refused("PROOF", "proof_algorithm"),
        }
    }
    assert_eq!(algs(&World::new()).await, accepted.join(" "));
}

#[tokio::test]
async fn jose_02_fapi_list_of_proofs() {
    let accepted = ["PS256", "ES256", "EdDSA", "Ed25519"];
    for (name, _) in ALGORITHMS {
        let world = world_of(name, Algorithm::FAPI);
        let answer = world.send(world.good_request()).await;
        match accepted.contains(&name) {
            true => answer.assert_passed(),
            false => answer.assert_refused("PROOF", "proof_algorithm"),
        }
    }
    assert_eq!(
        algs(&world_of("ES256", Algorithm::FAPI)).await,
        accepted.join(" ")
    );
}

#[tokio::test]
async fn jose_02_fapi_list_of_tokens() {
    for (name, outcome) in [
        ("ES256", "OK"),
        ("PS256", "OK"),
        ("RS256", "TOK(DPoP)"),
        ("ES384", "TOK(DPoP)"),
    ] {
        let issuer = Key::from_seed(name, 0);
        let world = world_of_issuer(issuer, Algorithm::FAPI, Algorithm::FAPI);
        let answer = world.send(world.good_request()).await;
        assert_eq!(answer.outcome(), outcome, "{name}");
    }
}

#[tokio::test]
async fn jose_01_lists_of_tokens_and_proofs_are_apart() {
    // Each list lacks what the other one has.
    let world = |token: &str, proof: &str| {
        let lists = ([algorithm("ES256")], [algorithm("ES384")]);
        let mut world = world_of_issuer(Key::from_seed(token, 0), lists.0, lists.1);
        world.client = Key::from_seed(proof, 1);
        world
    };
    let send = async |world: World| world.send(world.good_request()).await;
    send(world("ES256", "ES384")).await.assert_passed();
    let answer = send(world("ES384", "ES384")).await;
    answer.assert_refused("TOK(DPoP)", "token_algorithm");
    let answer = send(world("ES256", "ES256")).await;
    answer.assert_refused("PROOF", "proof_algorithm");
}

#[tokio::test]
async fn dpop_10_algorithm_goes_with_one_kind_of_key() {
    let world = world_of("ES256", Algorithm::ALL);
    for (alg, kind) in ALGORITHMS {
        for (signer, other) in ALGORITHMS {
            let client = Key::from_seed(signer, 1);
            let token = Token::bound(&world.issuer, &client).sign();
            // An RSA key signs in the scheme that `alg` names; the others have but one.
            let signing = if other == kind {
                client.with_alg(alg)
            } else {
                client
            };
            let proof = Proof::new(&signing, &token).header("alg", alg);
            let answer = world.present(&token, &proof.sign()).await;
            match other == kind {
                true => answer.assert_passed(),
                false => answer.assert_refused("PROOF", "proof_key"),
            }
        }
    }
}

#[tokio::test]
async fn dpop_10_jwk_alg_must_agree() {
    let world = world_of("ES256", Algorithm::ALL);
    for (alg, kind) in ALGORITHMS {
        for (stated, _) in ALGORITHMS {
            let client = Key::from_seed(alg, 1);
            let token = Token::bound(&world.issuer, &client).sign();
            let mut proof = Proof::new(&client, &token);
            proof.header["jwk"]["alg"] = stated.into();
            let answer = world.present(&token, &proof.sign()).await;
            // RFC 9864 section 2.2: two names, one algorithm.
            let agrees = alg == stated || (kind == "Ed25519" && stated.starts_with("Ed"));
            match agrees {
                true => answer.assert_passed(),
                false => answer.assert_refused("PROOF", "proof_key"),
            }
        }
    }
}

#[tokio::test]
async fn dpop_09_known_sender_still_has_to_sign() {
    for (name, _) in ALGORITHMS {
        let world = world_of(name, [algorithm(name)]);
        world.send(world.good_request()).await.assert_passed();
        let token = world.token().sign();
        // The same header byte for byte, signed by somebody else.
        let mut forged = world.proof(&token);
        forged.key = Key::from_seed(name, 2);
        let answer = world.present(&token, &forged.sign()).await;
        answer.assert_refused("PROOF", "proof_signature");
    }
}

#[tokio::test]
async fn dpop_09_one_rsa_key_under_two_algorithms() {
    let world = world_of("PS256", [algorithm("PS256"), algorithm("RS256")]);
    let token = world.token().sign();
    let keys = ["PS256", "RS256"].map(|alg| world.client.with_alg(alg));
    for key in &keys {
        let proof = Proof::new(key, &token).sign();
        world.present(&token, &proof).await.assert_passed();
    }
    for (named, signing) in [(&keys[0], &keys[1]), (&keys[1], &keys[0])] {
        let mut proof = Proof::new(named, &token);
        proof.key = signing.clone();
        let answer = world.present(&token, &proof.sign()).await;
        answer.assert_refused("PROOF", "proof_signature");
    }
}

#[tokio::test]
async fn dpop_07_known_sender_does_not_outlive_its_list() {
    let dpop = Dpop::new(ORIGIN).unwrap();
    let wide = World::of(Key::from_seed("ES256", 0), |tokens| {
        Guard::builder(tokens).dpop(dpop.clone())
    });
    let good = wide.good_request();
    wide.send(good.clone()).await.assert_passed();
    let narrow = World::of(wide.issuer.clone(), |tokens| {
        Guard::builder(tokens).dpop(dpop.algorithms([Algorithm::Es384]).unwrap())
    });
    narrow
        .send(good)
        .await
        .assert_refused("PROOF", "proof_algorithm");
}

#[test]
fn empty_list_is_refused_at_start() {
    let empty = Dpop::new(ORIGIN).unwrap().algorithms([]);
    assert_eq!(empty.unwrap_err(), ConfigError::NoAlgorithm("proof"));
}

#[tokio::test]
async fn repeated_algorithms_are_advertised_once() {
    let twice = [Algorithm::Es256, Algorithm::Ed25519, Algorithm::Es256];
    assert_eq!(algs(&world_of("ES256", twice)).await, "ES256 Ed25519");
}

fn algorithm(name: &str) -> Algorithm {
    Algorithm::from_name(name).unwrap()
}

/// A client that signs with `name`, before a guard that accepts `proofs`.
fn world_of(name: &str, proofs: impl IntoIterator<Item = Algorithm>) -> World {
    let mut world = World::with_dpop(|dpop| dpop.algorithms(proofs).unwrap());
    world.client = Key::from_seed(name, 1);
    world
}

/// A guard with a list for tokens and one for proofs.
fn world_of_issuer(
    key: Key,
    tokens: impl IntoIterator<Item = Algorithm>,
    proofs: impl IntoIterator<Item = Algorithm>,
) -> World {
    let keys = json!({"keys": [key.published("k1")]}).to_string();
    let issuer = Issuer::new(ISSUER, StaticKeys::from_json(&keys).unwrap()).unwrap();
    let issuer = issuer.algorithms(tokens).unwrap();
    let tokens = JwtVerifier::for_issuer(issuer, AUDIENCE).unwrap();
    let dpop = Dpop::new(ORIGIN).unwrap().algorithms(proofs).unwrap();
    World::with_tokens(key, tokens, |tokens| Guard::builder(tokens).dpop(dpop))
}

/// What the guard tells clients.
async fn algs(world: &World) -> String {
    let answer = world.send(request("", "")).await;
    let challenge = answer.challenges()[0].strip_prefix("DPoP algs=\"").unwrap();
    challenge.split_once('"').unwrap().0.to_owned()
}
