//! What the operator reads, and what a developer does.

use clap::{ArgAction, Args, ValueEnum};

#[derive(Args)]
#[command(next_help_heading = "Log")]
pub(crate) struct Log {
    /// The form of the lines on standard error
    #[arg(
        long = "log",
        value_enum,
        value_name = "text|json",
        default_value = "text",
        hide_possible_values = true
    )]
    pub(crate) format: LogFormat,

    /// Log more; -vv for even more
    #[arg(short, long, action = ArgAction::Count)]
    pub(crate) verbose: u8,

    /// Log warnings and errors only
    #[arg(short, long, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

#[derive(Args)]
#[command(next_help_heading = "Development")]
pub(crate) struct Development {
    #[arg(
        long,
        help = "Send the reason of a refusal, decoded token and proof as its body;\n\
                never in production: it tells attackers what to change"
    )]
    pub(crate) explain: bool,

    /// Send the kind of a refusal as x-refusal; never in production
    #[arg(long)]
    pub(crate) name_refusals: bool,

    /// Accept http to another machine in --origin: others can read tokens
    #[arg(long)]
    pub(crate) insecure_http_origin: bool,

    /// Origin of a web page whose scripts may call: https://app.example.com
    #[arg(long, value_name = "ORIGIN")]
    pub(crate) cors: Option<String>,
}
