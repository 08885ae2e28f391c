//! What a replay check in Redis costs (goal P17): processor time of this process, in bare verifications, and latency, in
//! round trips, at 80 % of the rate at which the server saturates.
//!
//! ```sh
//! cargo bench -p sender-constraint-redis
//! ```
//!
//! It starts a `redis-server` of its own on loopback (`REDIS_SERVER`, or the one on the PATH), and is skipped without one.
#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench may fail by panic"
)]

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    UnparsedPublicKey,
};
use cpu_time::ProcessTime;
use redis::aio::MultiplexedConnection;
use sender_constraint::Digest;
use sender_constraint::replay::{Insertion, ReplayStore as _, UsedProof};
use sender_constraint::time::Timestamp;
use sender_constraint_redis::{RedisReplayStore, Servers};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

#[tokio::main]
async fn main() {
    let Some((mut server, port)) = start() else {
        println!("skipped: there is no redis-server on the PATH, and REDIS_SERVER is not set");
        return;
    };
    let url = format!("redis://127.0.0.1:{port}");
    let store = loop {
        let builder = RedisReplayStore::builder(Servers::single(&url).unwrap())
            .timeout(Duration::from_secs(5))
            .unwrap();
        match builder.connect().await {
            Ok(store) => break Arc::new(store),
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    };
    let verify = bare_verify();
    println!("bare ES256 verification: {verify:.1?}");
    saturate(&store, Duration::from_secs(1)).await;
    let (rate, busy) = saturate(&store, Duration::from_secs(5)).await;
    println!(
        "saturated: {rate:.0} checks/s, {busy:.1?} of processor time each, {:.2} bare verifications",
        ratio(busy, verify)
    );
    let target = rate * 0.8;
    let (latencies, pings, cost) = at_rate(&store, &url, target, Duration::from_secs(5)).await;
    println!(
        "at {target:.0} checks/s: {cost:.1?} of processor time each, {:.2} bare verifications (goal: 0.25)",
        ratio(cost, verify)
    );
    for (name, part, goal) in [("p50", 0.50, 1), ("p99", 0.99, 2)] {
        let (check, ping) = (percentile(&latencies, part), percentile(&pings, part));
        println!(
            "  {name}: {check:.0?}, a PING {ping:.0?}: {:.2} round trips (goal: {goal})",
            ratio(check, ping)
        );
    }
    server.kill().unwrap();
    server.wait().unwrap();
}

fn start() -> Option<(Child, u16)> {
    let program = std::env::var_os("REDIS_SERVER").unwrap_or_else(|| "redis-server".into());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mut command = Command::new(program);
    command.args([
        "--port",
        &port.to_string(),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        "/tmp",
    ]);
    let child = command.stdout(Stdio::null()).spawn().ok()?;
    Some((child, port))
}

fn bare_verify() -> Duration {
    let random = SystemRandom::new();
    let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref()).unwrap();
    let message = [7; 400];
    let signature = key.sign(&random, &message).unwrap();
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public_key().as_ref());
    let start = ProcessTime::now();
    for _ in 0..VERIFICATIONS {
        public.verify(&message, signature.as_ref()).unwrap();
    }
    start.elapsed() / VERIFICATIONS
}

/// As many checks as there can be: how many a second, and the processor time of each.
async fn saturate(store: &Arc<RedisReplayStore>, span: Duration) -> (f64, Duration) {
    let (start, busy) = (Instant::now(), ProcessTime::now());
    let mut tasks = JoinSet::new();
    for _ in 0..CONCURRENCY {
        let store = Arc::clone(store);
        tasks.spawn(async move {
            let mut count = 0_u32;
            while start.elapsed() < span {
                check(&store).await;
                count += 1;
            }
            count
        });
    }
    let count: u32 = tasks.join_all().await.into_iter().sum();
    (
        f64::from(count) / start.elapsed().as_secs_f64(),
        busy.elapsed() / count,
    )
}

/// Checks at this rate, in bundles of one millisecond, and a `PING` on a connection of its own beside them.
async fn at_rate(
    store: &Arc<RedisReplayStore>,
    url: &str,
    rate: f64,
    span: Duration,
) -> (Vec<Duration>, Vec<Duration>, Duration) {
    let client = redis::Client::open(url).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let (start, busy) = (Instant::now(), ProcessTime::now());
    let mut checks = JoinSet::new();
    let mut pings = Vec::new();
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (mut due, mut latencies) = (0.0, Vec::new());
    while start.elapsed() < span {
        tick.tick().await;
        due += rate * TICK.as_secs_f64();
        while due >= 1.0 {
            due -= 1.0;
            let store = Arc::clone(store);
            checks.spawn(async move { check(&store).await });
        }
        pings.push(ping(&mut connection).await);
        while let Some(done) = checks.try_join_next() {
            latencies.push(done.unwrap());
        }
    }
    latencies.extend(checks.join_all().await);
    let count = u32::try_from(latencies.len()).unwrap();
    (latencies, pings, busy.elapsed() / count)
}

async fn check(store: &RedisReplayStore) -> Duration {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let key = Digest::sha256(&NUMBER.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    let now = Timestamp::from_unix_seconds(1_767_225_600);
    let proof = UsedProof::new(key, key, now.saturating_add(Duration::from_secs(5)), now);
    let start = Instant::now();
    assert_eq!(store.insert(&proof).await, Ok(Insertion::Fresh));
    start.elapsed()
}

async fn ping(connection: &mut MultiplexedConnection) -> Duration {
    let start = Instant::now();
    let _: String = redis::cmd("PING").query_async(connection).await.unwrap();
    start.elapsed()
}

fn percentile(values: &[Duration], part: f64) -> Duration {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let count = u32::try_from(sorted.len()).unwrap();
    let below = sorted
        .iter()
        .zip(0..count)
        .find(|(_, at)| f64::from(*at) >= f64::from(count) * part);
    below.map_or(Duration::ZERO, |(value, _)| *value)
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

const VERIFICATIONS: u32 = 20_000;
const CONCURRENCY: usize = 256;
const TICK: Duration = Duration::from_millis(1);
