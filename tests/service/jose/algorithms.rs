//! Which algorithms an access token may be signed with, and that no key serves another one (RFC 8725 section 3.1).

use crate::common::{AUDIENCE, ISSUER, Key, MintToken as _, ORIGIN, Token, World, encode};
use jsonwebtoken::EncodingKey;
use sender_constraint::Guard;
use sender_constraint::jose::Algorithm;
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::token::{Issuer, JwtVerifier};
use serde_json::{Value, json};

#[tokio::test]
async fn jose_01_an_algorithm_of_proofs_is_not_one_of_tokens() {
    let (ec, ed) = (Key::from_seed("ES256", 0), Key::from_seed("Ed25519", 0));
    let world = world([&ec, &ed], Some(&[Algorithm::Ed25519]));
    let client = Key::from_seed("ES256", 1);
    let token = Token::bound(&ed, &client);
    world.present_token(&token.sign()).await.assert_passed();
    let token = Token::bound(&ec, &client);
    let answer = world.present_token(&token.sign()).await;
    answer.assert_refused("TOK(DPoP)", "token_algorithm");
}

#[test]
fn jose_02_docs_name_the_default_algorithms() {
    let names = |algorithms: &[Algorithm]| {
        let names: Vec<_> = algorithms.iter().map(|each| each.name()).collect();
        names.join(", ")
    };
    let (token, proof) = (
        names(&Algorithm::TOKEN_DEFAULT),
        names(&Algorithm::PROOF_DEFAULT),
    );
    let text = |source: &str| {
        let lines = source
            .lines()
            .map(|line| line.trim().trim_start_matches("/// "));
        lines.collect::<Vec<_>>().join(" ")
    };
    let constants = text(include_str!("../../../src/jose/alg.rs"));
    assert!(constants.contains(&format!("access tokens by default: {token}.")));
    assert!(constants.contains(&format!("proofs by default: {proof}.")));
    let fapi = names(&Algorithm::FAPI);
    assert!(constants.contains(&format!("for tokens and for proofs: {fapi}.")));
    let of_issuer = text(include_str!("../../../src/token/jwt/issuer.rs"));
    assert!(of_issuer.contains(&format!("[`Algorithm::TOKEN_DEFAULT`] ({token}).")));
    let of_dpop = text(include_str!("../../../src/proof/dpop.rs"));
    assert!(of_dpop.contains(&format!("[`Algorithm::PROOF_DEFAULT`] ({proof}).")));
}

#[tokio::test]
async fn jose_02_default_algorithms_of_tokens() {
    let names = Algorithm::ALL.map(Algorithm::name);
    let keys = names.map(|name| Key::from_seed(name, 0));
    let world = world(&keys, None);
    let mut accepted = Vec::new();
    for key in &keys {
        let answer = world
            .present_token(&Token::bound(key, &world.client).sign())
            .await;
        if answer.status().is_success() {
            accepted.push(key.alg());
        } else {
            answer.assert_refused("TOK(DPoP)", "token_algorithm");
        }
    }
    let defaults = ["ES256", "ES384", "EdDSA", "Ed25519", "PS256", "RS256"];
    assert_eq!(accepted, defaults);
    assert_eq!(accepted, Algorithm::TOKEN_DEFAULT.map(Algorithm::name));
}

#[tokio::test]
async fn jose_02_every_algorithm_verifies_when_it_is_configured() {
    let keys = Algorithm::ALL.map(|algorithm| Key::from_seed(algorithm.name(), 0));
    let world = world(&keys, Some(&Algorithm::ALL));
    for key in &keys {
        let token = Token::bound(key, &world.client).sign();
        world.present_token(&token).await.assert_passed();
        let forged = Token::bound(&Key::from_seed(key.alg(), 1), &world.client).sign();
        let answer = world.present_token(&forged).await;
        answer.assert_refused("TOK(DPoP)", "token_signature");
    }
}

#[tokio::test]
async fn jose_02_fapi_algorithms_leave_out_rs256() {
    let keys =
        ["PS256", "ES256", "EdDSA", "Ed25519", "RS256", "ES384"].map(|alg| Key::from_seed(alg, 0));
    let world = world(&keys, Some(&Algorithm::FAPI));
    for key in &keys {
        let answer = world
            .present_token(&Token::bound(key, &world.client).sign())
            .await;
        if ["RS256", "ES384"].contains(&key.alg()) {
            answer.assert_refused("TOK(DPoP)", "token_algorithm");
        } else {
            answer.assert_passed();
        }
    }
}

#[tokio::test]
async fn jose_03_both_names_of_ed25519_go_with_either_name_in_the_key() {
    for named in ["EdDSA", "Ed25519"] {
        let key = Key::from_seed(named, 0);
        let world = world([&key], None);
        for alg in ["EdDSA", "Ed25519"] {
            let token = Token::bound(&key.with_alg(alg), &world.client).sign();
            world.present_token(&token).await.assert_passed();
        }
    }
}

#[tokio::test]
async fn jose_03_eddsa_is_pinned_to_ed25519() {
    let key = Key::from_seed("EdDSA", 0);
    let ed448 = json!({"kty": "OKP", "crv": "Ed448", "x": encode([7; 57]), "kid": "k448"});
    let world = world_of([key.published("k1"), ed448], None);
    let token = Token::bound(&key, &world.client);
    world.present_token(&token.sign()).await.assert_passed();
    let answer = world
        .present_token(&token.header("kid", "k448").sign())
        .await;
    answer.assert_refused("TOK(DPoP)", "token_unknown_key");
}

#[tokio::test]
async fn jose_04_refuses_every_name_that_is_not_in_the_list() {
    let key = Key::from_seed("ES256", 0);
    let world = world([&key], Some(&Algorithm::ALL));
    let token = Token::bound(&key, &world.client);
    world.present_token(&token.sign()).await.assert_passed();
    for alg in [
        "ESP256",
        "ESP384",
        "ESP512",
        "es256",
        "Es256",
        "ES256 ",
        " ES256",
        "ES256K",
        "Ed448",
        "EDDSA",
        "none",
        "None",
        "NONE",
        "nOnE",
        "",
        "HS256",
        "HS384",
        "HS512",
        "RSA-OAEP",
        "dir",
        "ML-DSA-44",
    ] {
        let answer = world
            .present_token(&token.clone().header("alg", alg).sign())
            .await;
        answer.assert_refused("TOK(DPoP)", "token_algorithm");
    }
    let answer = world
        .present_token(&token.clone().header("alg", Value::Null).sign())
        .await;
    answer.assert_refused("TOK(DPoP)", "token_missing_header_member");
    for alg in [json!(["ES256"]), json!(7), json!({"ES256": 1})] {
        let answer = world
            .present_token(&token.clone().header("alg", alg).sign())
            .await;
        answer.assert_refused("TOK(DPoP)", "token_header");
    }
}

#[tokio::test]
async fn jwt_05_unsigned_token_is_refused() {
    let world = World::new();
    let good = world.token();
    world.present_token(&good.sign()).await.assert_passed();
    let header = json!({"typ": "at+jwt", "alg": "none"}).to_string();
    let input = format!("{}.{}", encode(header), encode(good.claims.to_string()));
    let answer = world.present_token(&format!("{input}.")).await;
    answer.assert_refused("TOK(DPoP)", "token_not_a_jws");
    let answer = world.present_token(&format!("{input}.AAAA")).await;
    answer.assert_refused("TOK(DPoP)", "token_algorithm");
}

#[tokio::test]
async fn jose_12_public_key_is_no_hmac_secret() {
    for alg in ["ES256", "RS256"] {
        let key = Key::from_seed(alg, 0);
        let world = world([&key], Some(&Algorithm::ALL));
        let good = Token::bound(&key, &world.client);
        world.present_token(&good.sign()).await.assert_passed();
        let jwk = key.jwk();
        let member = |name: &str| jwk[name].as_str().unwrap_or_default().to_owned();
        let published = key.published("k1").to_string();
        for secret in [jwk.to_string(), published, member("x"), member("n")] {
            let answer = world.present_token(&hmac(&good, secret.as_bytes())).await;
            answer.assert_refused("TOK(DPoP)", "token_algorithm");
        }
    }
}

#[tokio::test]
async fn jose_12_symmetric_key_in_the_set_verifies_nothing() {
    let key = Key::from_seed("ES256", 0);
    let oct = json!({"kty": "oct", "k": encode("secret"), "kid": "shared", "alg": "HS256"});
    let world = world_of([key.published("k1"), oct], Some(&Algorithm::ALL));
    let token = Token::bound(&key, &world.client);
    world.present_token(&token.sign()).await.assert_passed();
    let token = token.header("kid", "shared");
    let answer = world.present_token(&hmac(&token, b"secret")).await;
    answer.assert_refused("TOK(DPoP)", "token_algorithm");
    let answer = world.present_token(&token.sign()).await;
    answer.assert_refused("TOK(DPoP)", "token_unknown_key");
}

#[tokio::test]
async fn jose_01_key_with_an_algorithm_serves_no_other() {
    let key = Key::from_seed("PS256", 0);
    let world = world([&key], Some(&Algorithm::ALL));
    let token = |alg| Token::bound(&key.with_alg(alg), &world.client).sign();
    world.present_token(&token("PS256")).await.assert_passed();
    for alg in ["PS384", "PS512", "RS256", "RS384", "RS512"] {
        let answer = world.present_token(&token(alg)).await;
        answer.assert_refused("TOK(DPoP)", "token_unknown_key");
    }
}

#[tokio::test]
async fn jose_01_key_without_an_algorithm_serves_those_of_its_type() {
    let key = Key::from_seed("PS256", 0);
    let mut jwk = key.published("k1");
    jwk.as_object_mut().unwrap().remove("alg");
    let world = world_of([jwk], Some(&Algorithm::ALL));
    for alg in ["PS256", "PS384", "PS512", "RS256", "RS384", "RS512"] {
        let token = Token::bound(&key.with_alg(alg), &world.client).sign();
        world.present_token(&token).await.assert_passed();
    }
    let other = Token::bound(&Key::from_seed("ES256", 0), &world.client).sign();
    let answer = world.present_token(&other).await;
    answer.assert_refused("TOK(DPoP)", "token_unknown_key");
}

#[tokio::test]
async fn jwt_05_signature_of_one_algorithm_is_none_of_another() {
    let key = Key::from_seed("RS256", 0);
    let mut jwk = key.published("k1");
    jwk.as_object_mut().unwrap().remove("alg");
    let world = world_of([jwk], Some(&Algorithm::ALL));
    for (claimed, signed) in [("RS256", "PS256"), ("PS256", "RS256"), ("RS384", "RS256")] {
        let token = Token::bound(&key.with_alg(signed), &world.client);
        world.present_token(&token.sign()).await.assert_passed();
        let answer = world
            .present_token(&token.header("alg", claimed).sign())
            .await;
        answer.assert_refused("TOK(DPoP)", "token_signature");
    }
}

/// The token's claims under HS256, signed by a minter that knows HMAC.
fn hmac(token: &Token, secret: &[u8]) -> String {
    let mut header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
    header.typ = Some("at+jwt".to_owned());
    let kid = token.header.get("kid").and_then(Value::as_str);
    header.kid = kid.map(str::to_owned);
    jsonwebtoken::encode(&header, &token.claims, &EncodingKey::from_secret(secret)).unwrap()
}

/// A guard that knows these keys, all under `kid` `k1`.
fn world<'k>(keys: impl IntoIterator<Item = &'k Key>, algorithms: Option<&[Algorithm]>) -> World {
    world_of(keys.into_iter().map(|key| key.published("k1")), algorithms)
}

fn world_of(jwks: impl IntoIterator<Item = Value>, algorithms: Option<&[Algorithm]>) -> World {
    let jwks: Vec<_> = jwks.into_iter().collect();
    let keys = StaticKeys::from_json(&json!({"keys": jwks}).to_string()).unwrap();
    let mut issuer = Issuer::new(ISSUER, keys).unwrap();
    if let Some(algorithms) = algorithms {
        issuer = issuer.algorithms(algorithms.iter().copied()).unwrap();
    }
    let tokens = JwtVerifier::for_issuer(issuer, AUDIENCE).unwrap();
    World::with_tokens(Key::from_seed("ES256", 0), tokens, |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    })
}
