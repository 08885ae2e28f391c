//! The `Authorization` header: exactly one, a known scheme, one token68 (RFC 9110 section 11, RFC 6750 section
//! 3.1).

use crate::common::*;
use http::HeaderValue;

#[tokio::test]
async fn http_01_bearer_route_takes_bearer() {
    let world = World::bearer_only();
    world
        .present_bearer(&world.unbound_token())
        .await
        .assert_passed();
}

#[tokio::test]
async fn http_02_dpop_76_scheme_has_no_case() {
    let world = World::of_both_schemes();
    for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
        let request = request(&format!("{scheme} {}", world.unbound_token()), "");
        world.send(request).await.assert_passed();
    }
    for scheme in ["DPoP", "dpop", "DPOP", "dPoP"] {
        let (token, proof) = world.token_and_proof();
        world
            .send(request(&format!("{scheme} {token}"), &proof))
            .await
            .assert_passed();
    }
}

#[tokio::test]
async fn http_03_takes_one_token68_after_spaces() {
    let world = World::of_both_schemes();
    let bearer = async |value: &str| world.send(request(value, "")).await;
    let token = world.unbound_token();
    for spaces in [" ", "  ", "        "] {
        bearer(&format!("Bearer{spaces}{token}"))
            .await
            .assert_passed();
    }
    // Good credentials, though no token of ours: the token is refused, not the request.
    for text in ["a", "a=", "a==", "AZaz09-._~+/", "A+/=="] {
        let answer = bearer(&format!("Bearer {text}")).await;
        answer.assert_refused("TOK(Bearer)", "token_not_a_jws");
    }
}

#[tokio::test]
async fn http_03_refuses_whatever_is_no_token68() {
    let world = World::of_both_schemes();
    let (token, proof) = world.token_and_proof();
    for scheme in ["Bearer", "DPoP"] {
        for rest in [
            "",
            " ",
            "\ta",
            " \ta",
            " a\t",
            " a b",
            " a,b",
            " a, b",
            " \"x\"",
            " =",
            " ==",
            " a=b",
            " a:b",
            ",a",
            " a;b",
            " a@b",
            " a%20",
            "/a",
            ":a",
            "=a",
            " token=\"a\"",
            " a ",
        ] {
            let answer = world
                .send(request(&format!("{scheme}{rest}"), &proof))
                .await;
            let found = (answer.outcome(), answer.kind(), blamed(&answer));
            let expected = ("REQ".to_owned(), "credentials_malformed", vec![scheme]);
            assert_eq!(found, expected, "{scheme}{rest:?}");
        }
    }
    world.present(&token, &proof).await.assert_passed();
}

#[tokio::test]
async fn http_07_refuses_two_authorization_lines() {
    let world = World::of_both_schemes();
    let (token, proof) = world.token_and_proof();
    let (bearer, dpop) = (
        format!("Bearer {}", world.unbound_token()),
        format!("DPoP {token}"),
    );
    for (lines, schemes) in [
        ([&bearer, &dpop], &["DPoP", "Bearer"][..]),
        ([&dpop, &bearer], &["DPoP", "Bearer"]),
        ([&bearer, &bearer], &["Bearer"]),
        ([&dpop, &dpop], &["DPoP"]),
        ([&bearer, &"Basic eDp5".to_owned()], &["DPoP", "Bearer"]),
        ([&"Basic eDp5".to_owned(), &dpop], &["DPoP", "Bearer"]),
        ([&dpop, &"dpop".to_owned()], &["DPoP"]),
    ] {
        let mut request = request("", &proof);
        for line in lines {
            request
                .headers_mut()
                .append("authorization", line.parse().unwrap());
        }
        let answer = world.send(request).await;
        answer.assert_refused("REQ", "credentials_repeated");
        assert_eq!(blamed(&answer), schemes, "{lines:?}");
    }
    world.present(&token, &proof).await.assert_passed();
}

#[tokio::test]
async fn http_07_two_lines_of_a_scheme_that_is_not_enabled() {
    // None of them could be used, so the error stands where a client of this guard looks.
    let world = World::bearer_only();
    for line in ["DPoP a", "Basic eDp5"] {
        let mut request = request("", "");
        for _ in 0..2 {
            request
                .headers_mut()
                .append("authorization", HeaderValue::from_static(line));
        }
        let answer = world.send(request).await;
        answer.assert_refused("REQ", "credentials_repeated");
        assert_eq!(blamed(&answer), ["Bearer"], "{line}");
    }
}

#[tokio::test]
async fn http_08_refuses_merged_lines() {
    let world = World::of_both_schemes();
    let (token, proof) = world.token_and_proof();
    let bearer = world.unbound_token();
    for value in [
        format!("Bearer {bearer}, DPoP {token}"),
        format!("Bearer {bearer},DPoP {token}"),
    ] {
        let answer = world.send(request(&value, &proof)).await;
        answer.assert_refused("REQ", "credentials_malformed");
    }
}

#[tokio::test]
async fn http_09_other_schemes_are_no_credentials() {
    let world = World::of_both_schemes();
    let (token, proof) = world.token_and_proof();
    for value in [
        "Basic eDp5",
        "Basic",
        "Negotiate YQ==",
        "Bearers a",
        "DPo a",
        "DPoP-2 a",
        "a",
        "=",
        "\"Bearer\" a",
        "",
    ] {
        let mut request = request("", &proof);
        request
            .headers_mut()
            .insert("authorization", value.parse().unwrap());
        let answer = world.send(request).await;
        answer.assert_refused("NOCRED", "credentials_unsupported_scheme");
    }
    world.present(&token, &proof).await.assert_passed();
}

#[tokio::test]
async fn http_09_scheme_that_is_not_enabled_is_no_credentials() {
    let world = World::bearer_only();
    for value in ["DPoP a.b.c", "DPoP", "DPoP a b"] {
        let answer = world.send(request(value, "")).await;
        answer.assert_refused("NOCRED", "credentials_unsupported_scheme");
    }
}

#[tokio::test]
async fn http_25_refuses_octets_that_are_not_ascii() {
    let world = World::of_both_schemes();
    let (token, proof) = world.token_and_proof();
    for value in [
        &b"Bearer \xff"[..],
        b"Bearer a\xffb",
        b"DPoP \xc3\xa9",
        b"DPoP\xa0a",
    ] {
        let mut request = request("", &proof);
        let value = HeaderValue::from_bytes(value).unwrap();
        request.headers_mut().insert("authorization", value);
        world
            .send(request)
            .await
            .assert_refused("REQ", "credentials_malformed");
    }
    let (header, rest) = proof.split_once('.').unwrap();
    let bad_payload = format!("{header}.+{}", &rest[1..]);
    let bad_header = format!("/{}.{rest}", &header[1..]);
    for value in [
        &b"\xff"[..],
        b"a.b.\xff",
        b"\xc3\xa9.b.c",
        bad_payload.as_bytes(),
        bad_header.as_bytes(),
    ] {
        let mut request = request(&format!("DPoP {token}"), "");
        let value = HeaderValue::from_bytes(value).unwrap();
        request.headers_mut().insert("dpop", value);
        world
            .send(request)
            .await
            .assert_refused("PROOF", "proof_not_a_jws");
    }
    world.present(&token, &proof).await.assert_passed();
}

#[tokio::test]
async fn resp_40_bounds_the_token() {
    let world = World::of_both_schemes();
    let token = |length| "a".repeat(length);
    let answer = world.present_bearer(&token(16 * 1024)).await;
    answer.assert_refused("TOK(Bearer)", "token_not_a_jws");
    for scheme in ["Bearer", "DPoP"] {
        let header = format!("{scheme} {}", token(16 * 1024 + 1));
        let answer = world.send(request(&header, "")).await;
        answer.assert_refused("431", "credentials_token_too_large");
        assert!(answer.challenges().is_empty());
    }
}

/// The schemes whose challenge carries an error.
fn blamed(answer: &Answer) -> Vec<&str> {
    let challenges = answer.challenges().into_iter();
    let with_error = challenges.filter(|challenge| challenge.contains("error="));
    with_error
        .map(|challenge| challenge.split(' ').next().unwrap())
        .collect()
}
