//! Servers that stop, hang, come back empty, or refuse: requests are refused with 503, and accepted again after it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sender_constraint::replay::{Insertion, ReplayStore as _};
use sender_constraint_redis::{RedisReplayStore, Servers};

use tokio::task::JoinSet;
use tokio::time::timeout;

use super::layouts::cluster;
use super::proofs::{connect, is_fresh, proof, refusal};
use super::server::{Server, eventually, free_port};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_stopped_server_refuses_and_returns_empty() {
    let mut server = Server::start(&[]).await;
    let store = connect(server.servers()).await;
    let used = proof();
    assert_eq!(store.insert(&used).await, Ok(Insertion::Fresh));
    server.kill();
    for _ in 0..20 {
        let reason = refusal(&store).await;
        assert!(
            reason.starts_with("the replay store is unavailable: "),
            "{reason}"
        );
    }
    server.restart().await;
    eventually("the store recovers", || is_fresh(&store)).await;
    // Named in the documentation: what the server lost is accepted once more, and once only.
    assert_eq!(store.insert(&used).await, Ok(Insertion::Fresh));
    assert_eq!(store.insert(&used).await, Ok(Insertion::Replayed));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_paused_server_refuses_in_time_and_forgets_nothing() {
    let server = Server::start(&[]).await;
    let builder = RedisReplayStore::builder(server.servers());
    let limit = Duration::from_millis(200);
    let store = builder.timeout(limit).unwrap().connect().await.unwrap();
    let used = proof();
    assert_eq!(store.insert(&used).await, Ok(Insertion::Fresh));
    server.pause();
    for _ in 0..10 {
        let start = Instant::now();
        let reason = refusal(&store).await;
        assert!(start.elapsed() < Duration::from_secs(1), "{reason}");
        assert!(reason.contains("configure with `"), "{reason}");
    }
    server.resume();
    eventually("the store recovers", || is_fresh(&store)).await;
    assert_eq!(store.insert(&used).await, Ok(Insertion::Replayed));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_limited_number_of_calls_waits() {
    let server = Server::start(&[]).await;
    let builder = RedisReplayStore::builder(server.servers())
        .max_waiting(2)
        .unwrap();
    let builder = builder.timeout(Duration::from_secs(5)).unwrap();
    let store = Arc::new(builder.connect().await.unwrap());
    server.pause();
    let mut calls = JoinSet::new();
    for _ in 0..5 {
        let store = Arc::clone(&store);
        calls.spawn(async move { store.insert(&proof()).await });
    }
    for _ in 0..3 {
        let refused = timeout(Duration::from_secs(1), calls.join_next()).await;
        let error = refused.expect("at once").unwrap().unwrap().unwrap_err();
        assert!(
            error
                .to_string()
                .contains("`ReplayStoreBuilder::max_waiting`"),
            "{error}"
        );
    }
    server.resume();
    for result in calls.join_all().await {
        assert_eq!(result, Ok(Insertion::Fresh));
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_lazy_store_refuses_until_the_server_is_there() {
    let port = free_port();
    let servers = Servers::single(&format!("redis://127.0.0.1:{port}")).unwrap();
    let error = RedisReplayStore::builder(servers.clone())
        .connect()
        .await
        .unwrap_err();
    assert!(error.to_string().contains(&port.to_string()), "{error}");
    let store = RedisReplayStore::builder(servers).connect_lazy().unwrap();
    refusal(&store).await;
    let server = Server::launch(port, &[]);
    eventually("the store connects", || is_fresh(&store)).await;
    drop(server);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_full_server_refuses_and_says_what_to_raise() {
    let server = Server::start(&[]).await;
    let store = connect(server.servers()).await;
    let used = proof();
    assert_eq!(store.insert(&used).await, Ok(Insertion::Fresh));
    let _: String = server.command(&["CONFIG", "SET", "maxmemory", "1"]).await;
    let reason = refusal(&store).await;
    assert!(reason.contains("raise its `maxmemory`"), "{reason}");
    let _: String = server.command(&["CONFIG", "SET", "maxmemory", "0"]).await;
    assert!(is_fresh(&store).await);
    assert_eq!(store.insert(&used).await, Ok(Insertion::Replayed));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_primary_that_becomes_a_replica_refuses() {
    let (server, other) = (Server::start(&[]).await, Server::start(&[]).await);
    let store = connect(server.servers()).await;
    assert!(is_fresh(&store).await);
    let port = other.port.to_string();
    let _: String = server.command(&["REPLICAOF", "127.0.0.1", &port]).await;
    let reason = refusal(&store).await;
    assert!(reason.contains("replica"), "{reason}");
    let _: String = server.command(&["REPLICAOF", "NO", "ONE"]).await;
    eventually("the store recovers", || is_fresh(&store)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_policy_that_changes_while_running_is_noticed() {
    let server = Server::start(&[]).await;
    let store = connect(server.servers()).await;
    let set = async |policy| {
        let _: String = server
            .command(&["CONFIG", "SET", "maxmemory-policy", policy])
            .await;
    };
    set("allkeys-lru").await;
    eventually("the store refuses", || async {
        store
            .insert(&proof())
            .await
            .is_err_and(|error| error.to_string().contains("allkeys-lru"))
    })
    .await;
    set("noeviction").await;
    eventually("the store recovers", || is_fresh(&store)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_policy_that_changes_at_one_node_of_a_cluster_is_noticed() {
    let nodes = cluster(3).await;
    let store = connect(Servers::cluster([nodes[0].url()]).unwrap()).await;
    let _: String = nodes[2]
        .command(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"])
        .await;
    eventually("the store refuses", || async {
        store
            .insert(&proof())
            .await
            .is_err_and(|error| error.to_string().contains("allkeys-lru"))
    })
    .await;
}
