//! Client assertions: each refusal by one thing changed in a good assertion.

use std::time::Duration;

use sender_constraint::jose::Algorithm;
use sender_constraint::keys::StaticKeys;
use sender_constraint::token_endpoint::{Client, ClientAssertions};
use sender_constraint_testing::sign_compact;
use serde_json::{Value, json};

use super::world::{APP, World, app, app_key, assertion, assertion_of, form, keys_of, rules};
use crate::common::{ISSUER, Key, NOW, Token};

/// What a server with these rules makes of the assertion.
async fn judge(rules: ClientAssertions, assertion: &Token) -> Result<String, &'static str> {
    World::with(rules, [app()]).judge(assertion).await
}

async fn refusal(assertion: &Token) -> &'static str {
    let good = judge(rules(), &self::assertion()).await;
    assert_eq!(good.as_deref(), Ok(APP));
    judge(rules(), assertion).await.expect_err("a refusal")
}

#[tokio::test]
async fn cau_11_typ_is_that_of_client_authentication() {
    for typ in [
        "client-authentication+jwt",
        "Client-Authentication+JWT",
        "application/client-authentication+jwt",
    ] {
        let answer = judge(rules(), &assertion().header("typ", typ)).await;
        assert_eq!(answer.as_deref(), Ok(APP), "{typ}");
    }
    for typ in [
        json!(null),
        json!("JWT"),
        json!("at+jwt"),
        json!("dpop+jwt"),
        json!("oauth-authz-req+jwt"),
        json!("client-authentication"),
    ] {
        let changed = assertion().header("typ", typ.clone());
        assert_eq!(refusal(&changed).await, "assertion_type", "{typ}");
    }
}

#[tokio::test]
async fn cau_11_old_clients_may_omit_typ_if_configured() {
    let lenient = || rules().accept_untyped_assertions();
    for typ in [
        json!(null),
        json!("JWT"),
        json!("client-authentication+jwt"),
    ] {
        let answer = judge(lenient(), &assertion().header("typ", typ)).await;
        assert_eq!(answer.as_deref(), Ok(APP));
    }
    for typ in ["at+jwt", "dpop+jwt", "oauth-authz-req+jwt"] {
        let answer = judge(lenient(), &assertion().header("typ", typ)).await;
        assert_eq!(answer, Err("assertion_type"), "{typ}");
    }
    let untyped = assertion().header("typ", Value::Null);
    for claim in ["htu", "response_type", "scope", "nonce", "cnf"] {
        let answer = judge(lenient(), &untyped.clone().claim(claim, "x")).await;
        assert_eq!(answer, Err("assertion_unexpected_claim"), "{claim}");
    }
    let typed = assertion().claim("scope", "x");
    assert_eq!(judge(lenient(), &typed).await.as_deref(), Ok(APP));
}

#[tokio::test]
async fn cau_12_the_issuer_is_the_only_audience() {
    let answer = judge(rules(), &assertion().claim("aud", json!([ISSUER]))).await;
    assert_eq!(answer.as_deref(), Ok(APP));
    for aud in [
        json!("https://other.example.com"),
        json!("https://as.example.com/"),
        json!("https://AS.example.com"),
        json!("https://as.example.com/token"),
        json!([ISSUER, "https://other.example.com"]),
        json!([ISSUER, ISSUER]),
        json!([]),
        json!(""),
        json!("https://as.example.com https://other.example.com"),
    ] {
        let changed = assertion().claim("aud", aud.clone());
        assert_eq!(refusal(&changed).await, "assertion_audience", "{aud}");
    }
    let missing = assertion().claim("aud", Value::Null);
    assert_eq!(refusal(&missing).await, "assertion_missing_claim");
    for aud in [json!(1), json!({"a": ISSUER}), json!([1])] {
        let changed = assertion().claim("aud", aud.clone());
        assert_eq!(refusal(&changed).await, "assertion_payload", "{aud}");
    }
}

#[tokio::test]
async fn cau_12_old_clients_may_name_an_endpoint_if_configured() {
    let endpoint = "https://as.example.com/token";
    let lenient = || rules().accept_endpoint_audience(endpoint).unwrap();
    for aud in [json!(ISSUER), json!(endpoint), json!([endpoint])] {
        let answer = judge(lenient(), &assertion().claim("aud", aud)).await;
        assert_eq!(answer.as_deref(), Ok(APP));
    }
    let both = assertion().claim("aud", json!([ISSUER, endpoint]));
    assert_eq!(judge(lenient(), &both).await, Err("assertion_audience"));
    for url in ["", " https://as.example.com/token"] {
        assert!(rules().accept_endpoint_audience(url).is_err(), "{url}");
    }
}

#[tokio::test]
async fn cau_13_issuer_and_subject_are_the_client() {
    let other = assertion().claim("iss", "other");
    assert_eq!(refusal(&other).await, "assertion_subject");
    let other = assertion().claim("sub", "other");
    assert_eq!(refusal(&other).await, "assertion_subject");
    for claim in ["iss", "sub"] {
        for value in [json!(null), json!("")] {
            let changed = assertion().claim(claim, value);
            assert_eq!(
                refusal(&changed).await,
                "assertion_missing_claim",
                "{claim}"
            );
        }
    }
    let number = assertion().claim("sub", 1);
    assert_eq!(refusal(&number).await, "assertion_payload");
}

#[tokio::test]
async fn cau_13_the_parameter_names_the_same_client() {
    let world = World::new();
    let body = form(&assertion().sign());
    let answer = world.ask(&format!("{body}&client_id=other")).await;
    assert_eq!(answer, Err("assertion_client_id"));
    let answer = world.ask(&format!("{body}&client_id=app")).await;
    assert_eq!(answer.as_deref(), Ok(APP));
}

#[tokio::test]
async fn cau_14_an_assertion_is_valid_for_minutes() {
    let at = |exp: u64| assertion().claim("exp", NOW + exp);
    for (exp, expected) in [(300, Ok(APP)), (301, Err("assertion_too_long"))] {
        let answer = judge(rules(), &at(exp)).await;
        assert_eq!(answer.as_deref().map_err(|kind| *kind), expected);
    }
    // Without `iat`, from now on; the client's clock may be ahead.
    let without = |exp| at(exp).claim("iat", Value::Null);
    for (exp, expected) in [(310, Ok(APP)), (311, Err("assertion_too_long"))] {
        let answer = judge(rules(), &without(exp)).await;
        assert_eq!(answer.as_deref().map_err(|kind| *kind), expected);
    }
    let long = at(60).claim("iat", NOW - 241);
    assert_eq!(refusal(&long).await, "assertion_too_long");
    let endless = assertion().claim("exp", 9_007_199_254_740_992_u64);
    assert_eq!(refusal(&endless).await, "assertion_too_long");
    let missing = assertion().claim("exp", Value::Null);
    assert_eq!(refusal(&missing).await, "assertion_missing_claim");

    let short = || rules().max_lifetime(Duration::from_secs(30)).unwrap();
    assert_eq!(judge(short(), &at(30)).await.as_deref(), Ok(APP));
    assert_eq!(judge(short(), &at(31)).await, Err("assertion_too_long"));
}

#[tokio::test]
async fn cau_14_clocks_may_differ_a_little() {
    let passed = |ago: u64| assertion().claim("exp", NOW - ago).claim("iat", NOW - 60);
    assert_eq!(judge(rules(), &passed(9)).await.as_deref(), Ok(APP));
    assert_eq!(refusal(&passed(10)).await, "assertion_expired");
    let ahead = |claim: &str, by: u64| assertion().claim(claim, NOW + by);
    for (claim, kind) in [
        ("nbf", "assertion_not_yet_valid"),
        ("iat", "assertion_issued_in_future"),
    ] {
        assert_eq!(judge(rules(), &ahead(claim, 10)).await.as_deref(), Ok(APP));
        assert_eq!(refusal(&ahead(claim, 11)).await, kind);
    }
    let skewed = || rules().clock_skew(Duration::from_secs(60)).unwrap();
    let answer = judge(skewed(), &ahead("iat", 60).claim("exp", NOW + 120)).await;
    assert_eq!(answer.as_deref(), Ok(APP));
}

#[test]
fn cau_14_the_settings_have_ranges() {
    let seconds = Duration::from_secs;
    for (lifetime, is_usable) in [(0, false), (1, true), (3600, true), (3601, false)] {
        let configured = rules().max_lifetime(seconds(lifetime));
        assert_eq!(configured.is_ok(), is_usable, "{lifetime}");
    }
    assert!(rules().clock_skew(seconds(60)).is_ok());
    assert!(rules().clock_skew(seconds(61)).is_err());
    assert!(rules().replay_timeout(seconds(30)).is_ok());
    assert!(rules().replay_timeout(seconds(31)).is_err());
    assert!(rules().replay_timeout(Duration::ZERO).is_err());
    for issuer in [
        "as.example.com",
        "http://as.example.com",
        "https://as.example.com?a",
    ] {
        assert!(ClientAssertions::new(issuer).is_err(), "{issuer}");
    }
}

#[tokio::test]
async fn cau_16_jti_is_required_and_bounded() {
    for value in [json!(null), json!("")] {
        let changed = assertion().claim("jti", value);
        assert_eq!(refusal(&changed).await, "assertion_missing_claim");
    }
    let long = |length| assertion().claim("jti", "j".repeat(length));
    assert_eq!(judge(rules(), &long(512)).await.as_deref(), Ok(APP));
    assert_eq!(refusal(&long(513)).await, "assertion_jti_too_long");
}

#[tokio::test]
async fn cau_17_only_allowed_asymmetric_algorithms() {
    for alg in ["none", "HS256", "RS256", "ES384", "es256", "ES256K", ""] {
        let changed = assertion().header("alg", alg);
        assert_eq!(refusal(&changed).await, "assertion_algorithm", "{alg}");
    }
    let missing = assertion().header("alg", Value::Null);
    assert_eq!(refusal(&missing).await, "assertion_missing_header_member");
    for alg in ["ES256", "EdDSA", "Ed25519", "PS256"] {
        let key = Key::from_seed(alg, 41);
        let client = Client::private_key_jwt(APP, keys_of(&key));
        let world = World::with(rules(), [client.unwrap()]);
        let answer = world.judge(&assertion_of(APP, &key)).await;
        assert_eq!(answer.as_deref(), Ok(APP), "{alg}");
    }
}

#[tokio::test]
async fn cau_17_rs256_is_accepted_if_configured() {
    let key = Key::from_seed("RS256", 41);
    let client = || Client::private_key_jwt(APP, keys_of(&key)).unwrap();
    let signed = assertion_of(APP, &key);
    let answer = World::with(rules(), [client()]).judge(&signed).await;
    assert_eq!(answer, Err("assertion_algorithm"));
    let lenient = rules().algorithms([Algorithm::Rs256]).unwrap();
    let answer = World::with(lenient, [client()]).judge(&signed).await;
    assert_eq!(answer.as_deref(), Ok(APP));
    assert!(rules().algorithms([]).is_err());
}

#[tokio::test]
async fn cau_17_unsigned_and_hmac_assertions() {
    let world = World::new();
    let none = assertion().header("alg", "none").sign();
    let (input, _) = none.rsplit_once('.').unwrap();
    assert_eq!(
        world.ask(&form(&format!("{input}."))).await,
        Err("assertion_not_a_jws")
    );
    // HMAC with the public key as the secret.
    let claims = jsonwebtoken_claims();
    let header = jsonwebtoken::Header {
        typ: Some("client-authentication+jwt".into()),
        kid: Some("k1".into()),
        ..jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256)
    };
    let public = app_key().jwk().to_string();
    let secret = jsonwebtoken::EncodingKey::from_secret(public.as_bytes());
    let forged = jsonwebtoken::encode(&header, &claims, &secret).unwrap();
    assert_eq!(world.ask(&form(&forged)).await, Err("assertion_algorithm"));
}

fn jsonwebtoken_claims() -> Value {
    json!({"iss": APP, "sub": APP, "aud": ISSUER, "jti": "j2", "iat": NOW, "exp": NOW + 60})
}

#[tokio::test]
async fn cau_17_an_assertion_of_another_library() {
    use p256::elliptic_curve::Generate as _;
    use p256::pkcs8::EncodePrivateKey as _;
    let secret = p256::SecretKey::generate();
    let der = secret.to_pkcs8_der().unwrap();
    let signer = jsonwebtoken::EncodingKey::from_ec_der(der.as_bytes());
    let header = jsonwebtoken::Header {
        typ: Some("client-authentication+jwt".into()),
        ..jsonwebtoken::Header::new(jsonwebtoken::Algorithm::ES256)
    };
    let token = jsonwebtoken::encode(&header, &jsonwebtoken_claims(), &signer).unwrap();
    let point = p256::ecdsa::SigningKey::from(&secret);
    let point = point.verifying_key().to_sec1_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(32);
    let encode = crate::common::encode;
    let jwks = json!({"keys": [{"kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y)}]});
    let keys = StaticKeys::from_json(&jwks.to_string()).unwrap();
    let client = Client::private_key_jwt(APP, keys).unwrap();
    let world = World::with(rules(), [client]);
    assert_eq!(world.ask(&form(&token)).await.as_deref(), Ok(APP));
    assert_eq!(world.ask(&form(&token)).await, Err("assertion_replayed"));
}

#[tokio::test]
async fn cau_17_strict_json_in_a_compact_jws() {
    let world = World::new();
    let good = assertion();
    let (header, claims) = (good.header.to_string(), good.claims.to_string());
    let key = app_key();
    let sign = |header: &str, claims: &str| form(&sign_compact(&key, header, claims));
    let twice = header.replacen('{', r#"{"alg":"ES256","#, 1);
    assert_eq!(
        world.ask(&sign(&twice, &claims)).await,
        Err("assertion_header")
    );
    let twice = claims.replacen('{', r#"{"sub":"app","#, 1);
    assert_eq!(
        world.ask(&sign(&header, &twice)).await,
        Err("assertion_payload")
    );
    for text in ["a.b", "a.b.c.d.e", "..", "a b.c.d", "{}"] {
        let body = form(&text.replace(' ', "+").replace(['{', '}'], "%7B"));
        assert_eq!(world.ask(&body).await, Err("assertion_not_a_jws"), "{text}");
    }
    for (name, value) in [
        ("crit", json!(["x"])),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
    ] {
        let changed = assertion().header(name, value);
        assert_eq!(refusal(&changed).await, "assertion_critical", "{name}");
    }
    let kid = |length| assertion().header("kid", "k".repeat(length));
    assert_eq!(refusal(&kid(257)).await, "assertion_key_id_too_long");
    assert_eq!(refusal(&kid(256)).await, "assertion_unknown_key");
    assert_eq!(world.judge(&good).await.as_deref(), Ok(APP));
}

#[tokio::test]
async fn cau_17_the_size_is_bounded() {
    let of_size = |size: usize| {
        let mut signed = String::new();
        for filler in (0..size * 3 / 4).rev() {
            signed = assertion().claim("filler", "x".repeat(filler)).sign();
            if signed.len() <= size {
                break;
            }
        }
        signed
    };
    // Base64url cannot have every length.
    let fits = of_size(8192);
    assert!(fits.len() > 8188, "{}", fits.len());
    assert_eq!(World::new().ask(&form(&fits)).await.as_deref(), Ok(APP));
    let larger = of_size(8196);
    assert!(larger.len() > 8192, "{}", larger.len());
    let answer = World::new().ask(&form(&larger)).await;
    assert_eq!(answer, Err("assertion_too_large"));
}

#[tokio::test]
async fn cau_17_another_signature() {
    let forged = assertion().signed_by(&Key::from_seed("ES256", 99));
    assert_eq!(refusal(&forged).await, "assertion_signature");
    let world = World::new();
    let huge = format!(
        "{}.{}",
        assertion().sign().rsplit_once('.').unwrap().0,
        "A".repeat(1368)
    );
    assert_eq!(world.ask(&form(&huge)).await, Err("assertion_signature"));
}
