//! The headers around a refusal, and the answers that are none of ours (RESP-17, RESP-33 to RESP-42, DPOP-94,
//! DPOP-95).

use std::convert::Infallible;

use crate::common::*;
use http::header::{ACCESS_CONTROL_EXPOSE_HEADERS, WWW_AUTHENTICATE};
use http::{HeaderValue, Method, Request, Response};
use tower::{Layer as _, ServiceExt as _, service_fn};
use tower_http::cors::CorsLayer;

#[tokio::test]
async fn resp_17_date_stands_on_clock_errors() {
    let world = World::new();
    let token = world.token().sign();
    for (iat, date) in [
        (NOW - 61, Some("Thu, 01 Jan 2026 00:00:00 GMT")),
        (NOW + 11, Some("Thu, 01 Jan 2026 00:00:00 GMT")),
    ] {
        let proof = world.proof(&token).claim("iat", iat).sign();
        let answer = world.present(&token, &proof).await;
        assert_eq!(answer.outcome(), "PROOF");
        assert_eq!(answer.header("date"), date);
    }
    // Otherwise it is the server's own business.
    assert_eq!(world.present(&token, "a.b.c").await.header("date"), None);
}

#[tokio::test]
async fn resp_40_too_large_is_no_matter_of_credentials() {
    let world = World::new();
    for (header, proof) in [
        ("a".repeat(16 * 1024 + 1), "a.b.c".to_owned()),
        ("a".to_owned(), "a".repeat(8193)),
    ] {
        let mut request = request(&format!("DPoP {header}"), &proof);
        request
            .headers_mut()
            .insert("origin", HeaderValue::from_static("https://app.example"));
        let answer = world.send(request).await;
        assert_eq!(answer.status(), 431);
        assert!(answer.challenges().is_empty());
        let names: Vec<_> = answer
            .0
            .headers()
            .keys()
            .map(http::HeaderName::as_str)
            .collect();
        assert_eq!(names, ["cache-control"]);
    }
}

#[tokio::test]
async fn dpop_94_challenge_is_readable_to_scripts() {
    let world = World::new();
    let mut from_script = request("", "");
    let origin = HeaderValue::from_static("https://app.example");
    from_script.headers_mut().insert("origin", origin);
    let answer = world.send(from_script).await;
    let exposed: Vec<_> = answer
        .0
        .headers()
        .get_all(ACCESS_CONTROL_EXPOSE_HEADERS)
        .iter()
        .collect();
    assert_eq!(exposed, ["WWW-Authenticate"]);
    let answer = world.send(request("", "")).await;
    assert_eq!(answer.header("access-control-expose-headers"), None);
}

#[tokio::test]
async fn dpop_95_cors_layer_outside_lets_scripts_read_the_refusal() {
    let cors = CorsLayer::new()
        .allow_origin(HeaderValue::from_static("https://app.example"))
        .allow_credentials(true)
        .expose_headers([WWW_AUTHENTICATE]);
    let service = cors.layer(World::new().guard.layer().layer(service_fn(served)));
    let mut request = request("", "");
    request
        .headers_mut()
        .insert("origin", HeaderValue::from_static("https://app.example"));
    let response = service.oneshot(request).await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(
        response.headers()["access-control-allow-origin"],
        "https://app.example"
    );
    let exposed: Vec<_> = response
        .headers()
        .get_all(ACCESS_CONTROL_EXPOSE_HEADERS)
        .iter()
        .collect();
    assert_eq!(exposed.len(), 1);
    assert!(
        exposed[0]
            .to_str()
            .unwrap()
            .eq_ignore_ascii_case("www-authenticate")
    );
}

#[tokio::test]
async fn resp_33_dpop_95_preflight_is_a_request_like_any_other() {
    let world = World::new();
    let preflight = || {
        let request = Request::options("/a").header("origin", "https://app.example");
        request
            .header("access-control-request-method", "GET")
            .body(())
            .unwrap()
    };
    world
        .send(preflight())
        .await
        .assert_refused("NOCRED", "credentials_missing");
    for name in ["origin", "access-control-request-method"] {
        let mut request = preflight();
        request.headers_mut().remove(name);
        world
            .send(request)
            .await
            .assert_refused("NOCRED", "credentials_missing");
    }
    for method in [Method::GET, Method::POST, Method::HEAD] {
        let mut request = preflight();
        *request.method_mut() = method;
        world
            .send(request)
            .await
            .assert_refused("NOCRED", "credentials_missing");
    }
    let mut with_token = preflight();
    with_token
        .headers_mut()
        .insert("authorization", HeaderValue::from_static("Bearer a"));
    world
        .send(with_token)
        .await
        .assert_refused("TOK(Bearer)", "token_not_a_jws");
    let mut with_proof = preflight();
    with_proof
        .headers_mut()
        .insert("dpop", HeaderValue::from_static("a.b.c"));
    world
        .send(with_proof)
        .await
        .assert_refused("NOCRED", "credentials_missing");
    assert_eq!(world.calls(), 0);
}

#[tokio::test]
async fn resp_36_answers_of_the_service_are_not_touched() {
    let world = World::new();
    for status in [200, 401, 403, 503] {
        let inner = service_fn(move |_: Request<()>| async move {
            let response = Response::builder().status(status);
            let response = response.header(WWW_AUTHENTICATE, "Basic realm=\"inner\"");
            Ok::<_, Infallible>(response.body("inner".to_owned()).unwrap())
        });
        let service = world.guard.layer().layer(inner);
        let mut request = world.good_request();
        request
            .headers_mut()
            .insert("origin", HeaderValue::from_static("https://app.example"));
        let response = service.oneshot(request).await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(response.headers().len(), 1);
        assert_eq!(
            response.headers()[WWW_AUTHENTICATE],
            "Basic realm=\"inner\""
        );
        assert_eq!(response.body(), "inner");
    }
}

#[tokio::test]
async fn resp_42_head_has_no_body() {
    let problem = HeaderValue::from_static("application/problem+json");
    let layer = World::new()
        .guard
        .layer()
        .error_body(problem, |_| "{}".to_owned());
    let service = layer.layer(service_fn(served));
    for (method, body, content_type) in [
        (Method::GET, "{}", Some("application/problem+json")),
        (Method::HEAD, "", None),
    ] {
        let mut request = request("", "");
        *request.method_mut() = method;
        let response = service.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 401);
        assert_eq!(response.body(), body);
        let found = response.headers().get("content-type");
        assert_eq!(found.map(|value| value.to_str().unwrap()), content_type);
        assert_eq!(response.headers()["cache-control"], "no-store");
    }
}

async fn served(_: Request<()>) -> Result<Response<String>, Infallible> {
    Ok(Response::new("served".to_owned()))
}
