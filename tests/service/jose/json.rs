//! The header and the claims of an access token as JSON: strict, once, in UTF-8 (RFC 7515 section 4, RFC 8725).

use crate::common::{Key, World, encode};
use serde_json::{Value, json};

#[tokio::test]
async fn jose_14_refuses_members_that_stand_there_twice() {
    let world = World::new();
    let token = world.token();
    let (header, claims) = (token.header.to_string(), token.claims.to_string());
    let sign = |header: &str, claims: &str| signed(&token.key, header, claims);
    world
        .present_token(&sign(&header, &claims))
        .await
        .assert_passed();
    for member in [
        r#""sub":"alice""#,
        r#""\u0073ub":"alice""#,
        r#""exp":1"#,
        r#""aud":"https://rs.example.com""#,
        r#""cnf":{}"#,
        r#""scope":"admin""#,
        r#""x":1,"x":1"#,
        r#""x":{"y":1,"y":1}"#,
        r#""x":[{"y":1,"\u0079":1}]"#,
    ] {
        let claims = claims.replacen('{', &format!("{{{member},"), 1);
        let answer = world.present_token(&sign(&header, &claims)).await;
        answer.assert_refused("TOK(DPoP)", "token_payload");
    }
    for member in [
        r#""alg":"none""#,
        r#""kid":"k1""#,
        r#""typ":"at+jwt""#,
        r#""crit":1,"crit":1"#,
        r#""x":1,"x":1"#,
    ] {
        let header = header.replacen('{', &format!("{{{member},"), 1);
        let answer = world.present_token(&sign(&header, &claims)).await;
        answer.assert_refused("TOK(DPoP)", "token_header");
    }
}

#[tokio::test]
async fn jose_14_refuses_everything_but_one_object_in_utf_8() {
    let world = World::new();
    let token = world.token();
    let (header, claims) = (token.header.to_string(), token.claims.to_string());
    world
        .present_token(&signed(&token.key, &header, &claims))
        .await
        .assert_passed();
    let latin_1 = claims.replace("alice", "al\u{ef}ce");
    let latin_1: Vec<u8> = latin_1
        .chars()
        .map(|each| u8::try_from(each).unwrap())
        .collect();
    for broken in [
        utf_16(&claims),
        latin_1,
        [b"\xef\xbb\xbf", claims.as_bytes()].concat(),
        format!("{claims}{claims}").into_bytes(),
        format!("[{claims}]").into_bytes(),
        format!("{claims},").into_bytes(),
        claims.replace('"', "'").into_bytes(),
        claims.trim_end_matches('}').as_bytes().to_vec(),
        format!("{claims}\0").into_bytes(),
        b"null".to_vec(),
        b"\"{}\"".to_vec(),
    ] {
        let answer = world
            .present_token(&signed(&token.key, &header, &broken))
            .await;
        answer.assert_refused("TOK(DPoP)", "token_payload");
    }
    for broken in [utf_16(&header), format!("[{header}]").into_bytes()] {
        let answer = world
            .present_token(&signed(&token.key, &broken, &claims))
            .await;
        answer.assert_refused("TOK(DPoP)", "token_header");
    }
}

#[tokio::test]
async fn jose_14_levels_below_members_that_are_read_count_too() {
    let world = World::new();
    let token = world.token().sign();
    for (levels, fits) in [(32, true), (33, false)] {
        // The claims are the first level, the header and its `jwk` the first two.
        let of_claims = world.proof(&token).claim("nonce", nested(levels - 1));
        let of_jwk = |member: &str| {
            let mut proof = world.proof(&token);
            proof.header["jwk"][member] = nested(levels - 2);
            proof
        };
        for (proof, kind) in [
            (of_claims, "proof_payload"),
            (of_jwk("kid"), "proof_header"),
            (of_jwk("other"), "proof_header"),
        ] {
            let answer = world.present(&token, &proof.sign()).await;
            if fits {
                answer.assert_passed();
            } else {
                answer.assert_refused("PROOF", kind);
            }
        }
    }
}

/// A number inside arrays, so many levels in all.
fn nested(levels: usize) -> Value {
    (1..levels).fold(json!(1), |inner, _| json!([inner]))
}

/// A compact JWS over bytes that need not be JSON.
fn signed(key: &Key, header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>) -> String {
    let input = format!("{}.{}", encode(header), encode(claims));
    let signature = key.sign(input.as_bytes());
    format!("{input}.{}", encode(signature))
}

fn utf_16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}
