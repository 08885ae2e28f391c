//! A primary, its replica and a Sentinel: a failover under load.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sender_constraint::replay::{Insertion, ReplayError, ReplayStore as _, UsedProof};
use sender_constraint_redis::{RedisReplayStore, Servers};

use super::proofs::{connect, is_fresh, proof};
use super::server::{Server, eventually, free_port};

pub(crate) struct Watched {
    pub(crate) primary: Server,
    pub(crate) replica: Server,
    sentinel: Server,
}

impl Watched {
    pub(crate) async fn start() -> Self {
        let primary = Server::start(&[]).await;
        let at = format!("127.0.0.1 {}", primary.port);
        let replica = Server::start(&["--replicaof", &at]).await;
        eventually("the replica is connected", || async {
            let info = replica.info("replication").await;
            info.contains("master_link_status:up")
        })
        .await;
        let sentinel = sentinel(primary.port).await;
        Self {
            primary,
            replica,
            sentinel,
        }
    }

    /// The first of the Sentinels is not there.
    pub(crate) fn servers(&self) -> Servers {
        let nobody = format!("redis://127.0.0.1:{}", free_port());
        Servers::sentinel("mymaster", [nobody, self.sentinel.url()]).unwrap()
    }
}

async fn sentinel(primary: u16) -> Server {
    let port = free_port();
    let path = std::env::temp_dir().join(format!("sender-constraint-sentinel-{port}.conf"));
    let text = format!(
        "sentinel monitor mymaster 127.0.0.1 {primary} 1\nsentinel down-after-milliseconds mymaster 500\n\
         sentinel failover-timeout mymaster 3000\n"
    );
    fs::write(&path, text).unwrap();
    let sentinel = Server::launch(port, &[path.to_str().unwrap(), "--sentinel"]);
    sentinel.until_ready().await;
    eventually("the Sentinel knows the replica", || async {
        let info = sentinel.info("sentinel").await;
        info.contains("slaves=1") && info.contains("sentinel_tilt:0")
    })
    .await;
    fs::remove_file(path).unwrap();
    sentinel
}

/// What became of a proof.
type Seen = (UsedProof, Instant, Result<Insertion, ReplayError>);

/// Presents new proofs until told to stop.
async fn load(store: Arc<RedisReplayStore>, is_over: Arc<AtomicBool>) -> Vec<Seen> {
    let mut seen = Vec::new();
    while !is_over.load(Ordering::SeqCst) {
        let used = proof();
        let result = store.insert(&used).await;
        seen.push((used, Instant::now(), result));
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_failover_under_load_refuses_with_503_and_forgets_only_the_last_moment() {
    fail_over(|watched| watched.primary.kill()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn a_primary_that_hangs_is_replaced_too() {
    fail_over(|watched| watched.primary.pause()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server"]
async fn without_any_sentinel_the_primary_stays() {
    let mut watched = Watched::start().await;
    let store = connect(watched.servers()).await;
    watched.sentinel.kill();
    let start = Instant::now();
    // Longer than the interval of checks.
    while start.elapsed() < Duration::from_secs(4) {
        assert!(is_fresh(&store).await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn fail_over(end: impl FnOnce(&mut Watched)) {
    let mut watched = Watched::start().await;
    let builder = RedisReplayStore::builder(watched.servers()).timeout(Duration::from_secs(1));
    let store = Arc::new(builder.unwrap().connect().await.unwrap());
    let is_over = Arc::new(AtomicBool::new(false));
    let clients = (0..4).map(|_| tokio::spawn(load(Arc::clone(&store), Arc::clone(&is_over))));
    let clients: Vec<_> = clients.collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let ended = Instant::now();
    end(&mut watched);
    eventually("the replica is promoted", || async {
        let info = watched.replica.info("replication").await;
        info.contains("role:master")
    })
    .await;
    eventually("the store recovers", || is_fresh(&store)).await;
    is_over.store(true, Ordering::SeqCst);
    let (mut accepted, mut again) = (0, 0);
    for client in clients {
        for (used, at, result) in client.await.unwrap() {
            match result {
                Err(ReplayError::Unavailable(_)) => continue,
                result => assert_eq!(
                    result,
                    Ok(Insertion::Fresh),
                    "only 503s, and no false replay"
                ),
            }
            accepted += 1;
            if store.insert(&used).await == Ok(Insertion::Fresh) {
                again += 1;
                let before = ended.saturating_duration_since(at);
                assert!(
                    before < Duration::from_millis(500),
                    "lost {before:?} before the failover"
                );
            }
        }
    }
    println!("{accepted} proofs accepted, {again} of them once more after the failover");
    assert!(accepted > 100, "{accepted}");
}
