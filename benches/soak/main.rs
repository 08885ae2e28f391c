//! Holds the example `resource_server` and the gate under load for an hour, with a hostile share:
//!
//! ```sh
//! .ci/soak 60                    # builds both programs, and runs this:
//! cargo bench --bench soak -- --minutes 60 --server target/release/examples/resource_server \
//!     --gate target/release/sender-constraint-gate
//! ```
//!
//! Honest clients send requests at a fixed rate over HTTP/1.1 and HTTP/2, each with a proof of its own; hostile ones do what
//! `hostile/attack.rs` lists. Thousands of idle connections are held in the first tenth of the time, which is the warm-up.
//! At the end both programs receive SIGTERM under load. Before, each is started once with a log that cannot be written.
//!
//! Fails if an honest request failed, a hostile one passed, memory or descriptors grew, a request was lost at the end, or
//! a program did not end with 0. Latencies are counted from the time at which a request was due; they are reported, and never
//! fail the run.

#[path = "../client/mod.rs"]
mod client;
mod connections;
mod ending;
mod findings;
mod full_disk;
mod holder;
mod honest;
mod hostile;
mod idle;
mod options;
mod program;
mod report;
mod subject;
mod surroundings;
mod tally;
mod usage;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use tokio::sync::Mutex;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::findings::Findings;
use crate::idle::Held;
use crate::options::Options;
use crate::report::{Report, number};
use crate::subject::{Kind, Subject};
use crate::surroundings::Surroundings;

#[tokio::main]
async fn main() -> ExitCode {
    // `cargo bench` runs every bench; this one needs programs, and an hour.
    if std::env::args()
        .skip(1)
        .all(|argument| argument == "--bench")
    {
        println!("soak: not run; `.ci/soak` builds the programs that it needs");
        return ExitCode::SUCCESS;
    }
    match run(&Options::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(trouble) => {
            eprintln!("soak: {trouble}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all checks passed.
async fn run(options: &Options) -> Result<bool, String> {
    let logs = &options.logs;
    std::fs::create_dir_all(logs).map_err(|error| format!("{}: {error}", logs.display()))?;
    let around = Surroundings::start().await?;
    let full_disks = [
        full_disk::serve(Kind::ResourceServer, options, &around).await,
        full_disk::serve(Kind::Gate, options, &around).await,
    ];
    let server = Subject::start(Kind::ResourceServer, options, &around).await?;
    let gate = Subject::start(Kind::Gate, options, &around).await?;
    let whole = Duration::from_secs(options.minutes * 60);
    let idle = load(options, [&server, &gate], whole).await?;
    eprintln!("the load has ended; descriptors settle, then SIGTERM under load");
    let mut both = Vec::new();
    for ((subject, idle), full_disk) in [server, gate].into_iter().zip(idle).zip(full_disks) {
        both.push(finish(subject, idle, full_disk, options, whole).await?);
    }
    let key_fetches = around.key_fetches();
    let report = Report {
        options,
        both: &both,
        key_fetches,
    };
    Ok(report.print())
}

async fn load(
    options: &Options,
    [server, gate]: [&Subject; 2],
    whole: Duration,
) -> Result<[Held; 2], String> {
    let start = Instant::now();
    let (end, turn) = (start + whole, Mutex::new(()));
    let loaded = async {
        tokio::join!(
            server.run_load(options, end, &turn),
            gate.run_load(options, end, &turn)
        )
    };
    tokio::select! {
        (first, second) = loaded => Ok([first, second]),
        error = watch([server, gate], start, whole) => Err(error),
    }
}

/// Samples both programs, and prints their state every minute. Returns the error that stopped it.
async fn watch(both: [&Subject; 2], start: Instant, whole: Duration) -> String {
    let mut ticks = interval(SAMPLE_TIME.min(whole / 60));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut next_line_at = Duration::ZERO;
    loop {
        ticks.tick().await;
        let at = start.elapsed();
        for subject in both {
            if let Err(error) = subject.sample(at) {
                return format!("{}: {error}", subject.kind.name());
            }
        }
        if at >= next_line_at {
            next_line_at += LINE_TIME;
            let lines: Vec<_> = both.iter().map(|subject| progress(subject)).collect();
            eprintln!("{:>5} s  {}", at.as_secs(), lines.join("  |  "));
        }
    }
}

fn progress(subject: &Subject) -> String {
    let (counts, usage) = (subject.tally.counts(), subject.samples().last());
    format!(
        "{}: {} answered, {} failed, {} MiB, {} fds",
        subject.kind.name(),
        number(counts.answered),
        number(counts.failed.count() + counts.unconnected.count()),
        usage.resident_kib / 1024,
        number(usage.descriptors)
    )
}

async fn finish(
    mut subject: Subject,
    idle: Held,
    full_disk: Result<(), String>,
    options: &Options,
    whole: Duration,
) -> Result<Findings, String> {
    let settled = subject.settle().await?;
    let ending = ending::end(&mut subject, options).await?;
    Ok(Findings {
        honest: subject.tally.counts(),
        idle,
        settled,
        ending,
        full_disk,
        whole,
        subject,
    })
}

const SAMPLE_TIME: Duration = Duration::from_secs(10);
const LINE_TIME: Duration = Duration::from_secs(60);
