//! Guards made from clones of one verifier: each has its own rules, and none knows what another accepted.

use crate::common::*;
use sender_constraint::Guard;
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::token::{Issuer, JwtVerifier};
use serde_json::json;

#[tokio::test]
async fn jwt_04_audience_of_a_clone_is_its_own() {
    let admin = "https://admin.example.com";
    let base = JwtVerifier::new(ISSUER, AUDIENCE, keys()).unwrap();
    let wide = world(base.clone().add_audience(admin).unwrap());
    let narrow = world(base);
    let token = wide.token().claim("aud", admin).sign();
    narrow
        .present(&token, &narrow.proof(&token).sign())
        .await
        .assert_refused("TOK(DPoP)", "token_audience");
    wide.present(&token, &wide.proof(&token).sign())
        .await
        .assert_passed();
    narrow
        .present(&token, &narrow.proof(&token).sign())
        .await
        .assert_refused("TOK(DPoP)", "token_audience");
}

#[tokio::test]
async fn jwt_17_issuer_of_a_clone_is_its_own() {
    let (second, third) = ("https://second.example.com", "https://third.example.com");
    let base = JwtVerifier::new(ISSUER, AUDIENCE, keys()).unwrap();
    let with = |base: JwtVerifier, name| {
        let issuer = Issuer::new(name, keys()).unwrap();
        world(base.add_issuer(issuer).unwrap())
    };
    let one = with(base.clone(), second);
    let other = with(base, third);
    let token = one.token().claim("iss", second).sign();
    one.present(&token, &one.proof(&token).sign())
        .await
        .assert_passed();
    other
        .present(&token, &other.proof(&token).sign())
        .await
        .assert_refused("TOK(DPoP)", "token_issuer");
}

fn keys() -> StaticKeys {
    let set = json!({"keys": [Key::from_seed("ES256", 0).published("k1")]}).to_string();
    StaticKeys::from_json(&set).unwrap()
}

fn world(tokens: JwtVerifier) -> World {
    World::with_tokens(Key::from_seed("ES256", 0), tokens, |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    })
}
