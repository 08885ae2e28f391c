//! Two processes of the example `resource_server` at one origin, which share Redis. `RESOURCE_SERVER` is its path.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use sender_constraint::revocation::Entry;
use sender_constraint_redis::{RedisDenyList, Servers};
use sender_constraint_testing::{Client, IssuerServer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::layouts::cluster;
use super::server::{Server, eventually, free_port};

const ORIGIN: &str = "http://127.0.0.1:9300";
const AUDIENCE: &str = "https://api.example.com";

struct Instances {
    issuer: IssuerServer,
    client: Client,
    processes: Vec<(Child, u16)>,
}

impl Instances {
    async fn start(redis: &[String]) -> Self {
        let issuer = IssuerServer::start().await.unwrap();
        let mut processes = Vec::new();
        for _ in 0..2 {
            let port = free_port();
            let child = launch(issuer.issuer().name(), port, redis);
            processes.push((child, port));
        }
        for (_, port) in &processes {
            eventually("the process listens", || async {
                TcpStream::connect(("127.0.0.1", *port)).await.is_ok()
            })
            .await;
        }
        Self {
            issuer,
            client: Client::new(),
            processes,
        }
    }

    fn request(&self) -> String {
        let token = self.issuer.issuer().token(AUDIENCE);
        let token = token.bound_to(self.client.key()).sign();
        let request = self.client.request("GET", &format!("{ORIGIN}/"), &token);
        let mut text = String::from("GET / HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in request.headers() {
            text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
        }
        text.push_str("\r\n");
        text
    }

    /// The status of an answer.
    async fn status(&self, at: usize, request: &str) -> u16 {
        status(self.processes[at].1, request).await
    }

    async fn until_accepted(&self) {
        eventually("both accept new proofs", || async {
            let (one, other) = (self.request(), self.request());
            self.status(0, &one).await == 200 && self.status(1, &other).await == 200
        })
        .await;
    }

    async fn assert_each_proof_passes_once(&self) {
        for (first, second) in [(0, 1), (1, 0)] {
            let request = self.request();
            assert_eq!(self.status(first, &request).await, 200);
            assert_eq!(self.status(second, &request).await, 401);
        }
    }
}

impl Drop for Instances {
    fn drop(&mut self) {
        for (child, _) in &mut self.processes {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn launch(issuer: &str, port: u16, redis: &[String]) -> Child {
    let program =
        std::env::var_os("RESOURCE_SERVER").expect("RESOURCE_SERVER, the path of the example");
    let mut command = Command::new(program);
    command.args([
        "--issuer",
        issuer,
        "--audience",
        AUDIENCE,
        "--origin",
        ORIGIN,
    ]);
    command.args(["--listen", &format!("127.0.0.1:{port}"), "--quiet"]);
    for url in redis {
        command.args(["--redis", url]);
    }
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

async fn status(port: u16, request: &str) -> u16 {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server and RESOURCE_SERVER"]
async fn a_proof_used_at_one_is_refused_at_the_other() {
    let server = Server::start(&[]).await;
    Instances::start(&[server.url()])
        .await
        .assert_each_proof_passes_once()
        .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server and RESOURCE_SERVER"]
async fn a_proof_used_at_one_is_refused_at_the_other_with_a_cluster() {
    let nodes = cluster(3).await;
    let urls: Vec<_> = nodes.iter().map(Server::url).collect();
    let instances = Instances::start(&urls).await;
    for _ in 0..10 {
        instances.assert_each_proof_passes_once().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server and RESOURCE_SERVER"]
async fn of_one_hundred_equal_proofs_spread_over_both_one_passes() {
    let server = Server::start(&[]).await;
    let instances = Instances::start(&[server.url()]).await;
    for _ in 0..5 {
        let request = instances.request();
        let mut calls = JoinSet::new();
        for at in 0..100 {
            let (port, request) = (instances.processes[at % 2].1, request.clone());
            calls.spawn(async move { status(port, &request).await });
        }
        let mut statuses = calls.join_all().await;
        statuses.sort_unstable();
        assert_eq!(statuses[0], 200);
        assert!(
            statuses[1..].iter().all(|status| *status == 401),
            "{statuses:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server and RESOURCE_SERVER"]
async fn without_redis_both_answer_503_and_recover_by_themselves() {
    let mut server = Server::start(&[]).await;
    let instances = Instances::start(&[server.url()]).await;
    instances.until_accepted().await;
    let request = instances.request();
    server.pause();
    for at in [0, 1] {
        assert_eq!(instances.status(at, &instances.request()).await, 503);
    }
    server.resume();
    instances.until_accepted().await;
    server.kill();
    for at in [0, 1, 0, 1] {
        assert_eq!(instances.status(at, &instances.request()).await, 503);
    }
    assert_eq!(instances.status(0, &request).await, 503);
    server.restart().await;
    instances.until_accepted().await;
    instances.assert_each_proof_passes_once().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs redis-server and RESOURCE_SERVER"]
async fn a_client_that_is_denied_is_refused_by_both_within_a_second() {
    let server = Server::start(&[]).await;
    let instances = Instances::start(&[server.url()]).await;
    instances.until_accepted().await;
    let list = RedisDenyList::builder(Servers::single(&server.url()).unwrap());
    let list = list.connect().await.unwrap();
    let entry = Entry::subject(instances.issuer.issuer().name(), "alice");
    list.deny(entry.clone()).await.unwrap();
    let added = Instant::now();
    for at in [0, 1] {
        while instances.status(at, &instances.request()).await == 200 {
            assert!(added.elapsed() < Duration::from_secs(1));
        }
    }
    list.lift(&entry).await.unwrap();
    instances.until_accepted().await;
}
