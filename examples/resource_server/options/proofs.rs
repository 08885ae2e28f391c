//! What proofs must be, their nonces, and where used ones are recorded.

use clap::{Args, ValueEnum};

use super::number::number;

#[derive(Args)]
#[command(next_help_heading = "Proofs")]
pub(crate) struct Proofs {
    /// Algorithms of DPoP proofs: ES256,EdDSA
    #[arg(long, value_name = "LIST")]
    pub(crate) proof_algs: Option<String>,

    /// How old a proof may be, by its `iat` [default: 60; --mcp: 300]
    #[arg(long, value_name = "SECONDS", value_parser = number::<u64>("a number of seconds from 1 to 300"))]
    pub(crate) proof_max_age: Option<u64>,

    /// How far the clock of a client may be ahead [default: 10; --mcp: 60]
    #[arg(long, value_name = "SECONDS", value_parser = number::<u64>("a number of seconds from 0 to 60"))]
    pub(crate) clock_skew: Option<u64>,
}

#[derive(Args)]
#[command(next_help_heading = "Nonces")]
pub(crate) struct DpopNonces {
    /// Require a nonce in proofs, or only of wrong clocks
    #[arg(
        long,
        value_name = "off|required|skew",
        default_value = "off",
        hide_possible_values = true
    )]
    pub(crate) nonce: NonceMode,

    #[arg(
        long,
        value_name = "FILE",
        help = "Secrets that instances share, each 32 random bytes in base64url\n\
                on a line: the first issues, others only verify; read again on\n\
                SIGHUP [default: a random one, of this process]"
    )]
    pub(crate) nonce_secret: Option<String>,

    /// When clients get the next nonce; two are accepted [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = number::<u64>("a number of seconds from 10 to 300"))]
    pub(crate) nonce_rotation: Option<u64>,
}

/// When a proof needs a nonce.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum NonceMode {
    Off,
    Required,
    Skew,
}

#[derive(Args)]
#[command(next_help_heading = "Shared state")]
pub(crate) struct SharedState {
    #[arg(
        long,
        value_name = "URL",
        value_delimiter = ' ',
        help = "Share used proofs and a deny-list with other instances in Redis or\n\
                Valkey: redis://[user:password@]host[:port] or rediss://..; repeat it\n\
                for a Cluster. Needs a build with --features redis"
    )]
    pub(crate) redis: Vec<String>,

    /// The URLs of --redis are Sentinels, which know the primary as NAME
    #[arg(long, value_name = "NAME", requires = "redis")]
    pub(crate) redis_sentinel: Option<String>,
}
