//! Each issuer is known by its exact name and speaks only with its own keys and algorithms (RFC 8725 section 3.8).

use crate::common::{AUDIENCE, Answer, ISSUER, Key, MintToken as _, ORIGIN, Token, World};
use sender_constraint::error::UrlError;
use sender_constraint::jose::Algorithm;
use sender_constraint::keys::StaticKeys;
use sender_constraint::proof::Dpop;
use sender_constraint::token::{Issuer, JwtVerifier};
use sender_constraint::{ConfigError, Guard};
use serde_json::json;

const OTHER: &str = "https://other.example.com";

#[tokio::test]
async fn jwt_03_issuer_compares_byte_for_byte() {
    let world = World::new();
    present(&world, &world.token()).await.assert_passed();
    for name in [
        "https://as.example.com/",
        "https://as.example.com:443",
        "HTTPS://AS.EXAMPLE.COM",
        "http://as.example.com",
        "https://as.example.com.evil.test",
        "as.example.com",
        "https://evil.test",
        "",
    ] {
        let answer = present(&world, &world.token().claim("iss", name)).await;
        answer.assert_refused("TOK(DPoP)", "token_issuer");
    }
}

#[tokio::test]
async fn jwt_03_text_names_the_setting_and_the_only_difference() {
    let world = World::new();
    for (claim, value, kind, shown) in [
        (
            "iss",
            "https://as.example.com/",
            "token_issuer",
            "only in the final `/`",
        ),
        (
            "iss",
            "HTTPS://as.example.com",
            "token_issuer",
            "only in the letter case",
        ),
        (
            "iss",
            "http://as.example.com",
            "token_issuer",
            "only in the scheme",
        ),
        (
            "iss",
            "https://as.example.com:443",
            "token_issuer",
            "only in the port",
        ),
        (
            "aud",
            "https://rs.example.com/",
            "token_audience",
            "only in the final `/`",
        ),
        (
            "aud",
            "http://rs.example.com",
            "token_audience",
            "only in the scheme",
        ),
    ] {
        let answer = present(&world, &world.token().claim(claim, value)).await;
        answer.assert_refused("TOK(DPoP)", kind);
        let text = answer.rejection().to_string();
        assert!(
            text.contains(shown) && text.contains("`JwtVerifier::new`"),
            "{text}"
        );
    }
    let answer = present(&world, &world.token().claim("iss", "https://evil.test")).await;
    let text = answer.rejection().to_string();
    assert!(!text.contains("only in"), "{text}");
    assert!(text.contains("`JwtVerifier::add_issuer`"), "{text}");
}

#[tokio::test]
async fn jwt_03_key_shared_by_two_issuers_does_not_make_one_of_them() {
    let key = Key::from_seed("ES256", 0);
    let both = guarded(
        JwtVerifier::new(ISSUER, AUDIENCE, keys(&key))
            .unwrap()
            .add_issuer(Issuer::new(OTHER, keys(&key)).unwrap())
            .unwrap(),
    );
    let only_one = guarded(JwtVerifier::new(ISSUER, AUDIENCE, keys(&key)).unwrap());
    let token = both.token().claim("iss", OTHER);
    present(&both, &token).await.assert_passed();
    let answer = present(&only_one, &token).await;
    answer.assert_refused("TOK(DPoP)", "token_issuer");
}

#[tokio::test]
async fn jwt_05_refuses_a_changed_token() {
    let world = World::new();
    let token = world.token();
    let good = token.sign();
    answer(&world, &good).await.assert_passed();
    let (input, signature) = good.rsplit_once('.').unwrap();
    let (header, payload) = input.split_once('.').unwrap();
    let promoted = token.clone().claim("scope", "admin").sign();
    let promoted = promoted.split('.').nth(1).unwrap();
    let other_header = token.header("x", 1).sign();
    let other_header = other_header.split('.').next().unwrap();
    for changed in [
        format!("{header}.{promoted}.{signature}"),
        format!("{other_header}.{payload}.{signature}"),
        format!("{input}.{}", "A".repeat(86)),
        format!("{input}.{}", &signature[..84]),
        format!("{input}.{signature}AA"),
        format!("{input}.{}", "A".repeat(1600)),
    ] {
        let answer = answer(&world, &changed).await;
        answer.assert_refused("TOK(DPoP)", "token_signature");
    }
    let answer = answer(&world, &format!("{input}.")).await;
    answer.assert_refused("TOK(DPoP)", "token_not_a_jws");
}

#[tokio::test]
async fn jwt_17_each_issuer_has_only_its_own_keys_under_the_same_kid() {
    let (first, second) = (Key::from_seed("ES256", 0), Key::from_seed("ES256", 7));
    let world = guarded(
        JwtVerifier::new(ISSUER, AUDIENCE, keys(&first))
            .unwrap()
            .add_issuer(Issuer::new(OTHER, keys(&second)).unwrap())
            .unwrap(),
    );
    for (name, own, foreign) in [(ISSUER, &first, &second), (OTHER, &second, &first)] {
        let token = Token::bound(own, &world.client).claim("iss", name);
        let passed = present(&world, &token).await;
        passed.assert_passed();
        assert_eq!(passed.access().issuer(), name);
        let token = Token::bound(foreign, &world.client).claim("iss", name);
        let answer = present(&world, &token).await;
        answer.assert_refused("TOK(DPoP)", "token_signature");
    }
}

#[tokio::test]
async fn jwt_17_each_issuer_has_only_its_own_algorithms() {
    let (ec, ed) = (Key::from_seed("ES256", 0), Key::from_seed("Ed25519", 0));
    let set = json!({"keys": [ec.published("k1"), ed.published("k1")]}).to_string();
    let issuer = |name: &str, algorithm| {
        let issuer = Issuer::new(name, StaticKeys::from_json(&set).unwrap()).unwrap();
        issuer.algorithms([algorithm]).unwrap()
    };
    let world = guarded(
        JwtVerifier::for_issuer(issuer(ISSUER, Algorithm::Es256), AUDIENCE)
            .unwrap()
            .add_issuer(issuer(OTHER, Algorithm::Ed25519))
            .unwrap(),
    );
    for (name, right, wrong) in [(ISSUER, &ec, &ed), (OTHER, &ed, &ec)] {
        let token = Token::bound(right, &world.client).claim("iss", name);
        present(&world, &token).await.assert_passed();
        let token = Token::bound(wrong, &world.client).claim("iss", name);
        let answer = present(&world, &token).await;
        answer.assert_refused("TOK(DPoP)", "token_algorithm");
    }
}

#[test]
fn an_issuer_is_configured_once() {
    let key = Key::from_seed("ES256", 0);
    let tokens = JwtVerifier::new(ISSUER, AUDIENCE, keys(&key)).unwrap();
    let again = Issuer::new(ISSUER, keys(&Key::from_seed("ES256", 7))).unwrap();
    let error = tokens.add_issuer(again).unwrap_err();
    assert_eq!(error, ConfigError::DuplicateIssuer(ISSUER.to_owned()));
}

#[test]
fn an_issuer_is_an_https_url_without_query_and_fragment() {
    for name in [
        "https://as.example.com/tenant",
        "http://127.0.0.1:8080",
        "http://localhost",
        "http://[::1]:8080",
    ] {
        assert!(
            Issuer::new(name, keys(&Key::from_seed("ES256", 0))).is_ok(),
            "{name}"
        );
    }
    for (name, reason) in [
        ("http://as.example.com", UrlError::PlainHttp),
        ("http://localhost.evil.test", UrlError::PlainHttp),
        ("http://10.0.0.1", UrlError::PlainHttp),
        ("ftp://as.example.com", UrlError::Scheme),
        ("https://as.example.com?x", UrlError::QueryOrFragment),
        ("https://as.example.com#x", UrlError::QueryOrFragment),
        ("as.example.com", UrlError::Malformed),
        ("urn:issuer", UrlError::Malformed),
        ("", UrlError::Malformed),
    ] {
        let error = Issuer::new(name, keys(&Key::from_seed("ES256", 0))).unwrap_err();
        let value = name.replace("?x", "?***").replace("#x", "#***");
        assert_eq!(error, ConfigError::Issuer { value, reason });
    }
    // A password is not repeated in the error.
    for name in ["https://user@as.example.com", "https://:pw@as.example.com"] {
        let error = Issuer::new(name, keys(&Key::from_seed("ES256", 0))).unwrap_err();
        let (value, reason) = ("https://***@as.example.com".to_owned(), UrlError::UserInfo);
        assert_eq!(error, ConfigError::Issuer { value, reason });
    }
}

#[test]
fn an_issuer_without_algorithms_or_an_audience_without_text_is_refused() {
    let issuer = Issuer::new(ISSUER, keys(&Key::from_seed("ES256", 0))).unwrap();
    let error = issuer.clone().algorithms([]).unwrap_err();
    assert_eq!(error, ConfigError::NoAlgorithm("token"));
    let error = JwtVerifier::for_issuer(issuer, "").unwrap_err();
    assert_eq!(error, ConfigError::Audience(String::new()));
}

async fn present(world: &World, token: &Token) -> Answer {
    answer(world, &token.sign()).await
}

async fn answer(world: &World, token: &str) -> Answer {
    let proof = world.proof(token).sign();
    world.present(token, &proof).await
}

fn guarded(tokens: JwtVerifier) -> World {
    World::with_tokens(Key::from_seed("ES256", 0), tokens, |tokens| {
        Guard::builder(tokens).dpop(Dpop::new(ORIGIN).unwrap())
    })
}

fn keys(key: &Key) -> StaticKeys {
    StaticKeys::from_json(&json!({"keys": [key.published("k1")]}).to_string()).unwrap()
}
