//! Drives a guarded server with proofs that were signed before, and tells what it bears:
//!
//! ```sh
//! cargo bench --bench load       # against a server in this process
//! cargo bench --bench load -- --spoil 5
//! ```
//!
//! Against a server in another process it plays the authorization server: it writes the key set that its tokens verify
//! with, anew for each run, and waits until a server that was started with it listens.
//!
//! ```sh
//! cargo bench --bench load -- --url http://127.0.0.1:9300/accounts --jwks-out keys.json --spoil 5
//! # in another terminal, once keys.json is there
//! RUST_LOG=off cargo run --release --features rustls --example resource_server -- --listen 127.0.0.1:9300 \
//!     --origin http://127.0.0.1:9300 --issuer https://as.example.com --audience https://api.example.com \
//!     --jwks keys.json --name-refusals
//! ```
//!
//! For a server that trusts a real authorization server, give a token from there and the key that it is bound to:
//! `--token FILE --key PEM`.
//!
//! `--spoil 5` makes every fifth request a bad one, of each kind in turn. `--name-refusals` makes the server tell the
//! reason of each refusal; others tell no more than the error of `WWW-Authenticate`. The log of refusals takes its share
//! of the processor, hence `RUST_LOG`. `--help` shows the rest.

#[path = "../client/mod.rs"]
mod client;
mod connection;
mod material;
mod options;
mod report;
mod server;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep_until;

use crate::client::{Issuer, Target};
use crate::connection::Driver;
use crate::material::{clients, sign_requests};
use crate::options::Options;
use crate::report::{End, Report};

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("load: {trouble}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<(), String> {
    let issuer = Issuer::new(&options.issuer, &options.audience);
    let clients = clients(options, &issuer)?;
    let target = match &options.url {
        Some(url) => Target::parse(url)?,
        None => Target::parse(&server::start(&issuer).await?)?,
    };
    if let Some(file) = &options.jwks_out {
        std::fs::write(file, issuer.jwks()).map_err(|error| format!("{file}: {error}"))?;
    }
    target.wait(Duration::from_secs(options.wait)).await?;

    let signed = Instant::now();
    let signing = bar(options.requests, "signing ");
    let requests = sign_requests(options, &clients, &target, &signing);
    signing.finish_and_clear();

    let start = Instant::now();
    let deadline = (start + Duration::from_secs(options.seconds)).min(signed + PROOF_LIFE);
    if deadline <= start {
        return Err("signing took as long as proofs are good: ask for fewer --requests".to_owned());
    }
    drive(options, &target, requests, deadline).await
}

async fn drive(
    options: &Options,
    target: &Target,
    requests: Vec<Vec<u8>>,
    deadline: Instant,
) -> Result<(), String> {
    let sending = bar(options.requests, "sending ");
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
    let (ended, end) = watch::channel(None);
    // Not earlier: before the first request Ctrl-C ends the process as any other.
    tokio::spawn(until_end(deadline, ended));
    let start = Instant::now();
    let mut drivers = JoinSet::new();
    for _ in 0..options.connections {
        let driver = Driver {
            target: target.clone(),
            requests: Arc::clone(&requests),
            next: Arc::clone(&next),
            progress: sending.clone(),
            end: end.clone(),
        };
        drivers.spawn(driver.drive());
    }
    let mut report = Report::default();
    while let Some(driven) = drivers.join_next().await {
        report.add(driven.map_err(|error| error.to_string())?);
    }
    let elapsed = start.elapsed();
    sending.finish_and_clear();
    report.print(elapsed);
    match *end.borrow() {
        Some(End::Interrupted) => Err("interrupted".to_owned()),
        _ if report.has_troubles() => Err("connections were lost".to_owned()),
        Some(End::OutOfTime) => {
            println!("  the time was over before all requests were sent");
            Ok(())
        }
        None => Ok(()),
    }
}

async fn until_end(deadline: Instant, ended: watch::Sender<Option<End>>) {
    let end = tokio::select! {
        () = sleep_until(deadline.into()) => End::OutOfTime,
        _ = tokio::signal::ctrl_c() => End::Interrupted,
    };
    ended.send_replace(Some(end));
}

fn bar(length: usize, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix}{wide_bar} {pos}/{len} {per_sec} {eta}");
    let bar = ProgressBar::new(u64::try_from(length).unwrap_or(u64::MAX));
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_prefix(what)
}

/// Less than the 60 s that a guard grants by default.
const PROOF_LIFE: Duration = Duration::from_secs(55);
