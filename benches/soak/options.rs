//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Holds a resource server and a gate under load for a long time, with a hostile share, and judges what they did
///
/// Starts both programs on loopback, an issuer that they trust, and the upstream of the gate. Requests are sent at a fixed
/// rate, however long earlier ones take. Exits with 1 if a request failed that must not, a request passed that must not,
/// or memory or descriptors grew.
#[derive(Parser)]
pub(crate) struct Options {
    /// The example `resource_server`, built
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) server: PathBuf,

    /// `sender-constraint-gate`, built
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) gate: PathBuf,

    /// How long the load lasts; memory is judged from 10 minutes up
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=10_080))]
    pub(crate) minutes: u64,

    /// Honest requests per second, for each program
    #[arg(long, value_name = "COUNT", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) rate: u32,

    /// How much of all requests is hostile
    #[arg(long, value_name = "PERCENT", default_value_t = 20, value_parser = clap::value_parser!(u32).range(0..=80))]
    pub(crate) hostile: u32,

    /// How many honest clients, with a key and a subject each
    #[arg(long, value_name = "COUNT", default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) clients: u32,

    /// For how many seconds tokens are good; a client renews its token after half of it
    #[arg(long, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(10..=3_600))]
    pub(crate) token_life: u64,

    /// How many idle connections each program holds at the beginning; fewer if `ulimit -n` is lower
    #[arg(long, value_name = "COUNT", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(0..=20_000))]
    pub(crate) idle: u64,

    /// Where the programs write their logs
    #[arg(long, value_name = "FOLDER", default_value = "target/soak")]
    pub(crate) logs: PathBuf,

    /// What cargo passes to every bench
    #[arg(long, hide = true)]
    pub(crate) bench: bool,
}

impl Options {
    /// Hostile requests per second, for each program.
    pub(crate) fn hostile_rate(&self) -> u32 {
        self.rate * self.hostile / (100 - self.hostile)
    }
}
