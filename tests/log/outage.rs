//! An outage of a shared replay store during which requests are accepted.

use std::sync::Arc;

use sender_constraint::replay::{FilteredStore, MemoryStore};
use tracing::Level;

use crate::common::*;
use crate::events::{Event, Log};

#[tokio::test]
async fn dpop_61_outage_is_an_error_when_it_begins_and_an_info_with_a_count_when_it_ends() {
    let shared = SharedStore::default();
    let store = FilteredStore::new(shared.clone(), MemoryStore::new(1024).unwrap());
    let store = Arc::new(store.accept_once_per_node_during_outages());
    let world = World::with_dpop(|dpop| dpop.replay_store(Arc::clone(&store)));
    let token = world.token().sign();
    let send = async || {
        let proof = world.proof(&token).sign();
        world.present(&token, &proof).await.assert_passed();
    };
    let log = Log::listen();
    send().await;
    assert!(about_the_store(&log).is_empty());
    for (outage, requests) in [3, 5].into_iter().enumerate() {
        let log = Log::listen();
        shared.set(ServerState::Unavailable);
        for _ in 0..requests {
            send().await;
            world.clock.advance(2);
        }
        let [began] = &about_the_store(&log)[..] else {
            panic!("{:?}", log.events());
        };
        assert_eq!(began.level, Level::ERROR);
        assert_eq!(began.text("reason"), "refused");
        assert!(began.text("message").contains("once by each node"));

        let log = Log::listen();
        shared.set(ServerState::Available);
        send().await;
        send().await;
        let [ended] = &about_the_store(&log)[..] else {
            panic!("{:?}", log.events());
        };
        assert_eq!(ended.level, Level::INFO);
        assert_eq!(ended.text("accepted"), requests.to_string());
        assert_eq!(ended.text("seconds"), (2 * requests).to_string());
        let expected = if outage == 0 { 3 } else { 3 + 5 };
        assert_eq!(store.accepted_during_outages(), expected);
    }
}

fn about_the_store(log: &Log) -> Vec<Event> {
    let mut events = log.events();
    events.retain(|event| event.text("message").starts_with("the shared replay store"));
    events
}
