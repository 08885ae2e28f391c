//! The suite for any replay store, on each kind of servers.

use std::sync::Arc;
use std::time::Duration;

use sender_constraint_redis::{RedisReplayStore, Servers};
use sender_constraint_testing::replay_store::{ReplayStoreSuite, StoreCheck};

use super::failover::Watched;
use super::layouts::cluster;
use super::server::Server;

async fn passes(servers: Servers) {
    let margin = Duration::from_secs(2);
    let builder = RedisReplayStore::builder(servers)
        .clock_difference(margin)
        .unwrap();
    // The machine of the test is busy with other things.
    let builder = builder.timeout(Duration::from_secs(5)).unwrap();
    let store = Arc::new(builder.connect().await.unwrap());
    let nobody = Servers::single("redis://127.0.0.1:1").unwrap();
    let report = ReplayStoreSuite::new(move || Arc::clone(&store))
        .expires_by_own_clock(margin)
        .unreachable(move || {
            RedisReplayStore::builder(nobody.clone())
                .connect_lazy()
                .unwrap()
        })
        .entries(20_000)
        .skip(
            StoreCheck::Full,
            "a full server answers with an error whether or not the key is there",
        )
        .run()
        .await;
    report.assert_passed();
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_single_server_passes_the_suite() {
    passes(Server::start(&[]).await.servers()).await;
}

#[cfg(feature = "tls")]
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_server_behind_tls_passes_the_suite() {
    let server = super::tls::TlsServer::start().await;
    passes(server.with_client_certificate()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_primary_that_sentinels_watch_passes_the_suite() {
    let watched = Watched::start().await;
    passes(watched.servers()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_cluster_of_three_passes_the_suite() {
    let nodes = cluster(3).await;
    passes(Servers::cluster(nodes.iter().map(Server::url)).unwrap()).await;
}
