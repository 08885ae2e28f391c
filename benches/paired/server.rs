//! P10: processor time of one axum worker for each request, guarded and bare.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::ops::Range;
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::routing::get;

use crate::Effort;
use crate::checks::{Floor, clients};
use crate::goal::Goal;
use crate::mint::{Case, PATH, Work};
use crate::rounds::{Variant, run};
use crate::world::{Turning, dpop, guard, introduce, jwts};

pub fn goal(effort: Effort) -> Vec<Goal> {
    let work = Work::with_jwts(effort.proofs, clients(64));
    let store = Arc::new(Turning::default());
    let guard = guard(jwts(&work), dpop(&store));
    introduce(&guard, &store, &work);
    let app = Router::new().route(PATH, get(|| async { "served" }));
    let mut bare = Worker::start(app.clone());
    let mut guarded = Worker::start(app.layer(guard.layer()));
    let floor = Floor::of(&work);
    let work = &work;
    let variants = vec![
        Variant::new("verify", |block| floor.time(work, &store, block)),
        Variant::new("axum, bare", |block| bare.serve(work, block)),
        Variant::new("axum, guarded", |block| {
            store.turn();
            guarded.serve(work, block)
        }),
    ];
    let measured = run(effort.rounds, work.cases.len(), variants);
    measured.print("P10: processor time of a worker for each request");
    let over = measured.ratio("axum, guarded", "verify") - measured.ratio("axum, bare", "verify");
    vec![Goal::new(10).at_most("", over, 1.25, "")]
}

/// A server on one thread, and a connection to it.
struct Worker {
    connection: TcpStream,
    /// `schedstat` of the thread: nanoseconds on a processor come first.
    statistics: String,
}

impl Worker {
    fn start(app: Router) -> Self {
        let (started, start) = mpsc::channel::<(SocketAddr, String)>();
        thread::spawn(move || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            let runtime = runtime.enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
                let listener = listener.expect("a free port");
                let thread = std::fs::read_link("/proc/thread-self").expect("procfs");
                let statistics = format!("/proc/{}/schedstat", thread.display());
                let address = listener.local_addr().expect("an address");
                started.send((address, statistics)).expect("somebody waits");
                axum::serve(listener, app).await.expect("served");
            });
        });
        let (address, statistics) = start.recv().expect("a server");
        let connection = TcpStream::connect(address).expect("a connection");
        connection.set_nodelay(true).expect("an option");
        Self {
            connection,
            statistics,
        }
    }

    fn serve(&mut self, work: &Work, block: Range<usize>) -> Duration {
        let requests: Vec<u8> = work.cases[block.clone()].iter().flat_map(wire).collect();
        let before = self.processor_time();
        self.connection.write_all(&requests).expect("sent");
        let mut answers = Vec::new();
        while occurrences(&answers, b"served") < block.len() {
            // Not in `read`: to wake a client that waits costs the server more or less, as it happens to sleep.
            thread::sleep(Duration::from_millis(1));
            let mut more = [0; 64 * 1024];
            let length = self.connection.read(&mut more).expect("an answer");
            answers.extend_from_slice(&more[..length]);
        }
        assert_eq!(occurrences(&answers, b"HTTP/1.1 200"), block.len());
        self.processor_time() - before
    }

    fn processor_time(&self) -> Duration {
        let text = std::fs::read_to_string(&self.statistics).expect("procfs");
        let nanos = text.split(' ').next().expect("three numbers");
        Duration::from_nanos(nanos.parse().expect("a number"))
    }
}

fn occurrences(text: &[u8], word: &[u8]) -> usize {
    text.windows(word.len())
        .filter(|part| *part == word)
        .count()
}

fn wire(case: &Case) -> Vec<u8> {
    let head = case.head();
    let mut text = format!("GET {PATH} HTTP/1.1\r\n");
    for (name, value) in &head.headers {
        let value = value.to_str().expect("text");
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    format!("{text}\r\n").into_bytes()
}
