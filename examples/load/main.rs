//! Drives a guarded server with proofs that were signed before, and tells what it bears:
//!
//! ```sh
//! cargo run --release --example load                      # against a server in this process
//! cargo run --release --example load -- --url http://127.0.0.1:9300/accounts --jwks-out keys.json
//! cargo run --release --example resource_server -- --listen 127.0.0.1:9300 --origin http://127.0.0.1:9300 \
//!     --issuer https://as.example.com --audience https://api.example.com --jwks keys.json
//! ```
//!
//! It plays the authorization server: it writes the key set that its tokens verify with, and waits for a server that
//! was started with it. `--spoil 5` makes every fifth request a bad one, of each kind in turn. `--help` shows the rest.

mod connection;
mod material;
mod options;
mod report;
mod server;
mod target;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::JoinSet;

use crate::connection::Driver;
use crate::material::{Issuer, sign_requests};
use crate::options::Options;
use crate::report::Report;
use crate::target::Target;

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
    let target = match &options.url {
        Some(url) => Target::parse(url)?,
        None => Target::parse(&server::start(&issuer).await?)?,
    };
    if let Some(file) = &options.jwks_out {
        std::fs::write(file, issuer.jwks()).map_err(|error| format!("{file}: {error}"))?;
    }
    target.wait(WAIT_FOR_SERVER).await?;

    let signing = bar(options.requests, "signing ");
    let requests = sign_requests(options, &issuer, &target, &signing);
    signing.finish_and_clear();

    let sending = bar(options.requests, "sending ");
    let start = Instant::now();
    let deadline = start + Duration::from_secs(options.seconds);
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
    let mut drivers = JoinSet::new();
    for _ in 0..options.connections {
        let driver = Driver {
            target: target.clone(),
            requests: Arc::clone(&requests),
            next: Arc::clone(&next),
            progress: sending.clone(),
            deadline,
        };
        drivers.spawn(driver.drive());
    }
    let mut report = Report::default();
    while let Some(driven) = drivers.join_next().await {
        report.add(driven.map_err(|error| error.to_string())??);
    }
    sending.finish_and_clear();
    report.print(start.elapsed());
    Ok(())
}

fn bar(length: usize, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix}{wide_bar} {pos}/{len} {per_sec} {eta}");
    let bar = ProgressBar::new(u64::try_from(length).unwrap_or(u64::MAX));
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_prefix(what)
}

const WAIT_FOR_SERVER: Duration = Duration::from_secs(60);
