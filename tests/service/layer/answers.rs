//! What the layer answers itself, preflights included.

use std::convert::Infallible;
use std::future::ready;

use crate::common::*;
use http::{HeaderValue, Method, Request, Response, StatusCode, Version};
use sender_constraint::Rejection;
use serde_json::Value;
use tower::{Layer as _, ServiceExt as _, service_fn};

#[tokio::test]
async fn error_body_is_the_applications_and_nothing_else_is() {
    let world = World::new();
    let plain = world.send(wrong(&world)).await;
    plain.assert_refused("PROOF", "proof_method");
    let shaped = shaped(&world, wrong(&world)).await;
    assert_eq!(shaped.0.body(), "{\"title\":\"proof_method\"}");
    assert_eq!(
        shaped.header("content-type"),
        Some("application/problem+json")
    );
    assert_eq!(shaped.kind(), "proof_method");
    assert_eq!(shaped.status(), plain.status());
    let mut headers = shaped.0.headers().clone();
    headers.remove("content-type");
    assert_eq!(&headers, plain.0.headers());
}

#[tokio::test]
async fn error_body_is_not_asked_for_accepted_requests() {
    let world = World::new();
    let answer = shaped(&world, world.good_request()).await;
    answer.assert_passed();
    assert_eq!(answer.header("content-type"), None);
}

#[tokio::test]
async fn resp_42_refused_head_has_no_body() {
    let world = World::new();
    let mut head = wrong(&world);
    *head.method_mut() = Method::HEAD;
    let answer = shaped(&world, head).await;
    answer.assert_refused("PROOF", "proof_method");
    assert_eq!(answer.header("content-type"), None);
}

#[tokio::test]
async fn resp_41_refused_grpc_call_has_no_body() {
    let world = World::with(|builder| builder.grpc_responses());
    let token = world.token().sign();
    let proof = world.proof(&token).claim("htm", "PUT").sign();
    let mut call = request(&format!("DPoP {token}"), &proof);
    (*call.method_mut(), *call.version_mut()) = (Method::POST, Version::HTTP_2);
    call.headers_mut()
        .insert("content-type", HeaderValue::from_static("application/grpc"));
    let answer = shaped(&world, call).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.header("grpc-status"), Some("16"));
    assert_eq!(answer.header("content-type"), Some("application/grpc"));
    assert_eq!(answer.0.body(), "");
    assert_eq!(answer.kind(), "proof_method");
}

/// The outer guard removed the credentials.
#[tokio::test]
async fn resp_41_mistake_of_the_set_up_is_an_internal_error_of_a_grpc_call() {
    let world = World::with(|builder| builder.grpc_responses());
    let accepted = world.send(world.good_request()).await;
    let mut call = request("", "");
    (*call.method_mut(), *call.version_mut()) = (Method::POST, Version::HTTP_2);
    call.headers_mut()
        .insert("content-type", HeaderValue::from_static("application/grpc"));
    call.extensions_mut().insert(accepted.access().clone());
    let answer = world.send(call).await;
    assert_eq!(answer.kind(), "credentials_already_checked");
    assert_eq!(answer.rejection().grpc_status(), 13);
    assert_eq!(answer.header("grpc-status"), Some("13"));
}

#[tokio::test]
async fn resp_33_preflight_is_refused() {
    let world = World::new();
    let answer = world.send(preflight()).await;
    answer.assert_refused("NOCRED", "credentials_missing");
    assert_eq!(world.calls(), 0);
}

#[tokio::test]
async fn dpop_95_what_only_looks_like_a_preflight_is_checked() {
    let world = World::new();
    for method in ["GET", "POST", "HEAD", "options", "OPTIONSX"] {
        let mut other = preflight();
        *other.method_mut() = method.parse().unwrap();
        let answer = world.send(other).await;
        answer.assert_refused("NOCRED", "credentials_missing");
    }
    for header in ["origin", "access-control-request-method"] {
        let mut other = preflight();
        other.headers_mut().remove(header);
        let answer = world.send(other).await;
        answer.assert_refused("NOCRED", "credentials_missing");
    }
    for (name, value, kind) in [
        ("authorization", "DPoP x", "proof_missing"),
        ("authorization", "Basic x", "credentials_unsupported_scheme"),
        ("authorization", "", "credentials_unsupported_scheme"),
        ("dpop", "x", "credentials_missing"),
        ("dpop", "", "credentials_missing"),
    ] {
        let mut other = preflight();
        other
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
        let answer = world.send(other).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        assert_eq!(answer.kind(), kind, "{name}: {value}");
    }
    assert_eq!(world.calls(), 0);
}

#[tokio::test]
async fn dpop_95_options_with_credentials_is_a_request_like_others() {
    let world = World::new();
    let token = world.token().sign();
    let proof = world.proof(&token).claim("htm", "OPTIONS").sign();
    let mut good = preflight();
    let headers = good.headers_mut();
    headers.insert("authorization", format!("DPoP {token}").parse().unwrap());
    headers.insert("dpop", proof.parse().unwrap());
    let copy = good.clone();
    let answer = world.send(good).await;
    answer.assert_passed();
    assert_eq!(answer.access().subject(), Some("alice"));
    world
        .send(copy)
        .await
        .assert_refused("PROOF", "proof_replayed");
}

#[tokio::test]
async fn dpop_94_browsers_may_read_the_challenge() {
    let world = World::new();
    let exposed = "access-control-expose-headers";
    let plain = world.send(wrong(&world)).await;
    assert_eq!(plain.header(exposed), None);
    let mut cross_origin = wrong(&world);
    let origin = HeaderValue::from_static("https://app.example.com");
    cross_origin.headers_mut().insert("origin", origin);
    let answer = world.send(cross_origin).await;
    answer.assert_refused("PROOF", "proof_method");
    assert_eq!(answer.header(exposed), Some("WWW-Authenticate"));
}

#[tokio::test]
async fn version_of_the_request_is_kept() {
    let world = World::new();
    let inner = service_fn(|request: Request<()>| {
        assert_eq!(request.version(), Version::HTTP_2);
        assert_eq!(
            (request.method(), request.uri().path()),
            (&Method::GET, "/a")
        );
        assert_eq!(request.uri().query(), Some("x=1"));
        ready(Ok::<_, Infallible>(Response::new(String::from("served"))))
    });
    let mut good = world.good_request();
    *good.version_mut() = Version::HTTP_2;
    *good.uri_mut() = "/a?x=1".parse().unwrap();
    let service = world.guard.layer().layer(inner);
    Answer(service.oneshot(good).await.unwrap()).assert_passed();
}

/// A request whose proof is for another method.
fn wrong(world: &World) -> Request<()> {
    let token = world.token().sign();
    let proof = world.proof(&token).claim("htm", "PUT").sign();
    request(&format!("DPoP {token}"), &proof)
}

/// Through a layer with a body of the application's.
async fn shaped(world: &World, request: Request<()>) -> Answer {
    let problem = HeaderValue::from_static("application/problem+json");
    let layer = world.guard.layer().error_body(problem, |rejection| {
        format!("{{\"title\":\"{}\"}}", rejection.kind())
    });
    let inner = service_fn(|_: Request<()>| {
        ready(Ok::<_, Infallible>(Response::new(String::from("served"))))
    });
    Answer(layer.layer(inner).oneshot(request).await.unwrap())
}

fn preflight() -> Request<()> {
    let request = Request::options("/a")
        .header("origin", "https://app.example.com")
        .header("access-control-request-method", "GET");
    request.body(()).unwrap()
}

#[tokio::test]
async fn problem_details_say_what_the_challenge_says() {
    let world = World::new();
    let layer = world.guard.layer().problem_json::<String>();
    let inner =
        service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(String::new())));
    let service = layer.layer(inner);
    for (request, status, error) in [
        (request("", ""), 401, None),
        (
            request(&format!("DPoP {}", world.token().sign()), ""),
            401,
            Some("invalid_dpop_proof"),
        ),
    ] {
        let response = service.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json"
        );
        let problem: Value = serde_json::from_str(response.body()).unwrap();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["title"], "Unauthorized");
        assert_eq!(problem.get("error").and_then(Value::as_str), error);
        let rejection: &Rejection = response.extensions().get().unwrap();
        assert_eq!(rejection.status(), status);
        assert_eq!(rejection.error(), error);
        let detail = problem.get("detail").and_then(Value::as_str);
        assert_eq!(detail, rejection.error_description());
    }
}
