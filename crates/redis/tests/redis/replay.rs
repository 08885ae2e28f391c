//! What one command records, and for how long (RFC 9449 section 11.1).

use std::sync::Arc;
use std::time::Duration;

use sender_constraint::replay::{Insertion, ReplayStore as _};
use sender_constraint_redis::{RedisReplayStore, Servers};
use tokio::task::JoinSet;

use super::proofs::{assert_shared, connect, proof};
use super::proxy::Proxy;
use super::server::Server;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_proof_passes_once_at_two_instances() {
    let server = Server::start(&[]).await;
    assert_shared(
        &connect(server.servers()).await,
        &connect(server.servers()).await,
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn of_one_hundred_equal_proofs_at_once_one_passes() {
    let server = Server::start(&[]).await;
    let stores = [
        connect(server.servers()).await,
        connect(server.servers()).await,
    ]
    .map(Arc::new);
    for _ in 0..10 {
        let used = proof();
        let mut calls = JoinSet::new();
        for at in 0..100 {
            let store = Arc::clone(&stores[at % 2]);
            calls.spawn(async move { store.insert(&used).await.unwrap() });
        }
        let results = calls.join_all().await;
        let fresh = results.iter().filter(|result| **result == Insertion::Fresh);
        assert_eq!(fresh.count(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn an_entry_outlives_its_proof_by_the_difference_of_clocks() {
    let server = Server::start(&[]).await;
    for (difference, expected) in [(1, 62_000), (30, 91_000), (3600, 3_661_000)] {
        let store = RedisReplayStore::builder(server.servers())
            .clock_difference(Duration::from_secs(difference))
            .unwrap()
            .key_prefix("test:")
            .unwrap()
            .connect()
            .await
            .unwrap();
        // The server's clock does not matter: the guard's may be off by a year.
        for year in [0, 1] {
            let mut used = proof();
            let off = Duration::from_secs(year * 31_536_000);
            (used.now, used.expires_at) = (
                used.now.saturating_add(off),
                used.expires_at.saturating_add(off),
            );
            assert_eq!(store.insert(&used).await, Ok(Insertion::Fresh));
            let left: i64 = server
                .command(&["PTTL", &format!("test:{}", used.key)])
                .await;
            assert!(
                (expected - 5_000..=expected).contains(&left),
                "{left} of {expected}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn an_entry_ends_by_itself_and_the_proof_is_fresh_again() {
    let server = Server::start(&[]).await;
    let least = Duration::from_secs(1);
    let builder = RedisReplayStore::builder(server.servers()).clock_difference(least);
    let store = builder.unwrap().connect().await.unwrap();
    let mut used = proof();
    used.expires_at = used.now;
    assert_eq!(store.insert(&used).await, Ok(Insertion::Fresh));
    assert_eq!(store.insert(&used).await, Ok(Insertion::Replayed));
    super::server::eventually("the entry ends", || async {
        server.command::<i64>(&["DBSIZE"]).await == 0
    })
    .await;
    assert_eq!(store.insert(&used).await, Ok(Insertion::Fresh));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn prefixes_are_separate_stores() {
    let server = Server::start(&[]).await;
    let one = connect(server.servers()).await;
    let builder = RedisReplayStore::builder(server.servers()).key_prefix("other:");
    let other = builder.unwrap().connect().await.unwrap();
    let used = proof();
    assert_eq!(one.insert(&used).await, Ok(Insertion::Fresh));
    assert_eq!(other.insert(&used).await, Ok(Insertion::Fresh));
    let mut keys: Vec<String> = server.command(&["KEYS", "*"]).await;
    keys.sort();
    assert_eq!(
        keys,
        [
            format!("other:{}", used.key),
            format!("sc:replay:{}", used.key)
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_lost_answer_makes_no_replay_of_a_new_proof() {
    let server = Server::start(&[]).await;
    let proxy = Proxy::start(server.port).await;
    let store = connect(Servers::single(&proxy.url()).unwrap()).await;
    for _ in 0..5 {
        proxy.drop_next_answer();
        let used = proof();
        assert_eq!(store.insert(&used).await, Ok(Insertion::Fresh));
        assert_eq!(proxy.dropped(), 1, "the server had carried out the command");
        assert_eq!(store.insert(&used).await, Ok(Insertion::Replayed));
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_lost_answer_of_a_replay_stays_a_replay() {
    let server = Server::start(&[]).await;
    let proxy = Proxy::start(server.port).await;
    let store = connect(Servers::single(&proxy.url()).unwrap()).await;
    let used = proof();
    assert_eq!(store.insert(&used).await, Ok(Insertion::Fresh));
    proxy.drop_next_answer();
    assert_eq!(store.insert(&used).await, Ok(Insertion::Replayed));
    assert_eq!(proxy.dropped(), 1);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn the_client_library_of_a_cluster_repeats_a_command_harmlessly() {
    let (port, outside) = (super::server::free_port(), super::server::free_port());
    let announced = outside.to_string();
    let arguments = [
        "--cluster-enabled",
        "yes",
        "--cluster-announce-port",
        &announced,
    ];
    let node = Server::launch(port, &arguments);
    node.until_ready().await;
    let _: String = node
        .command(&["CLUSTER", "ADDSLOTSRANGE", "0", "16383"])
        .await;
    super::layouts::until_cluster_is_up(&node).await;
    let proxy = Proxy::start_at(outside, node.port).await;
    let store = connect(Servers::cluster([proxy.url()]).unwrap()).await;
    for _ in 0..5 {
        proxy.drop_next_answer();
        let used = proof();
        assert_eq!(store.insert(&used).await, Ok(Insertion::Fresh));
        assert_eq!(proxy.dropped(), 1, "the server had carried out the command");
        assert_eq!(store.insert(&used).await, Ok(Insertion::Replayed));
    }
}
