//! `ext_authz` of Envoy over gRPC: what is accepted, what is denied, and what the gate cannot read.

use http::StatusCode;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use prost::Message;
use tonic::Code;

use super::envoy::{
    CHECK, ENVOY, HttpRequest, call, check, credentials, honest, joined, message, original, values,
};
use super::world::{ORIGIN, World};

/// The status of the response to the client.
async fn denied(world: &World, http: HttpRequest) -> i32 {
    check(world, http).await.expect_denied("dpop").0
}

#[tokio::test]
async fn an_honest_request_is_accepted_once() {
    let world = World::forward_auth(ENVOY).await;
    for form in [|it| it, joined] {
        let request = form(honest(&world, "POST", "/a%2Fb", &[]));
        let accepted = check(&world, request.clone()).await.expect_accepted();
        let headers = &accepted.headers;
        assert_eq!(values(headers, "x-auth-subject"), ["alice"]);
        assert_eq!(values(headers, "x-auth-scope"), ["read write"]);
        let jkt = world.client.key().thumbprint().to_string();
        assert_eq!(values(headers, "x-auth-jkt"), [jkt]);
        // They replace what the client sent (`OVERWRITE_IF_EXISTS_OR_ADD`).
        assert!(headers.iter().all(|change| change.append_action == 2));
        let (status, challenges) = check(&world, request)
            .await
            .expect_denied("www-authenticate");
        assert_eq!((status, challenges.len()), (401, 1));
        assert!(challenges[0].contains("error=\"invalid_dpop_proof\""));
    }
}

#[tokio::test]
async fn thr_49_credentials_and_forged_fields_are_removed() {
    let world = World::forward_auth(ENVOY).await;
    let forged = [
        "x-auth-subject",
        "x_auth_subject",
        "x.auth.scope",
        "x-auth-token",
        "x-http-method-override",
        "x-original-url",
        "client-cert",
    ];
    let fields = forged.map(|name| (name, "root"));
    let kept = [("x-forwarded-for", "192.0.2.1"), ("x-real-ip", "192.0.2.1")];
    let fields = [&fields[..], &kept, &[("accept", "*/*")]].concat();
    let accepted = check(&world, honest(&world, "GET", "/", &fields))
        .await
        .expect_accepted();
    let removed: Vec<_> = accepted
        .headers_to_remove
        .iter()
        .map(String::as_str)
        .collect();
    let expected = [
        "authorization",
        "client-cert",
        "dpop",
        "x-auth-token",
        "x-auth-x5t-s256",
        "x-http-method-override",
        "x-original-url",
        "x.auth.scope",
        "x_auth_subject",
    ];
    assert_eq!(removed, expected);
    // Set, and therefore not removed.
    assert_eq!(values(&accepted.headers, "x-auth-subject"), ["alice"]);
}

#[tokio::test]
async fn method_and_target_are_those_of_the_message() {
    let world = World::forward_auth(ENVOY).await;
    for (method, path, proven) in [
        ("POST", "/", ("GET", "/")),
        ("OPTIONS", "/", ("GET", "/")),
        ("GET", "/a%2Fb", ("GET", "/a/b")),
        ("GET", "/a/%2e%2e/b", ("GET", "/b")),
        ("GET", "//a", ("GET", "/a")),
    ] {
        let (authorization, dpop) = credentials(&world, proven.0, proven.1);
        let fields = [
            ("authorization", &*authorization),
            ("dpop", &*dpop),
            ("x-http-method-override", proven.0),
            ("x-original-uri", proven.1),
        ];
        let status = denied(&world, original(method, path, &fields)).await;
        assert!([400, 401].contains(&status), "{method} {path}: {status}");
    }
}

#[tokio::test]
async fn refusals_have_their_status() {
    let world = World::forward_auth(ENVOY).await;
    let (authorization, dpop) = credentials(&world, "GET", "/");
    let (authorization, dpop) = (("authorization", &*authorization), ("dpop", &*dpop));
    for (fields, expected) in [
        (vec![], 401),
        (vec![authorization], 401),
        (vec![authorization, authorization, dpop], 400),
        (
            vec![authorization, ("authorization", "Bearer a"), dpop],
            400,
        ),
        (vec![authorization, dpop, dpop], 401),
        (vec![authorization, dpop, ("early-data", "1")], 425),
    ] {
        for form in [|it| it, joined] {
            let request = form(original("GET", "/", &fields));
            assert_eq!(denied(&world, request).await, expected, "{fields:?}");
        }
    }
    // None of them used up the proof.
    let request = original("GET", "/", &[authorization, dpop]);
    check(&world, request).await.expect_accepted();
}

#[tokio::test]
async fn a_host_of_another_origin_is_misdirected() {
    let world = World::forward_auth(ENVOY).await;
    let one = format!("origin = \"{ORIGIN}\"");
    let two = format!("origins = [\"{ORIGIN}\", \"https://api.example.eu\"]");
    world.change(&one, &two).await.unwrap();
    let mut request = honest(&world, "GET", "/", &[]);
    check(&world, request.clone()).await.expect_accepted();
    request.host = "other.example.com".into();
    assert_eq!(denied(&world, request).await, 421);
}

#[tokio::test]
async fn each_challenge_is_a_field_and_there_is_one_nonce() {
    let settings =
        format!("{ENVOY}\n[mtls]\nsource = \"connection\"\n[nonce]\nmode = \"required\"");
    let world = World::forward_auth(&settings).await;
    let request = honest(&world, "GET", "/", &[]);
    let response = check(&world, request).await;
    let (status, challenges) = response.clone().expect_denied("www-authenticate");
    assert_eq!((status, challenges.len()), (401, 2), "{challenges:?}");
    let (_, nonces) = response.expect_denied("dpop-nonce");
    let [nonce] = &nonces[..] else {
        panic!("{nonces:?}");
    };
    let token = world.token();
    let proof = world.client.proof("GET", &format!("{ORIGIN}/"), &token);
    let proof = proof.claim("nonce", nonce.as_str()).sign();
    let authorization = format!("DPoP {token}");
    let fields = [("authorization", &*authorization), ("dpop", &*proof)];
    check(&world, original("GET", "/", &fields))
        .await
        .expect_accepted();
}

#[tokio::test]
async fn a_request_that_is_not_clear_is_denied() {
    let world = World::forward_auth(ENVOY).await;
    let change = async |change: fn(&mut HttpRequest)| {
        let mut request = honest(
            &world,
            "GET",
            "/",
            &[(":path", "/"), ("host", "api.example.com")],
        );
        change(&mut request);
        check(&world, request).await
    };
    change(|_| {}).await.expect_accepted();
    let doubts: [fn(&mut HttpRequest); 6] = [
        |it| it.method.clear(),
        |it| it.path.clear(),
        |it| it.host.clear(),
        |it| it.path = "/other".into(),
        |it| it.host = "other.example.com".into(),
        |it| it.headers = it.header_map.as_ref().unwrap().headers.clone(),
    ];
    for doubt in doubts {
        assert_eq!(change(doubt).await.expect_denied("dpop").0, 503);
    }
    let malformed: [fn(&mut HttpRequest); 2] = [
        |it| it.scheme = "ftp".into(),
        |it| it.path = "http://api.example.com/".into(),
    ];
    for malformed in malformed {
        assert_eq!(change(malformed).await.expect_denied("dpop").0, 400);
    }
    let empty = call(&world, CHECK, super::envoy::CheckRequest::default());
    assert_eq!(empty.await.unwrap().expect_denied("dpop").0, 503);
}

/// A message whose first member is a text, instead of the attributes.
#[derive(Clone, PartialEq, Message)]
struct Other {
    #[prost(string, tag = "1")]
    text: String,
}

#[tokio::test]
async fn another_message_or_method_is_not_accepted() {
    let world = World::forward_auth(ENVOY).await;
    let other = Other { text: "a".into() };
    let response = call(&world, CHECK, other.clone()).await.unwrap();
    assert_eq!(response.expect_denied("dpop").0, 503);
    let path = "/envoy.service.auth.v2.Authorization/Check";
    let status = call(&world, path, other).await.unwrap_err();
    assert_eq!(status.code(), Code::Unimplemented);
    let plain = format!("http://{}{CHECK}", world.gate.address());
    for http2 in [false, true] {
        let client = Client::builder(TokioExecutor::new())
            .http2_only(http2)
            .build_http::<super::upstream::Body>();
        let response = client.get(plain.parse().unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
}

#[tokio::test]
async fn only_trusted_peers_are_answered() {
    let untrusted = "proxy = \"envoy-grpc\"\ntrusted_peers = [\"192.0.2.1\", \"unix\"]";
    let world = World::forward_auth(untrusted).await;
    let request = message(honest(&world, "GET", "/", &[]));
    let status = call(&world, CHECK, request).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
}
