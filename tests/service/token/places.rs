//! A token stands in `Authorization` and nowhere else, and goes no further than the guard (RFC 9700 section
//! 4.3.2).

use crate::common::*;
use http::{HeaderValue, Request};

#[tokio::test]
async fn http_04_query_is_no_place_for_a_token() {
    let world = World::of_both_schemes();
    let token = world.unbound_token();
    for name in ["access_token", "access%5Ftoken"] {
        let answer = world.send(with_query("", &format!("{name}={token}"))).await;
        answer.assert_refused("NOCRED", "credentials_missing");
    }
    // With a token in the header, that one decides.
    let header = format!("Bearer {token}");
    world
        .send(with_query(&header, "access_token=other"))
        .await
        .assert_passed();
    let answer = world
        .send(with_query("Bearer other", &format!("access_token={token}")))
        .await;
    answer.assert_refused("TOK(Bearer)", "token_not_a_jws");
}

#[tokio::test]
async fn http_04_strict_option_refuses_query_tokens() {
    let world = World::with(|guard| guard.allow_unbound_tokens().refuse_query_tokens());
    let header = format!("Bearer {}", world.unbound_token());
    for query in [
        "",
        "a=access_token",
        "xaccess_token=1",
        "access_tokens=1",
        "a=1&b=2",
        "Access_Token=1",
    ] {
        world.send(with_query(&header, query)).await.assert_passed();
    }
    for query in [
        "access_token=a",
        "access_token=",
        "access_token",
        "a=1&access_token=b",
        "access%5Ftoken=a",
        "%61ccess_token=a",
    ] {
        for header in ["", &header] {
            let answer = world.send(with_query(header, query)).await;
            answer.assert_refused("REQ", "credentials_query_token");
            assert_eq!(blamed(&answer), ["Bearer"], "{query}");
        }
    }
}

#[tokio::test]
async fn http_06_http_26_forms_and_cookies_are_no_places_for_a_token() {
    let world = World::of_both_schemes();
    let token = world.unbound_token();
    for (name, value) in [
        (
            "content-type",
            "application/x-www-form-urlencoded".to_owned(),
        ),
        ("cookie", format!("access_token={token}")),
        ("x-access-token", token.clone()),
        ("x-forwarded-authorization", format!("Bearer {token}")),
        ("authentication", format!("Bearer {token}")),
    ] {
        let mut request = request("", "");
        *request.method_mut() = http::Method::POST;
        request.headers_mut().insert(name, value.parse().unwrap());
        world
            .send(request)
            .await
            .assert_refused("NOCRED", "credentials_missing");
    }
    world.present_bearer(&token).await.assert_passed();
}

#[tokio::test]
async fn dpop_77_proxy_credentials_are_ignored() {
    let world = World::of_both_schemes();
    let (token, proof) = world.token_and_proof();
    let dpop: HeaderValue = format!("DPoP {token}").parse().unwrap();
    let mut proxied = request("", &proof);
    proxied
        .headers_mut()
        .insert("proxy-authorization", dpop.clone());
    let answer = world.send(proxied).await;
    answer.assert_refused("NOCRED", "credentials_missing");
    assert_eq!(answer.header("proxy-authenticate"), None);
    let mut direct = request("", &proof);
    direct.headers_mut().insert("authorization", dpop.clone());
    direct.headers_mut().insert("proxy-authorization", dpop);
    world.send(direct).await.assert_passed();
}

#[tokio::test]
async fn http_21_credentials_stop_at_the_guard() {
    let send = async |world: World| {
        let mut request = world.good_request();
        request
            .headers_mut()
            .insert("accept", HeaderValue::from_static("*/*"));
        let answer = world.send(request).await;
        answer.assert_passed();
        answer.inner_headers().to_vec()
    };
    assert_eq!(send(World::new()).await, ["accept"]);
    let mut kept = send(World::with(|guard| guard.keep_credentials())).await;
    kept.sort();
    assert_eq!(kept, ["accept", "authorization", "dpop"]);
}

#[tokio::test]
async fn http_21_stray_proof_stops_at_the_guard() {
    let world = World::bearer_only();
    let header = format!("Bearer {}", world.unbound_token());
    let answer = world.send(request(&header, "a.b.c")).await;
    answer.assert_passed();
    assert!(answer.inner_headers().is_empty());
}

fn with_query(authorization: &str, query: &str) -> Request<()> {
    let mut request = request(authorization, "");
    *request.uri_mut() = format!("/a?{query}").parse().unwrap();
    request
}

/// The schemes whose challenge carries an error.
fn blamed(answer: &Answer) -> Vec<&str> {
    let challenges = answer.challenges().into_iter();
    let with_error = challenges.filter(|challenge| challenge.contains("error="));
    with_error
        .map(|challenge| challenge.split(' ').next().unwrap())
        .collect()
}
