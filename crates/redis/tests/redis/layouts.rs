//! The same on a socket, Sentinel and a Cluster.

use sender_constraint::replay::{Insertion, ReplayStore as _};
use sender_constraint_redis::Servers;

use super::failover::Watched;
use super::proofs::{assert_shared, connect, is_fresh, proof};
use super::server::{Server, eventually};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_socket_of_the_machine() {
    let server = Server::start(&["--unixsocket", "redis.sock"]).await;
    let path = server.folder().join("redis.sock");
    let servers = Servers::single(&format!("unix://{}", path.display())).unwrap();
    assert_shared(&connect(servers).await, &connect(server.servers()).await).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn the_primary_that_sentinels_watch() {
    let watched = Watched::start().await;
    let servers = watched.servers();
    assert_shared(&connect(servers.clone()).await, &connect(servers).await).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_cluster_of_three() {
    let nodes = cluster(3).await;
    let one = connect(Servers::cluster([nodes[0].url()]).unwrap()).await;
    let other = connect(Servers::cluster(nodes.iter().map(Server::url)).unwrap()).await;
    for _ in 0..30 {
        assert_shared(&one, &other).await;
    }
    for node in &nodes {
        assert!(
            node.command::<i64>(&["DBSIZE"]).await > 10,
            "keys are spread"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_cluster_without_one_of_its_nodes_refuses_only_what_it_had() {
    let mut nodes = cluster(3).await;
    let store = connect(Servers::cluster(nodes.iter().map(Server::url)).unwrap()).await;
    let used: Vec<_> = (0..60).map(|_| proof()).collect();
    for used in &used {
        assert_eq!(store.insert(used).await, Ok(Insertion::Fresh));
    }
    nodes[2].kill();
    let mut refused = 0;
    for used in &used {
        match store.insert(used).await {
            Ok(insertion) => assert_eq!(insertion, Insertion::Replayed),
            Err(_) => refused += 1,
        }
    }
    assert!((5..=40).contains(&refused), "{refused} of 60");
    nodes[2].restart().await;
    eventually("all slots are served", || async {
        let mut results = true;
        for _ in 0..10 {
            results &= is_fresh(&store).await;
        }
        results
    })
    .await;
}

/// Nodes that serve all slots, and accept what they have if one is gone.
pub(crate) async fn cluster(count: u16) -> Vec<Server> {
    let arguments = [
        "--cluster-enabled",
        "yes",
        "--cluster-require-full-coverage",
        "no",
    ];
    let mut nodes = Vec::new();
    for _ in 0..count {
        nodes.push(Server::start(&arguments).await);
    }
    let share = 16_384 / count;
    for (node, at) in nodes.iter().zip(0..) {
        let last = if at + 1 == count {
            16_383
        } else {
            (at + 1) * share - 1
        };
        let range = [(at * share).to_string(), last.to_string()];
        let _: String = node
            .command(&["CLUSTER", "ADDSLOTSRANGE", &range[0], &range[1]])
            .await;
        let _: String = nodes[0]
            .command(&["CLUSTER", "MEET", "127.0.0.1", &node.port.to_string()])
            .await;
    }
    for node in &nodes {
        until_cluster_is_up(node).await;
    }
    nodes
}

pub(crate) async fn until_cluster_is_up(node: &Server) {
    eventually("the cluster is up", || async {
        let info: String = node.command(&["CLUSTER", "INFO"]).await;
        info.contains("cluster_state:ok") && info.contains("cluster_slots_ok:16384")
    })
    .await;
}
