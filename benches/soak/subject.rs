//! One program under load, and what was seen of it.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::Mutex as Turn;
use tokio::time::{Instant, sleep, sleep_until};

use crate::honest::Honest;
use crate::hostile::Attacker;
use crate::idle::{self, Held};
use crate::options::Options;
use crate::program::{Log, Program};
use crate::surroundings::{GATE_SHUTDOWN_SECONDS, Surroundings, free_origin};
use crate::tally::Tally;
use crate::usage::{Samples, Usage, descriptor_limit};

/// Which of the two.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Kind {
    ResourceServer,
    Gate,
}

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ResourceServer => "resource_server",
            Self::Gate => "gate",
        }
    }

    /// How long the program may run after SIGTERM: its own limit, and a margin for a busy machine.
    pub(crate) const fn stop_time(self) -> Duration {
        let own = match self {
            // `--grace`, and a second.
            Self::ResourceServer => 6,
            Self::Gate => GATE_SHUTDOWN_SECONDS + 1,
        };
        Duration::from_secs(own + 3)
    }

    /// A process of its own with this log, besides others of the kind.
    pub(crate) async fn start(
        self,
        options: &Options,
        around: &Surroundings,
        label: &str,
        log: &Log,
    ) -> Result<Program, String> {
        let origin = free_origin().await?;
        let name = format!("{}{label}", self.name());
        let file = |ending: &str| options.logs.join(format!("{name}.{ending}"));
        let command: Command = match self {
            Self::ResourceServer => around.resource_server(&options.server, &origin),
            Self::Gate => around.gate(options, &origin, &file("toml"))?,
        };
        Program::start(command, &origin, &file("out"), log).await
    }

    pub(crate) fn log(self, folder: &Path) -> Log {
        Log::File(folder.join(format!("{}.log", self.name())))
    }
}

pub(crate) struct Subject {
    pub(crate) kind: Kind,
    pub(crate) program: Program,
    pub(crate) honest: Arc<Honest>,
    pub(crate) attacker: Arc<Attacker>,
    pub(crate) tally: Arc<Tally>,
    pub(crate) first: Usage,
    samples: Mutex<Samples>,
}

impl Subject {
    pub(crate) async fn start(
        kind: Kind,
        options: &Options,
        around: &Surroundings,
    ) -> Result<Self, String> {
        let log = kind.log(&options.logs);
        let program = kind.start(options, around, "", &log).await?;
        let (targets, issuer) = (&program.targets, &around.issuer);
        let uploads = kind == Kind::Gate;
        let honest = Honest::new(
            issuer,
            targets,
            uploads,
            options.clients,
            options.token_life,
        );
        Ok(Self {
            kind,
            honest: Arc::new(honest),
            attacker: Arc::new(Attacker::new(issuer, targets)),
            tally: Arc::new(Tally::new()?),
            first: Usage::of(program.process, Duration::ZERO)?,
            samples: Mutex::default(),
            program,
        })
    }

    /// Until `end`, with idle connections as soon as it has its `turn`: the driver needs a descriptor for each, too.
    pub(crate) async fn run_load(&self, options: &Options, end: Instant, turn: &Turn<()>) -> Held {
        let honest = self.honest.run(options.rate, &self.tally, sleep_until(end));
        let hostile = self.attacker.run(options.hostile_rate(), sleep_until(end));
        let idle = async {
            let _turn = turn.lock().await;
            // Others need descriptors as well.
            let count = options.idle.min(descriptor_limit().saturating_sub(OTHERS));
            idle::hold(&self.program.targets.accounts, count, hold_time(options)).await
        };
        let ((), (), held) = tokio::join!(honest, hostile, idle);
        held
    }

    pub(crate) fn sample(&self, at: Duration) -> Result<Usage, String> {
        let usage = Usage::of(self.program.process, at)?;
        self.samples().push(usage);
        Ok(usage)
    }

    pub(crate) fn samples(&self) -> MutexGuard<'_, Samples> {
        self.samples.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After the load, when the descriptors are as before it, or do not become so.
    pub(crate) async fn settle(&self) -> Result<Usage, String> {
        self.honest.connections.close().await;
        let start = Instant::now();
        loop {
            let usage = Usage::of(self.program.process, start.elapsed())?;
            if usage.descriptors <= self.first.descriptors + MORE_DESCRIPTORS
                || start.elapsed() > SETTLE_TIME
            {
                return Ok(usage);
            }
            sleep(Duration::from_secs(1)).await;
        }
    }
}

/// A minute in a long run, less in a short one: both programs have their idle connections within the first tenth.
fn hold_time(options: &Options) -> Duration {
    Duration::from_secs((options.minutes * 60 / 40).clamp(2, 60))
}

pub(crate) const MORE_DESCRIPTORS: u64 = 10;
/// Longer than the gate keeps idle connections to its upstream.
const SETTLE_TIME: Duration = Duration::from_secs(60);
const OTHERS: u64 = 2_000;
