//! The harness itself.
use crate::common::*;

#[tokio::test]
async fn good_request_passes() {
    let world = World::new();
    world.send(world.good_request()).await.assert_passed();
    assert_eq!(world.calls(), 1);
}
