//! TLS early data can be replayed: DPOP-64, RFC 8470.

use crate::common::*;
use http::HeaderValue;

#[tokio::test]
async fn dpop_64_early_data_is_answered_425_without_a_challenge() {
    let world = World::new();
    world.send(world.good_request()).await.assert_passed();
    let answer = world.send(early(&world, "1")).await;
    answer.assert_refused("425", "request_early_data");
    assert!(answer.challenges().is_empty());
}

/// RFC 8470 section 5.1: invalid and repeated values are equivalent to 1.
#[tokio::test]
async fn dpop_64_early_data_counts_whatever_its_value() {
    let world = World::new();
    world.send(world.good_request()).await.assert_passed();
    for value in ["0", "1, 1", "yes", ""] {
        world
            .send(early(&world, value))
            .await
            .assert_refused("425", "request_early_data");
    }
}

#[tokio::test]
async fn dpop_64_early_data_passes_where_the_store_is_shared() {
    let world = World::with(|builder| builder.accept_early_data());
    world.send(early(&world, "1")).await.assert_passed();
}

fn early(world: &World, value: &'static str) -> http::Request<()> {
    let mut request = world.good_request();
    request
        .headers_mut()
        .insert("early-data", HeaderValue::from_static(value));
    request
}
