//! Access tokens as compact JWS: header members and serialisation (RFC 7515, RFC 8725).

use crate::common::{Key, World, encode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

#[tokio::test]
async fn jose_08_kid_is_a_name_and_nothing_else() {
    let world = World::new();
    world
        .present_token(&world.token().sign())
        .await
        .assert_passed();
    for kid in [
        "../../etc/passwd",
        "k1' OR '1'='1",
        "https://evil.test/keys",
        "K1",
        "k1 ",
        "",
        "k1\u{0}",
    ] {
        let token = world.token().header("kid", kid).sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_unknown_key");
    }
    for kid in [json!(1), json!(["k1"]), json!({"k1": 1})] {
        let token = world.token().header("kid", kid).sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_header");
    }
}

#[tokio::test]
async fn jose_09_keys_in_the_header_are_not_the_issuers() {
    let world = World::new();
    let mallory = Key::from_seed("ES256", 66);
    let members = [
        ("jwk", mallory.published("k1")),
        ("jku", json!("https://evil.test/jwks")),
        ("x5u", json!("https://evil.test/cert")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("abc")),
    ];
    for (name, value) in members {
        let mut token = world.token().header(name, value);
        world.present_token(&token.sign()).await.assert_passed();
        token.key = mallory.clone();
        let answer = world.present_token(&token.sign()).await;
        answer.assert_refused("TOK(DPoP)", "token_signature");
        token = token.header("kid", Value::Null);
        let answer = world.present_token(&token.sign()).await;
        answer.assert_refused("TOK(DPoP)", "token_signature");
    }
}

#[tokio::test]
async fn jose_14_refuses_critical_extensions() {
    let world = World::new();
    world
        .present_token(&world.token().header("b64", true).sign())
        .await
        .assert_passed();
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("crit", json!(["b64"])),
        ("crit", json!([])),
        ("crit", json!("x")),
        ("crit", json!(false)),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
    ] {
        let token = world.token().header(name, value).sign();
        let answer = world.present_token(&token).await;
        answer.assert_refused("TOK(DPoP)", "token_critical");
    }
    let token = world.token().header("b64", "true").sign();
    let answer = world.present_token(&token).await;
    answer.assert_refused("TOK(DPoP)", "token_header");
}

#[tokio::test]
async fn jose_13_only_the_compact_serialisation() {
    let world = World::new();
    let good = world.token().sign();
    world.present_token(&good).await.assert_passed();
    let (input, signature) = good.rsplit_once('.').unwrap();
    for other in [
        "opaque".to_owned(),
        input.to_owned(),
        format!("{good}.e30"),
        format!("{good}.e30.e30"),
        format!(".{good}"),
        format!("..{signature}"),
        format!("{good}="),
        good.replacen('.', "~", 1),
        format!("{input}.{}+", &signature[1..]),
        format!("{input}.{}/", &signature[1..]),
    ] {
        let answer = world.present_token(&other).await;
        answer.assert_refused("TOK(DPoP)", "token_not_a_jws");
    }
    for other in [
        format!("{good} {good}"),
        format!("{good},{good}"),
        format!("{{\"token\":\"{good}\"}}"),
        format!("\"{good}\""),
        format!("{good}\t"),
    ] {
        let proof = world.proof(&other).sign();
        let request = crate::common::request(&format!("DPoP {other}"), &proof);
        let answer = world.send(request).await;
        answer.assert_refused("REQ", "credentials_malformed");
    }
}

#[tokio::test]
async fn jose_07_base64url_has_one_spelling() {
    let world = World::new();
    let token = world.token();
    let good = token.sign();
    world.present_token(&good).await.assert_passed();
    let (input, signature) = good.rsplit_once('.').unwrap();
    // 86 characters for 64 bytes: the last one carries four bits that must be zero.
    let last = signature.chars().last().unwrap();
    let respelled = match last {
        'A' => 'B',
        'Q' => 'R',
        'g' => 'h',
        'w' => 'x',
        other => panic!("{other} is not canonical"),
    };
    let respelled = format!("{input}.{}{respelled}", &signature[..85]);
    let answer = world.present_token(&respelled).await;
    answer.assert_refused("TOK(DPoP)", "token_signature");

    // Signed by the issuer over a payload with loose bits at its end, or over a header with them.
    for (header, claims) in [("{}", "a"), ("a", "{}")] {
        let loose = |text: &str| match text {
            "a" => "YR".to_owned(),
            other => encode(other),
        };
        let input = format!("{}.{}", loose(header), loose(claims));
        let signature = encode(token.key.sign(input.as_bytes()));
        let answer = world.present_token(&format!("{input}.{signature}")).await;
        answer.assert_refused("TOK(DPoP)", "token_not_a_jws");
    }
}

#[tokio::test]
async fn jose_13_polyglots_of_json_and_compact_are_refused() {
    let world = World::new();
    let token = world.token();
    let good = token.sign();
    world.present_token(&good).await.assert_passed();
    let parts: Vec<_> = good.split('.').collect();
    let json = json!({"payload": parts[1], "protected": parts[0], "signature": parts[2]});
    let encoded = URL_SAFE_NO_PAD.encode(json.to_string());
    for other in [
        encoded.clone(),
        format!("{encoded}.{}.{}", parts[1], parts[2]),
    ] {
        let answer = world.present_token(&other).await;
        assert_eq!(answer.outcome(), "TOK(DPoP)");
    }
    let request = crate::common::request(&format!("DPoP {json}"), &world.proof(&good).sign());
    let answer = world.send(request).await;
    answer.assert_refused("REQ", "credentials_malformed");
    assert_eq!(world.calls(), 1);
}
