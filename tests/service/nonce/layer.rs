//! Nonces on responses of routes without a guard (DPOP-50).

use std::convert::Infallible;

use http::{HeaderValue, Request, Response};
use tower::{Layer as _, ServiceExt as _, service_fn};

use super::world::{issue, on_clock_skew, required, send_nonce};
use crate::common::*;

async fn call(world: &World, request: Request<&'static str>) -> Response<String> {
    let service = service_fn(|request: Request<&'static str>| {
        let mut response = Response::new(request.body().to_string());
        let headers = response.headers_mut();
        headers.append("dpop-nonce", HeaderValue::from_static("a"));
        headers.append("dpop-nonce", HeaderValue::from_static("b"));
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let service = world.guard.nonce_layer().layer(service);
    service.oneshot(request).await.unwrap()
}

#[tokio::test]
async fn dpop_50_any_response_can_have_a_nonce() {
    for world in [required(), on_clock_skew()] {
        let response = call(&world, Request::new("body")).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.body(), "body");
        let nonces = response.headers().get_all("dpop-nonce").iter();
        let nonces: Vec<_> = nonces.map(|nonce| nonce.to_str().unwrap()).collect();
        assert_eq!(nonces, [issue(&world)], "DPOP-49");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert!(
            !response
                .headers()
                .contains_key("access-control-expose-headers")
        );
        // The first guarded request succeeds.
        send_nonce(&world, nonces[0], NOW).await.assert_passed();
    }
}

#[tokio::test]
async fn dpop_94_a_nonce_of_an_unguarded_route_is_readable_to_scripts() {
    let request = Request::get("/").header("origin", "https://app.example");
    let response = call(&required(), request.body("").unwrap()).await;
    let exposed = &response.headers()["access-control-expose-headers"];
    assert_eq!(exposed, "DPoP-Nonce");
}

#[tokio::test]
async fn without_nonces_the_layer_changes_nothing() {
    let response = call(&World::new(), Request::new("")).await;
    assert_eq!(response.headers().get_all("dpop-nonce").iter().count(), 2);
    assert_eq!(response.headers().len(), 2);
}
