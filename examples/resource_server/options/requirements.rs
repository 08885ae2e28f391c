//! What every request requires besides a token.

use clap::Args;

use super::number::number;

#[derive(Args)]
#[command(next_help_heading = "Requirements of every request")]
pub(crate) struct Requirements {
    /// A scope that the token must have, else 403; may be repeated
    #[arg(long, value_name = "SCOPE", value_delimiter = ' ')]
    pub(crate) require_scope: Vec<String>,

    /// An accepted `acr`, best first, else 401; may be repeated
    #[arg(long, value_name = "ACR", value_delimiter = ' ')]
    pub(crate) require_acr: Vec<String>,

    /// How long ago the user may have authenticated, else 401
    #[arg(long, value_name = "SECONDS", value_parser = number::<u64>("a number of seconds from 0 to 316224000"))]
    pub(crate) max_age: Option<u64>,
}
