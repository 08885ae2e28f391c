//! The guard behind a plain hyper server on loopback, and clients that send what no library would.

mod server;

use http::StatusCode;
use sender_constraint::GuardBuilder;
use sender_constraint::require::Require;
use server::{credentials, host, http_2, lines_of, send, send_2, serve, serve_layer, serve_world};

use crate::common::World;

#[tokio::test]
async fn honest_request_over_http_1() {
    let (world, server) = serve().await;
    let (token, proof) = credentials(&world, "GET", "/a");
    let lines = [host("rs.example.com"), token.clone(), proof.clone()];
    let answer = send(server, "GET /a HTTP/1.1", &lines).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body, "alice HTTP/1.1 /a");
    let answer = send(server, "GET /a HTTP/1.1", &lines).await;
    answer.assert_refused(401, "invalid_dpop_proof");
    let (token, proof) = credentials(&world, "GET", "/a");
    let answer = send(server, "GET /a HTTP/1.0", &[token, proof]).await;
    assert_eq!(answer.status, 200);
}

/// A field that is there is a credential, whatever its value.
#[tokio::test]
async fn anon_02_empty_fields_do_not_make_a_request_anonymous() {
    let world = World::with(GuardBuilder::allow_anonymous_requests);
    let server = serve_world(&world).await;
    let bare = [host("rs.example.com")];
    let answer = send(server, "GET /a HTTP/1.1", &bare).await;
    assert_eq!((answer.status, &*answer.body), (200, "nobody HTTP/1.1 /a"));
    for field in ["Authorization:", "authorization: ", "DPoP:", "dpop: "] {
        let lines = [host("rs.example.com"), field.as_bytes().to_vec()];
        let answer = send(server, "GET /a HTTP/1.1", &lines).await;
        assert_eq!(answer.status, 401, "{field}");
    }
    let (token, proof) = credentials(&world, "GET", "/a");
    let lines = [host("rs.example.com"), token, proof];
    let answer = send(server, "GET /a HTTP/1.1", &lines).await;
    assert_eq!((answer.status, &*answer.body), (200, "alice HTTP/1.1 /a"));
}

#[tokio::test]
async fn dpop_20_method_is_that_of_the_request_line() {
    let (world, server) = serve().await;
    for (method, other) in [("HEAD", "GET"), ("get", "GET"), ("PATCH", "GET")] {
        let (token, proof) = credentials(&world, method, "/a");
        let line = format!("{method} /a HTTP/1.1");
        let answer = send(server, &line, &[host("rs.example.com"), token, proof]).await;
        assert_eq!(answer.status, 200, "{method}");
        let (token, proof) = credentials(&world, other, "/a");
        let override_line = format!("X-HTTP-Method-Override: {other}").into_bytes();
        let lines = [host("rs.example.com"), token, proof, override_line];
        let answer = send(server, &line, &lines).await;
        answer.assert_refused(401, "invalid_dpop_proof");
        assert_eq!(answer.body, "");
    }
}

#[tokio::test]
async fn dpop_01_two_lines_of_dpop_are_refused() {
    let (world, server) = serve().await;
    let (token, proof) = credentials(&world, "GET", "/a");
    let lines = [host("rs.example.com"), token, proof.clone(), proof];
    let answer = send(server, "GET /a HTTP/1.1", &lines).await;
    answer.assert_refused(401, "invalid_dpop_proof");
    let answer = send(server, "GET /a HTTP/1.1", &lines[..3]).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn http_07_two_lines_of_authorization_are_refused() {
    let (world, server) = serve().await;
    let (token, proof) = credentials(&world, "GET", "/a");
    let lines = [host("rs.example.com"), proof, token.clone(), token];
    let answer = send(server, "GET /a HTTP/1.1", &lines).await;
    answer.assert_refused(400, "invalid_request");
    let answer = send(server, "GET /a HTTP/1.1", &lines[..3]).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn dpop_23_host_that_moves_the_path_is_refused() {
    let (world, server) = serve().await;
    for attack in [
        "rs.example.com/intended?",
        "rs.example.com/intended#",
        "rs.example.com/intended",
        "rs.example.com?",
        "rs.example.com#",
        "evil@rs.example.com",
        "rs.example.com:443x",
        "rs.example.com, evil.example.com",
        "rs.example.com evil",
        "rs.example.com\\@evil",
    ] {
        let (token, proof) = credentials(&world, "GET", "/intended");
        let lines = [host(attack), token, proof];
        let answer = send(server, "GET /other HTTP/1.1", &lines).await;
        answer.assert_refused(400, "invalid_request");
        // The proof was for this, and is still good.
        let lines = [host("rs.example.com"), lines[1].clone(), lines[2].clone()];
        let answer = send(server, "GET /other HTTP/1.1", &lines).await;
        answer.assert_refused(401, "invalid_dpop_proof");
        let answer = send(server, "GET /intended HTTP/1.1", &lines).await;
        assert_eq!(answer.status, 200, "{attack}");
    }
}

#[tokio::test]
async fn dpop_23_host_does_not_choose_the_origin() {
    let (world, server) = serve().await;
    for name in ["evil.example.com", "127.0.0.1:8080", "[::1]", ""] {
        let (token, proof) = credentials(&world, "GET", "/a");
        let lines = [host(name), token, proof];
        let answer = send(server, "GET /a HTTP/1.1", &lines).await;
        assert_eq!(answer.status, 200, "{name}");

        let token = world.token().sign();
        let proof = world
            .proof(&token)
            .claim("htu", format!("https://{name}/a"));
        let (token, proof) = lines_of(&token, &proof.sign());
        let forwarded = format!("X-Forwarded-Host: {name}").into_bytes();
        let lines = [host(name), token, proof, forwarded];
        let answer = send(server, "GET /a HTTP/1.1", &lines).await;
        answer.assert_refused(401, "invalid_dpop_proof");
    }
}

#[tokio::test]
async fn dpop_23_two_hosts_are_refused() {
    let (world, server) = serve().await;
    let (token, proof) = credentials(&world, "GET", "/a");
    let lines = [token, proof, host("rs.example.com"), host("rs.example.com")];
    let answer = send(server, "GET /a HTTP/1.1", &lines).await;
    assert_eq!(answer.status, 400);
    let answer = send(server, "GET /a HTTP/1.1", &lines[..3]).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn dpop_26_absolute_form_counts_by_its_path() {
    let (world, server) = serve().await;
    for target in [
        "https://rs.example.com/a?x=1",
        "http://rs.example.com:80/a",
        "http://evil.example.com/a",
    ] {
        let (token, proof) = credentials(&world, "GET", "/a");
        let lines = [host("rs.example.com"), token, proof];
        let answer = send(server, &format!("GET {target} HTTP/1.1"), &lines).await;
        assert_eq!(answer.status, 200, "{target}");
    }
    for (target, status) in [
        ("https://rs.example.com/b", 401),
        ("https://rs.example.com", 401),
        ("https://rs.example.com/a/..", 400),
        ("https://evil@rs.example.com/a", 400),
        ("https://rs.example.com:x/a", 400),
    ] {
        let (token, proof) = credentials(&world, "GET", "/a");
        let lines = [host("rs.example.com"), token, proof];
        let answer = send(server, &format!("GET {target} HTTP/1.1"), &lines).await;
        assert_eq!(answer.status, status, "{target}");
    }
}

#[tokio::test]
async fn dpop_27_odd_targets_are_refused() {
    let (world, server) = serve().await;
    let (token, proof) = credentials(&world, "GET", "/admin");
    let lines = [host("rs.example.com"), token, proof];
    for target in [
        "/public/../admin",
        "/public/%2e%2e/admin",
        "/./admin",
        "/admin/.",
        "/admin%00",
        "/adm\"in",
        "/admin{}",
        "/ad\u{e4}min",
    ] {
        let answer = send(server, &format!("GET {target} HTTP/1.1"), &lines).await;
        assert_eq!(answer.status, 400, "{target}");
    }
    let answer = send(server, "GET /%61dmin HTTP/1.1", &lines).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn target_without_a_path_is_refused() {
    let (world, server) = serve().await;
    let (token, proof) = credentials(&world, "OPTIONS", "");
    let lines = [host("rs.example.com"), token, proof];
    let answer = send(server, "OPTIONS * HTTP/1.1", &lines).await;
    answer.assert_refused(401, "invalid_dpop_proof");
    let answer = send(server, "OPTIONS / HTTP/1.1", &lines).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn http_25_bytes_that_are_not_ascii_are_refused() {
    let (world, server) = serve().await;
    let (token, proof) = credentials(&world, "GET", "/a");
    for byte in [0x80, 0xff, 0xe4] {
        let with = |line: &[u8]| [line, &[byte]].concat();
        let lines = [host("rs.example.com"), with(&token), proof.clone()];
        let answer = send(server, "GET /a HTTP/1.1", &lines).await;
        answer.assert_refused(400, "invalid_request");
        let lines = [host("rs.example.com"), token.clone(), with(&proof)];
        let answer = send(server, "GET /a HTTP/1.1", &lines).await;
        answer.assert_refused(401, "invalid_dpop_proof");
        let lines = [with(&host("rs.example.com")), token.clone(), proof.clone()];
        let answer = send(server, "GET /a HTTP/1.1", &lines).await;
        assert_eq!(answer.status, 400);
    }
    let other = b"X-Other: \xff\xe4".to_vec();
    let lines = [host("rs.example.com"), token, proof, other];
    let answer = send(server, "GET /a HTTP/1.1", &lines).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn resp_40_long_header_is_told_so() {
    let (_, server) = serve().await;
    let long = format!("Authorization: DPoP {}", "a".repeat(17 * 1024));
    let lines = [host("rs.example.com"), long.into_bytes()];
    let answer = send(server, "GET /a HTTP/1.1", &lines).await;
    assert_eq!(answer.status, 431);
    assert!(!answer.head.to_lowercase().contains("www-authenticate"));
}

#[tokio::test]
async fn honest_request_over_http_2() {
    let (world, server) = serve().await;
    let answer = send_2(server, http_2(&world, "https://rs.example.com/a")).await;
    assert_eq!(answer.0, StatusCode::OK);
    let mut with_host = http_2(&world, "https://rs.example.com/a");
    with_host
        .headers_mut()
        .insert("host", "rs.example.com".parse().unwrap());
    let answer = send_2(server, with_host).await;
    assert_eq!(answer.0, StatusCode::OK);
    let copy = http_2(&world, "https://rs.example.com/a");
    assert_eq!(send_2(server, copy.clone()).await.0, StatusCode::OK);
    let answer = send_2(server, copy).await;
    assert_eq!(answer.0, StatusCode::UNAUTHORIZED);
    assert!(answer.1.contains("invalid_dpop_proof"), "{}", answer.1);
}

#[tokio::test]
async fn dpop_26_host_and_authority_that_differ_are_refused() {
    let (world, server) = serve().await;
    let mut request = http_2(&world, "https://rs.example.com/a");
    request
        .headers_mut()
        .insert("host", "evil.example.com".parse().unwrap());
    let answer = send_2(server, request).await;
    assert_eq!(answer.0, StatusCode::BAD_REQUEST);
    assert!(answer.1.contains("invalid_request"), "{}", answer.1);
}

#[tokio::test]
async fn dpop_01_two_lines_of_dpop_over_http_2_are_refused() {
    let (world, server) = serve().await;
    let mut request = http_2(&world, "https://rs.example.com/a");
    let proof = request.headers()["dpop"].clone();
    request.headers_mut().append("dpop", proof);
    let answer = send_2(server, request).await;
    assert_eq!(answer.0, StatusCode::UNAUTHORIZED);
    assert!(answer.1.contains("invalid_dpop_proof"), "{}", answer.1);
}

#[tokio::test]
async fn resp_29_requirement_is_checked_in_a_plain_server() {
    let world = World::new();
    let server = serve_layer(&world, Require::scopes(["write"])).await;
    let (token, proof) = credentials(&world, "GET", "/a");
    let lines = [host("rs.example.com"), token, proof];
    let answer = send(server, "GET /a HTTP/1.1", &lines).await;
    assert_eq!((answer.status, &*answer.body), (200, "alice HTTP/1.1 /a"));

    let server = serve_layer(&world, Require::scopes(["admin"]).acr(["mfa"])).await;
    let (token, proof) = credentials(&world, "GET", "/a");
    let lines = [host("rs.example.com"), token, proof];
    let answer = send(server, "GET /a HTTP/1.1", &lines).await;
    answer.assert_refused(401, "insufficient_user_authentication");
    assert!(
        answer.head.contains("scope=\"admin\", acr_values=\"mfa\""),
        "{}",
        answer.head
    );
    assert_eq!(answer.body, "");
    let (token, proof) = credentials(&world, "HEAD", "/a");
    let lines = [host("rs.example.com"), token, proof];
    let answer = send(server, "HEAD /a HTTP/1.1", &lines).await;
    answer.assert_refused(401, "insufficient_user_authentication");
}
