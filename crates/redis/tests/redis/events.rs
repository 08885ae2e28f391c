//! What the log says of a server that comes back as another process, or with another policy.

use sender_constraint_redis::{RedisDenyList, RedisReplayStore};
use tracing::subscriber::DefaultGuard;

use super::lines::Lines;
use super::proofs::{connect, is_fresh, refusal};
use super::server::{Server, eventually};

/// The events of this thread, on which a test's runtime runs its tasks.
fn listen() -> (Lines, DefaultGuard) {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().with_writer(lines.clone());
    let subscriber = subscriber.with_ansi(false).finish();
    (lines, tracing::subscriber::set_default(subscriber))
}

fn count(lines: &Lines, text: &str) -> usize {
    let is_one = |line: &&str| line.contains(text);
    lines.text().lines().filter(is_one).count()
}

const RESTARTED: &str =
    "WARN sender_constraint_redis::link::report: Redis was restarted, or another server took over";

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_restarted_server_is_a_warning_of_the_replay_store_alone() {
    let (lines, _listening) = listen();
    let mut server = Server::start(&[]).await;
    let store = connect(server.servers()).await;
    let list = RedisDenyList::builder(server.servers()).connect().await;
    assert!(is_fresh(&store).await);
    assert_eq!(count(&lines, RESTARTED), 0);
    server.kill();
    refusal(&store).await;
    server.restart().await;
    eventually("the store recovers", || is_fresh(&store)).await;
    eventually("the warning", async || count(&lines, RESTARTED) == 1).await;
    assert_eq!(count(&lines, "keys=0"), 1);
    drop(list);
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_policy_that_changes_is_no_lost_connection() {
    let (lines, _listening) = listen();
    let server = Server::start(&[]).await;
    let store = connect(server.servers()).await;
    let policy = ["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"];
    let _: String = server.command(&policy).await;
    let text = "ERROR sender_constraint_redis::link::report: Redis is reachable, but must not be used any longer";
    eventually("the event", async || count(&lines, text) == 1).await;
    assert_eq!(count(&lines, "is lost"), 0);
    drop(store);
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn an_error_of_the_start_shows_its_remedy_from_main() {
    let server = Server::start(&["--maxmemory-policy", "allkeys-lru"]).await;
    let connected = RedisReplayStore::builder(server.servers()).connect().await;
    let from_main: Box<dyn std::error::Error> = connected.map(drop).unwrap_err().into();
    let shown = format!("{from_main:?}");
    assert!(
        shown.ends_with("set `maxmemory-policy noeviction`"),
        "{shown}"
    );
}

#[cfg(feature = "tls")]
#[tokio::test]
#[ignore = "needs redis-server"]
async fn tls_to_a_plain_port_names_the_scheme() {
    let server = Server::start(&[]).await;
    let url = format!("rediss://127.0.0.1:{}", server.port);
    let servers = sender_constraint_redis::Servers::single(&url).unwrap();
    let connected = RedisReplayStore::builder(servers).connect().await;
    let error = connected.map(drop).unwrap_err().to_string();
    assert!(error.contains("`rediss://` needs the TLS port"), "{error}");
}
