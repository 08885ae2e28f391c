//! What several gates share: used proofs, and a deny-list.

use super::world::{ISSUER, World};

#[tokio::test]
#[ignore = "needs redis-server: tests/interop/redis.sh runs it"]
async fn two_gates_accept_a_proof_once() {
    let redis = Redis::start();
    let settings = format!("[replay]\nredis = [\"{}\"]", redis.url());
    let (one, other) = (
        World::proxy_with(&settings).await,
        World::proxy_with(&settings).await,
    );
    // The other gate knows the keys of the first.
    std::fs::copy(one.folder.join("jwks.json"), other.folder.join("jwks.json")).unwrap();
    other.gate.reload([]).await.unwrap();
    let request = one.request("GET", "/", "", "");
    assert_eq!(one.exchange(&request).await.status, 200);
    assert_eq!(other.exchange(&request).await.status, 401);
    assert_eq!(
        other
            .exchange(&one.request("GET", "/", "", ""))
            .await
            .status,
        200
    );
}

#[tokio::test]
#[ignore = "needs redis-server: tests/interop/redis.sh runs it"]
async fn without_redis_nothing_is_accepted_unless_a_setting_gives_it_up() {
    let redis = Redis::start();
    let settings = format!("[replay]\nredis = [\"{}\"]", redis.url());
    let strict = World::proxy_with(&settings).await;
    let lenient = format!("{settings}\naccept_once_per_node_during_outages = true");
    let lenient = World::proxy_with(&lenient).await;
    drop(redis);
    assert_eq!(strict.send("GET", "/", "").await.status, 503);
    let request = lenient.request("GET", "/", "", "");
    assert_eq!(lenient.exchange(&request).await.status, 200);
    assert_eq!(lenient.exchange(&request).await.status, 401);
}

#[tokio::test]
#[ignore = "needs redis-server: tests/interop/redis.sh runs it"]
async fn a_denied_client_is_refused_by_every_gate() {
    let redis = Redis::start();
    let world = World::proxy_with(&format!("[deny]\nredis = [\"{}\"]", redis.url())).await;
    assert_eq!(world.send("GET", "/", "").await.status, 200);
    let servers = sender_constraint_redis::Servers::single(&redis.url()).unwrap();
    let list = sender_constraint_redis::RedisDenyList::builder(servers);
    let list = list.connect().await.unwrap();
    let entry = sender_constraint::revocation::Entry::client(ISSUER, "app");
    list.deny(entry).await.unwrap();
    // The gate reads it within 200 ms, which each request waits for a part of.
    let mut statuses = (0..500).map(|_| world.send("GET", "/", ""));
    let mut status = 200;
    while status == 200 {
        status = statuses.next().expect("a refusal").await.status;
    }
    assert_eq!(status, 401);
    // The same list after a reload.
    world.gate.reload([]).await.unwrap();
    assert_eq!(world.send("GET", "/", "").await.status, 401);
}

#[tokio::test]
async fn a_gateway_can_make_the_only_replay_check() {
    let world = World::proxy_with("[replay]\nchecked_by_gateway_only = true").await;
    let request = world.request("GET", "/", "", "");
    assert_eq!(world.exchange(&request).await.status, 200);
    assert_eq!(world.exchange(&request).await.status, 200);
    let error = world
        .change("checked_by_gateway_only = true", "capacity = 1000")
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("`[replay]` cannot change while serving"),
        "{error}"
    );
}

/// A server of its own on a socket, and nothing of it left.
struct Redis {
    child: std::process::Child,
    folder: std::path::PathBuf,
}

impl Redis {
    fn start() -> Self {
        let folder = super::world::folder();
        let program = std::env::var_os("REDIS_SERVER").unwrap_or_else(|| "redis-server".into());
        let mut command = std::process::Command::new(program);
        // Relative: the path of a socket is short.
        command
            .current_dir(&folder)
            .args(["--port", "0", "--unixsocket", "redis.sock"]);
        command.args(["--save", "", "--appendonly", "no"]);
        command.stdout(std::process::Stdio::null());
        let child = command
            .spawn()
            .expect("redis-server on the PATH, or REDIS_SERVER");
        let redis = Self { child, folder };
        let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while std::os::unix::net::UnixStream::connect(redis.folder.join("redis.sock")).is_err() {
            assert!(
                std::time::Instant::now() < until,
                "redis-server within 20 s"
            );
            std::thread::yield_now();
        }
        redis
    }

    fn url(&self) -> String {
        format!("unix://{}", self.folder.join("redis.sock").display())
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
        drop(std::fs::remove_dir_all(&self.folder));
    }
}
