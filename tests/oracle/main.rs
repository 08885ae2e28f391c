//! The crate `jsonwebtoken` beside ours: what it mints passes here, and what passes here passes there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a broken test should say where"
)]

#[path = "../common/mod.rs"]
mod common;

use sender_constraint::jose::Algorithm;
use std::cell::Cell;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use common::{AUDIENCE, ISSUER, Key, MintToken as _, ORIGIN, Token, World, encode};
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation};
use p256::pkcs8::EncodePrivateKey as _;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use sender_constraint::Guard;
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::token::{Issuer, JwtVerifier};
use serde_json::{Value, json};
use tokio::runtime;

#[tokio::test]
async fn jwt_05_tokens_of_a_foreign_minter_pass() {
    let rsa = rsa::RsaPrivateKey::new(&mut rand_core::OsRng, 2048).unwrap();
    let rsa_jwk = json!({"kty": "RSA", "n": encode(rsa.n().to_bytes_be()), "e": encode(rsa.e().to_bytes_be())});
    let rsa = EncodingKey::from_rsa_der(rsa.to_pkcs1_der().unwrap().as_bytes());
    let p256 = p256::SecretKey::from_slice(&[1; 32]).unwrap();
    let p384 = p384::SecretKey::from_slice(&[1; 48]).unwrap();
    // `Key::from_seed(alg, 0)` is the same scalar.
    let minters = [
        (
            "ES256",
            EncodingKey::from_ec_der(p256.to_pkcs8_der().unwrap().as_bytes()),
            Key::from_seed("ES256", 0).jwk(),
        ),
        (
            "ES384",
            EncodingKey::from_ec_der(p384.to_pkcs8_der().unwrap().as_bytes()),
            Key::from_seed("ES384", 0).jwk(),
        ),
        (
            "EdDSA",
            EncodingKey::from_ed_der(&ed25519_pkcs8([1; 32])),
            Key::from_seed("EdDSA", 0).jwk(),
        ),
        ("RS256", rsa.clone(), rsa_jwk.clone()),
        ("RS384", rsa.clone(), rsa_jwk.clone()),
        ("RS512", rsa.clone(), rsa_jwk.clone()),
        ("PS256", rsa.clone(), rsa_jwk.clone()),
        ("PS384", rsa.clone(), rsa_jwk.clone()),
        ("PS512", rsa, rsa_jwk),
    ];
    for (alg, minter, mut jwk) in minters {
        jwk["kid"] = "k1".into();
        let world = guarded(&jwk);
        let token = Token::bound(&world.issuer, &world.client);
        let mut header = Header::new(alg.parse().unwrap());
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some("k1".to_owned());
        let token = jsonwebtoken::encode(&header, &token.claims, &minter).unwrap();
        let proof = world.proof(&token).sign();
        world.present(&token, &proof).await.assert_passed();
        assert!(oracle_accepts(&token, &jwk, alg), "{alg}");
    }
}

/// Bytes of the finished token change: nothing but the token itself passes.
#[test]
fn jwt_05_never_laxer_than_the_oracle_on_a_changed_token() {
    for alg in ["ES256", "EdDSA", "PS256"] {
        let key = Key::from_seed(alg, 0);
        let judges = Judges::new(&key);
        let token = Token::unbound(&key).sign();
        let changes = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3);
        let accepted = Cell::new(0);
        let each = |changes: Vec<(prop::sample::Index, u8)>| {
            let other = changed(token.as_bytes(), &changes);
            let passed = judges.check(&other, &accepted)?;
            prop_assert_eq!(passed, other == token.as_bytes());
            Ok(())
        };
        TestRunner::new(config(96)).run(&changes, each).unwrap();
        assert!(accepted.get() > 0, "the token itself was never tried");
    }
}

/// Bytes of header and claims change before the issuer signs them.
#[test]
fn jwt_05_never_laxer_than_the_oracle_on_signed_nonsense() {
    let key = Key::from_seed("ES256", 0);
    let judges = Judges::new(&key);
    let token = Token::unbound(&key);
    let (header, claims) = (token.header.to_string(), token.claims.to_string());
    let index = any::<prop::sample::Index>();
    let byte = prop_oneof![
        prop::sample::select(b"\"\\{}[],:0aA \x00\xff".to_vec()),
        any::<u8>()
    ];
    let changes = (
        any::<bool>(),
        proptest::collection::vec((index, byte), 0..3),
    );
    let accepted = Cell::new(0);
    let each = |(in_header, changes): (bool, Vec<(prop::sample::Index, u8)>)| {
        let part = |text: &str, changes| encode(changed(text.as_bytes(), changes));
        let (of_header, of_claims) = match in_header {
            true => (&changes[..], &[][..]),
            false => (&[][..], &changes[..]),
        };
        let input = format!("{}.{}", part(&header, of_header), part(&claims, of_claims));
        let signature = encode(key.sign(input.as_bytes()));
        judges.check(format!("{input}.{signature}").as_bytes(), &accepted)?;
        Ok(())
    };
    TestRunner::new(config(512)).run(&changes, each).unwrap();
    assert!(
        accepted.get() > 10,
        "only {} of 512 were accepted",
        accepted.get()
    );
}

/// Ours and theirs, with the same key and the same expectations.
struct Judges {
    world: World,
    runtime: runtime::Runtime,
    jwk: Value,
    alg: String,
}

impl Judges {
    fn new(key: &Key) -> Self {
        let mut jwk = key.jwk();
        jwk["kid"] = "k1".into();
        Self {
            world: guarded(&jwk),
            runtime: runtime::Builder::new_current_thread().build().unwrap(),
            jwk,
            alg: key.alg().to_owned(),
        }
    }

    /// Whether ours accepts the token; fails if theirs then does not.
    fn check(&self, token: &[u8], accepted: &Cell<u32>) -> Result<bool, TestCaseError> {
        let Ok(authorization) = http::HeaderValue::from_bytes(&[b"Bearer ", token].concat()) else {
            return Ok(false);
        };
        let request = http::Request::get("/a").header("authorization", authorization);
        let answer = self.world.send(request.body(()).unwrap());
        let ours = self.runtime.block_on(answer).status().is_success();
        if ours {
            accepted.set(accepted.get() + 1);
            let token = std::str::from_utf8(token).unwrap();
            prop_assert!(oracle_accepts(token, &self.jwk, &self.alg), "{token}");
        }
        Ok(ours)
    }
}

fn guarded(jwk: &Value) -> World {
    let keys = StaticKeys::from_json(&json!({"keys": [jwk]}).to_string()).unwrap();
    let issuer = Issuer::new(ISSUER, keys).unwrap();
    let issuer = issuer.algorithms(Algorithm::ALL).unwrap();
    let tokens = JwtVerifier::for_issuer(issuer, AUDIENCE).unwrap();
    World::with_tokens(Key::from_seed("ES256", 0), tokens, |tokens| {
        let dpop = Dpop::new(ORIGIN).unwrap();
        Guard::builder(tokens).dpop(dpop).allow_unbound_tokens()
    })
}

/// Times aside, which the oracle judges by the clock on the wall.
fn oracle_accepts(token: &str, jwk: &Value, alg: &str) -> bool {
    let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(jwk.clone()).unwrap();
    let mut validation = Validation::new(alg.parse().unwrap());
    validation.validate_exp = false;
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[ISSUER]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let key = DecodingKey::from_jwk(&jwk).unwrap();
    jsonwebtoken::decode::<Value>(token, &key, &validation).is_ok()
}

fn changed(text: &[u8], changes: &[(prop::sample::Index, u8)]) -> Vec<u8> {
    let mut text = text.to_vec();
    for (at, to) in changes {
        *at.get_mut(&mut text) = *to;
    }
    text
}

fn config(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    }
}

/// RFC 8410 section 7.
fn ed25519_pkcs8(seed: [u8; 32]) -> Vec<u8> {
    let prefix = URL_SAFE_NO_PAD.decode("MC4CAQAwBQYDK2VwBCIEIA").unwrap();
    [prefix, seed.to_vec()].concat()
}
