//! Limits of `ext_authz` over gRPC: size and time of a message, and the number of fields in it.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Version};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use prost::Message as _;
use tokio_stream::StreamExt as _;

use super::envoy::{CHECK, CheckResponse, ENVOY, HttpRequest, check, honest, message};
use super::world::World;

/// A honest request whose message has this length.
fn of_length(world: &World, length: usize) -> HttpRequest {
    let fill = |bytes: usize| honest(world, "GET", "/", &[("x-fill", &"a".repeat(bytes))]);
    // Proofs differ in length by nothing.
    let rest = message(fill(100_000)).encoded_len() - 100_000;
    let request = fill(length - rest);
    assert_eq!(message(request.clone()).encoded_len(), length);
    request
}

#[tokio::test]
async fn a_message_has_the_size_of_a_head_and_64_kib() {
    let settings = format!("{ENVOY}\n[limits]\nheader_bytes = 40000");
    let world = World::forward_auth(&settings).await;
    let limit = 40_000 + 65_536;
    check(&world, of_length(&world, limit))
        .await
        .expect_accepted();
    for length in [limit + 1, 2_000_000] {
        let response = check(&world, of_length(&world, length)).await;
        assert_eq!(response.expect_denied("dpop").0, 431, "{length}");
    }
}

#[tokio::test]
async fn the_number_of_fields_has_a_limit() {
    let settings = format!("{ENVOY}\n[limits]\nheaders = 16");
    let world = World::forward_auth(&settings).await;
    let names: Vec<_> = (0..15).map(|number| format!("x-{number}")).collect();
    let fields: Vec<_> = names.iter().map(|name| (name.as_str(), "a")).collect();
    check(&world, honest(&world, "GET", "/", &fields[..14]))
        .await
        .expect_accepted();
    let response = check(&world, honest(&world, "GET", "/", &fields)).await;
    assert_eq!(response.expect_denied("dpop").0, 431);
}

#[tokio::test]
async fn a_message_that_does_not_come_is_given_up() {
    let settings = format!("{ENVOY}\n[limits]\nheader_seconds = 1");
    let world = World::forward_auth(&settings).await;
    let begin = Ok::<_, Infallible>(Frame::data(Bytes::from_static(&[0, 0, 0, 0, 9])));
    let body = StreamBody::new(tokio_stream::once(begin).chain(tokio_stream::pending()));
    let request = Request::post(format!("http://{}{CHECK}", world.gate.address()))
        .version(Version::HTTP_2)
        .header("content-type", "application/grpc+proto")
        .header("te", "trailers")
        .body(body)
        .unwrap();
    let client = Client::builder(TokioExecutor::new())
        .http2_only(true)
        .build_http();
    let response = client.request(request).await.unwrap();
    let body = response.into_body().collect().await.unwrap();
    assert_eq!(body.trailers().unwrap()["grpc-status"], "0");
    let message = CheckResponse::decode(&body.to_bytes()[5..]).unwrap();
    assert_eq!(message.expect_denied("dpop").0, 503);
}
