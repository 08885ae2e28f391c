//! Processor time of the gate for each request, with the guard and without it, in bare verifications of ES256 (P19).
//!
//! The gate runs on a thread of its own, whose processor time alone is counted; client and upstream run on others. Blocks
//! of requests with and without a check alternate, so that the state of the machine is the same for both. `--short` shows
//! that it works; its figures mean nothing.
#![allow(
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a measurement may fail by panic"
)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    ParsedPublicKey,
};
use cpu_time::ThreadTime;
use sender_constraint_gate::Running;
use sender_constraint_testing::{Client, Issuer};
use tokio::sync::oneshot;

fn main() {
    let is_short = std::env::args().any(|argument| argument == "--short");
    let blocks = if is_short { 4 } else { 200 };
    let floor = bare_verification(blocks);
    println!("bare ES256 verification      {:8.1} us", micros(floor));

    let proxy = Gate::start(&format!(
        "mode = \"proxy\"\n[upstream]\nurl = \"{}\"\n[public]\npaths = [\"/public\"]\n",
        upstream()
    ));
    let (mut public, mut guarded) = (Vec::new(), Vec::new());
    for _ in 0..blocks {
        public.push(proxy.block("/public", ""));
        guarded.push(proxy.block("/guarded", ""));
    }
    let (public, guarded) = (median(public), median(guarded));
    let more = guarded.saturating_sub(public);
    println!("reverse proxy, no check      {:8.1} us", micros(public));
    println!("reverse proxy, with a check  {:8.1} us", micros(guarded));
    println!(
        "P19: the check costs {:.2} verifications",
        ratio(more, floor)
    );

    let auth = Gate::start(
        "mode = \"forward-auth\"\n[forward_auth]\nproxy = \"nginx\"\ntrusted_peers = [\"127.0.0.1\"]\n",
    );
    let original = "X-Original-Method: GET\r\nX-Original-URI: /guarded\r\n";
    let decided = (0..blocks).map(|_| auth.block("/guarded", original));
    let decided = median(decided.collect());
    println!("forward-auth, each decision  {:8.1} us", micros(decided));
    println!(
        "P19: a decision costs {:.2} verifications",
        ratio(decided, floor)
    );
}

/// Requests of one block; each has a proof of its own.
const BLOCK: usize = 100;
const ORIGIN: &str = "http://127.0.0.1:1";

/// A gate on a thread of its own, and a client with one connection to it.
struct Gate {
    client: Client,
    token: String,
    connection: TcpStream,
    times: tokio::sync::mpsc::UnboundedSender<oneshot::Sender<Duration>>,
}

impl Gate {
    fn start(settings: &str) -> Self {
        let (issuer, client) = (Issuer::new("https://as.example.com"), Client::new());
        let token = issuer.token(ORIGIN).bound_to(client.key()).sign();
        let path = configuration(settings, &issuer);
        let (times, queries) = tokio::sync::mpsc::unbounded_channel();
        let (sender, address) = mpsc::channel();
        thread::spawn(move || serve(&path, &sender, queries));
        let connection = TcpStream::connect(address.recv().unwrap()).unwrap();
        connection.set_nodelay(true).unwrap();
        Self {
            client,
            token,
            connection,
            times,
        }
    }

    /// Processor time of the gate for each request of a block.
    fn block(&self, path: &str, lines: &str) -> Duration {
        let url = format!("{ORIGIN}{path}");
        let requests: Vec<_> = (0..BLOCK)
            .map(|_| {
                let proof = self.client.proof("GET", &url, &self.token).sign();
                let token = &self.token;
                format!(
                    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:1\r\n{lines}Authorization: DPoP {token}\r\nDPoP: {proof}\r\n\r\n"
                )
            })
            .collect();
        let before = self.time();
        for request in &requests {
            self.exchange(request);
        }
        let after = self.time();
        (after - before) / BLOCK as u32
    }

    fn exchange(&self, request: &str) {
        (&self.connection).write_all(request.as_bytes()).unwrap();
        let mut lines = BufReader::new(&self.connection).lines();
        let status = lines.next().unwrap().unwrap();
        assert!(status.starts_with("HTTP/1.1 20"), "{status}");
        while !lines.next().unwrap().unwrap().is_empty() {}
    }

    /// Processor time of the gate since its start.
    fn time(&self) -> Duration {
        let (answer, time) = oneshot::channel();
        self.times.send(answer).unwrap();
        time.blocking_recv().unwrap()
    }
}

fn serve(
    path: &std::path::Path,
    address: &mpsc::Sender<String>,
    mut queries: tokio::sync::mpsc::UnboundedReceiver<oneshot::Sender<Duration>>,
) {
    let start = ThreadTime::now();
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(async {
        let gate = Running::start(path, []).await.unwrap();
        address.send(gate.address().to_owned()).unwrap();
        while let Some(answer) = queries.recv().await {
            let _sent = answer.send(start.elapsed());
        }
    });
}

fn configuration(settings: &str, issuer: &Issuer) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("gate-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let jwks = folder.join("jwks.json");
    std::fs::write(&jwks, issuer.jwks().to_string()).unwrap();
    let (jwks, name, path) = (jwks.display(), issuer.name(), folder.join("gate.toml"));
    let text = format!(
        "listen = \"127.0.0.1:0\"\norigin = \"{ORIGIN}\"\n{settings}[[issuer]]\nname = \"{name}\"\njwks = \"{jwks}\"\n\
         [tokens]\naudiences = [\"{ORIGIN}\"]\n"
    );
    std::fs::write(&path, text).unwrap();
    path
}

/// A server that answers 204, as cheaply as it can.
fn upstream() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for connection in listener.incoming() {
            let connection = connection.unwrap();
            connection.set_nodelay(true).unwrap();
            thread::spawn(move || {
                for line in BufReader::new(&connection).lines() {
                    let Ok(line) = line else { return };
                    if line.is_empty() {
                        let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
                        (&connection).write_all(answer).unwrap();
                    }
                }
            });
        }
    });
    url
}

/// Of distinct messages: one message over and over trains the branch predictor.
fn bare_verification(blocks: usize) -> Duration {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).unwrap();
    let public = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public_key().as_ref()).unwrap();
    let signed: Vec<_> = (0..1024_u32)
        .map(|number| {
            let message = [&number.to_be_bytes()[..], &[0; 300]].concat();
            let signature = key.sign(&random, &message).unwrap();
            (message, signature)
        })
        .collect();
    let times = signed.chunks(BLOCK).cycle().take(blocks).map(|chunk| {
        let before = ThreadTime::now();
        for (message, signature) in chunk {
            public.verify_sig(message, signature.as_ref()).unwrap();
        }
        ThreadTime::now().duration_since(before) / chunk.len() as u32
    });
    median(times.collect())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn ratio(time: Duration, floor: Duration) -> f64 {
    time.as_secs_f64() / floor.as_secs_f64()
}
