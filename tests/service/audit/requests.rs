//! The cases of `vectors/requests.json`.

use http::{HeaderName, HeaderValue, Request, Version};
use sender_constraint::proof::Dpop;
use sender_constraint::{Guard, Rejection};
use serde_json::Value;

use crate::common::*;

/// Every case is judged as it says, and only those without a `kind` reach the inner service.
#[tokio::test]
async fn a1_a6_d7_n6_n9_requests_of_the_vectors() {
    let file: Value =
        serde_json::from_str(include_str!("../../vectors/requests.json")).expect("JSON");
    let cases = file["cases"].as_array().unwrap();
    assert!(cases.len() > 20);
    for case in cases {
        let name = format!("{}: {}", case["id"], case["name"]);
        let world = world(case);
        let answer = world.send(request_of(case, &world)).await;
        assert_eq!(answer.status().as_u16(), case["status"], "{name}");
        let kind = answer.0.extensions().get().map(Rejection::kind);
        assert_eq!(kind, case["kind"].as_str(), "{name}");
        assert_eq!(world.calls(), usize::from(kind.is_none()), "{name}");
    }
}

fn world(case: &Value) -> World {
    let settings = case["settings"].as_array().cloned().unwrap_or_default();
    let has = |setting: &str| settings.iter().any(|each| each == setting);
    let dpop = Dpop::new(ORIGIN).unwrap();
    let dpop = if has("path_prefix") {
        dpop.path_prefix("/svc1").unwrap()
    } else {
        dpop
    };
    World::of(Key::from_seed("ES256", 0), |tokens| {
        let builder = Guard::builder(tokens).dpop(dpop);
        if has("grpc_status") {
            builder.grpc_responses()
        } else {
            builder
        }
    })
}

fn request_of(case: &Value, world: &World) -> Request<()> {
    let text =
        |member: &str, usual: &'static str| case[member].as_str().unwrap_or(usual).to_owned();
    let version = match text("version", "1.1").as_str() {
        "1.1" => Version::HTTP_11,
        "2" => Version::HTTP_2,
        other => panic!("version {other}"),
    };
    let method = text("method", "GET");
    let request = Request::builder().method(method.as_str());
    let mut request = request
        .uri(text("target", "/a"))
        .version(version)
        .body(())
        .unwrap();
    let headers = case["headers"].as_array().cloned().unwrap_or_default();
    for header in headers {
        let name: HeaderName = header[0].as_str().unwrap().parse().unwrap();
        let value = HeaderValue::from_str(header[1].as_str().unwrap()).unwrap();
        request.headers_mut().append(name, value);
    }
    if case["credentials"] == true {
        let token = world.token().sign();
        let proof = world.proof(&token).claim("htm", method);
        let proof = proof
            .claim("htu", text("htu", "https://rs.example.com/a"))
            .sign();
        let headers = request.headers_mut();
        headers.insert("authorization", format!("DPoP {token}").parse().unwrap());
        headers.insert("dpop", proof.parse().unwrap());
    }
    request
}
