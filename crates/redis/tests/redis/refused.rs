//! Servers that are refused at start, and users that may do only what is needed.

use sender_constraint_redis::{ConnectError, RedisReplayStore, Servers};

use super::layouts::cluster;
use super::proofs::{assert_shared, connect, is_fresh};
use super::server::{Server, eventually};

async fn error(servers: Servers) -> ConnectError {
    RedisReplayStore::builder(servers)
        .connect()
        .await
        .unwrap_err()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn an_eviction_policy_is_refused_by_name() {
    for policy in ["allkeys-lru", "volatile-ttl", "volatile-lfu"] {
        let server = Server::start(&["--maxmemory-policy", policy]).await;
        let error = error(server.servers()).await;
        assert!(
            matches!(error, ConnectError::EvictionPolicy { .. }),
            "{error}"
        );
        assert!(error.to_string().contains(policy), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn each_node_of_a_cluster_is_checked() {
    let nodes = cluster(3).await;
    let _: String = nodes[1]
        .command(&["CONFIG", "SET", "maxmemory-policy", "allkeys-random"])
        .await;
    let error = error(Servers::cluster([nodes[0].url()]).unwrap()).await;
    assert!(error.to_string().contains("allkeys-random"), "{error}");
    assert!(
        error.to_string().contains(&nodes[1].port.to_string()),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_replica_and_a_node_of_a_cluster_are_refused_as_a_single_server() {
    let primary = Server::start(&[]).await;
    let port = primary.port.to_string();
    let replica = Server::start(&["--replicaof", &format!("127.0.0.1 {port}")]).await;
    eventually("the replica knows its role", || async {
        matches!(error(replica.servers()).await, ConnectError::Replica { .. })
    })
    .await;
    let nodes = cluster(1).await;
    let error = error(nodes[0].servers()).await;
    assert!(error.to_string().contains("`Servers::cluster`"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn the_password_is_used_and_shown_nowhere() {
    let mut server = Server::launch(
        super::server::free_port(),
        &["--requirepass", "correct-horse"],
    );
    server.password = Some("correct-horse");
    server.until_ready().await;
    let in_url = format!("redis://:correct-horse@127.0.0.1:{}", server.port);
    let (one, other) = (
        Servers::single(&in_url).unwrap(),
        server.servers().password("correct-horse"),
    );
    for servers in [&one, &other] {
        assert!(!format!("{servers:?}").contains("horse"), "{servers:?}");
    }
    assert_shared(&connect(one).await, &connect(other).await).await;
    for servers in [
        server.servers(),
        server.servers().password("battery-staple"),
    ] {
        let error = error(servers).await.to_string();
        assert!(error.contains("`Servers::credentials`"), "{error}");
        assert!(!error.contains("staple"), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_user_of_its_own_needs_few_permissions() {
    let server = Server::start(&[]).await;
    let acl = |user: &'static str, commands: &'static [&'static str]| {
        let mut words = vec![
            "ACL",
            "SETUSER",
            user,
            "on",
            ">secret",
            "resetkeys",
            "%RW~sc:replay:*",
            "-@all",
        ];
        words.extend(commands);
        words
    };
    let _: String = server
        .command(&acl("guard", &["+set", "+info", "+ping"]))
        .await;
    let _: String = server.command(&acl("blind", &["+set"])).await;
    let _: String = server.command(&acl("mute", &["+info"])).await;
    let guard = connect(server.servers().credentials("guard", "secret")).await;
    // It may not read the policy: a warning, no refusal.
    let blind = connect(server.servers().credentials("blind", "secret")).await;
    assert_shared(&guard, &blind).await;
    let mute = connect(server.servers().credentials("mute", "secret")).await;
    assert!(!is_fresh(&mute).await);
    let reason = super::proofs::refusal(&mute).await;
    assert!(reason.contains("lacks a permission"), "{reason}");
}
